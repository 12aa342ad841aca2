import type { Context } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import type { Matrix } from "../../../core/matrix.ts";
import { assign } from "../../../model/cluster/assign.ts";
import type { Clustering } from "../../../model/cluster/clustering.ts";
import { kMeansDefaults } from "../../../model/cluster/methods/k-means.ts";
import { collapse } from "../../../model/collapse.ts";
import { fixedSum } from "../../../model/fixed-sum.ts";
import { indicesOf } from "../../../model/metrics/dispersion.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { candidatesFor, judgeFits, type Fit, type FitOptions } from "../fit.ts";
import type { KChoice } from "../settings.ts";
import { greedyInEngine } from "./greedy.ts";
import { inSteps, lloydInEngine, stepsFor, type EngineFit } from "./lloyd.ts";
import type { Centres } from "./nearest-sql.ts";
import { x, type EnginePoints } from "./points.ts";
import { seedInEngine } from "./seeding.ts";

/** The rows that are here, in the scaled space. */
export interface Evidence {
  readonly matrix: Matrix;
  readonly weights: Float64Array | null;
  /** Whether they are only some of the points that are fitted. */
  readonly isSample: boolean;
}

/**
 * Fits every candidate k on points that stay in the engine and chooses one, as `fitSegments` does. What needs more than sums
 * (silhouettes, the test of structure) is judged on the rows that are here; labels are theirs. Throws as `fitSegments`.
 */
export async function fitInEngine(
  { engine, compute }: Pick<Context, "engine" | "compute">,
  points: EnginePoints,
  evidence: Evidence,
  options: FitOptions,
): Promise<Fit> {
  const ks = engineCandidates(options.k, points);
  const starts = options.starts ?? kMeansDefaults.starts;
  const maxIter = options.maxIter ?? kMeansDefaults.maxIter;
  const tol = options.tol ?? kMeansDefaults.tol;
  const { seed, progress } = options;
  const seeds = async (): Promise<readonly Centres[]> => {
    if (options.init !== null) return ks.map((k) => ({ k, values: options.init! }));
    if (options.seeding === "parallel") return seedInEngine(engine, compute, points, ks, { starts, seed, progress });
    return greedyInEngine(engine, points, ks, { starts, seed, progress });
  };
  const tolerance = tol * (await meanVariance({ engine }, points));
  const fits = await lloydInEngine(engine, points, await seeds(), { maxIter, tolerance, progress });
  const chosen = ks.map((k) => bestOf(fits.filter((fit) => fit.k === k)));
  const collapsed = collapse(compute, evidence.matrix, evidence.weights);
  const results = chosen.map(({ fit }): Clustering => ({
    k: fit.k,
    centres: fit.centres,
    labels: assign(compute, collapsed.points, fit.centres, fit.k),
    inertia: inertiaOf(fit),
    iterations: fit.iterations,
    converged: fit.converged,
    starts: options.init === null ? starts : 1,
  }));
  const whole = chosen.map(({ fit }) => ({
    sizes: fit.weights,
    ...indicesOf(fit.weights, fit.means, fit.squaresAboutMean, fit.distancesToMean),
  }));
  return judgeFits(compute, collapsed, results, options, evidence.isSample ? whole : null);
}

/** The numbers of segments to try on points that stay in the engine. Throws `all-rows-equal`, `too-many-segments`. */
export function engineCandidates(k: KChoice, { points }: Pick<EnginePoints, "points">): readonly number[] {
  const ks = candidatesFor(k, points);
  const largest = Math.max(...ks);
  if (largest <= points) return ks;
  throw new SegmentError("too-many-segments", `${largest} segments asked for, but only ${points} distinct rows`, {
    hint: `ask for at most ${points} segments (--k), or use more columns`,
  });
}

function inertiaOf({ squares }: EngineFit): number {
  return fixedSum(squares);
}

function bestOf(fits: readonly EngineFit[]): { readonly fit: EngineFit; readonly start: number } {
  const start = fits.reduce((best, fit, i) => (inertiaOf(fit) < inertiaOf(fits[best]!) ? i : best), 0);
  return { fit: fits[start]!, start };
}

/** Mean over the columns of their population variance. */
async function meanVariance({ engine }: Pick<Context, "engine">, points: EnginePoints): Promise<number> {
  const { columns, weight, largest, relation } = points;
  const square = largest ** 2;
  const [plain, squared] = [stepsFor(weight, largest), stepsFor(weight, square)];
  const all = Array.from({ length: columns }, (_, j) => x(j));
  const figures = all.flatMap((own, j) => [
    sql`sum(${inSteps(sql`(w_1 * ${own})`, plain)}) as ${identifier(`sum_${j + 1}`)}`,
    sql`sum(${inSteps(sql`(w_1 * ${own} * ${own})`, squared)}) as ${identifier(`square_${j + 1}`)}`,
  ]);
  const [row = {}] = await engine.rows(sql`select ${join(figures, ", ")} from ${relation}`, 1);
  const variances = all.map((_, j) => {
    const mean = Number(row[`sum_${j + 1}`]) / plain / weight;
    return Math.max(0, Number(row[`square_${j + 1}`]) / squared / weight - mean * mean);
  });
  return variances.reduce((sum, one) => sum + one, 0) / columns;
}
