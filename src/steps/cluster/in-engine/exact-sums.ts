import type { Engine } from "../../../core/context.ts";
import type { Sql } from "../../../core/sql.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { inSteps } from "./lloyd.ts";
import { double } from "./nearest-sql.ts";
import { x, type EnginePoints } from "./points.ts";

/**
 * Steps of a sum whose terms add up to no more than `bound` in size: the finest power of two of which 61 bits hold the sum.
 * A term is rounded by half a step at most, so that a sum is exact to 2^-62 of its bound for each term, in any order.
 */
export function stepsOf(bound: number): number {
  return bound > 0 && bound < Infinity ? 2 ** (61 - Math.ceil(Math.log2(bound))) : 1;
}

/** What is left of a term below its steps is summed too, in so many parts of a step, where a bound says little of the sum. */
function restSteps(rows: number): number {
  return 2 ** Math.min(40, 61 - Math.ceil(Math.log2(rows + 1)));
}

/** Two sums of `of`, a double that is in steps already: of its whole steps, and of what is left of them. */
export function stepSums(of: Sql, name: string, rows: number): readonly Sql[] {
  const rest = sql`(${of} - floor(${of}))`;
  return [
    sql`sum(cast(floor(${of}) as bigint)) as ${identifier(`${name}_1`)}`,
    sql`sum(${inSteps(rest, restSteps(rows))}) as ${identifier(`${name}_2`)}`,
  ];
}

/** The sum that `stepSums` made of values in these steps. */
export function readStepSum(row: Readonly<Record<string, unknown>>, name: string, steps: number, rows: number): number {
  return (Number(row[`${name}_1`] ?? 0) + Number(row[`${name}_2`] ?? 0) / restSteps(rows)) / steps;
}

/** How points that stay in the engine lie about their mean, by column. */
export interface PointSpread {
  /** Near the weighted means. */
  readonly means: Float64Array;
  /** No less than the weighted mean square of what lies between a value and `means`. */
  readonly meanSquares: Float64Array;
  /** Mean over the columns of their population variance. */
  readonly meanVariance: number;
}

/** Two scans, and a third where far outliers leave the second coarse. */
export async function pointSpread(engine: Engine, points: EnginePoints): Promise<PointSpread> {
  const { columns, weight, largest } = points;
  const all = Array.from({ length: columns }, (_, j) => j);
  const ask = async (terms: readonly Sql[], bounds: readonly number[]): Promise<readonly number[]> => {
    const sums = terms.map(
      (term, j) => sql`sum(${inSteps(term, stepsOf(bounds[j]!))}) as ${identifier(`sum_${j + 1}`)}`,
    );
    const [row = {}] = await engine.rows(sql`select ${join(sums, ", ")} from ${points.relation}`, 1);
    return bounds.map((bound, j) => Number(row[`sum_${j + 1}`] ?? 0) / stepsOf(bound) / weight);
  };
  const means = await ask(
    all.map((j) => sql`(w_1 * ${x(j)})`),
    all.map(() => weight * largest),
  );
  const squares = all.map((j) => {
    const apart = sql`(${x(j)} - ${double(means[j]!)})`;
    return sql`(w_1 * ${apart} * ${apart})`;
  });
  let bounds = all.map(() => weight * (2 * largest) ** 2);
  let found = await ask(squares, bounds);
  // Half a step for each point.
  const slack = (j: number): number => points.points / stepsOf(bounds[j]!) / weight;
  if (all.some((j) => slack(j) > 1e-9 * found[j]!)) {
    bounds = all.map((j) => weight * (found[j]! + slack(j)));
    found = await ask(squares, bounds);
  }
  return {
    means: Float64Array.from(means),
    meanSquares: Float64Array.from(all, (j) => found[j]! + slack(j)),
    meanVariance: found.reduce((sum, one) => sum + one, 0) / columns,
  };
}
