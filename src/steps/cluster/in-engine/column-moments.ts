import type { Engine, Table } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import type { Sql } from "../../../core/sql.ts";
import { identifier, join, sql, value } from "../../../sql/template.ts";
import { findColumn } from "../../match-columns.ts";
import { valueSql } from "../../reading/values.ts";
import { inSteps, stepsFor } from "./lloyd.ts";
import { double } from "./nearest-sql.ts";
import { weightSteps } from "./points.ts";

/** What all rows say of a column. */
export interface WholeMoments {
  readonly missing: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Population standard deviation (ddof 0). */
  readonly standardDeviation: number;
}

/** A column to be measured: filled, with its logarithm taken, or as it is. SQL over the table's relation. */
export interface MeasuredColumn {
  readonly name: string;
  readonly value: Sql;
}

/**
 * Moments of columns over all rows of a table under frequency weights, in three scans whose result is one row each: counts
 * and extremes, then sums of whole numbers about the middle of the range, then their squares about the mean; the same in
 * any order. Throws `not-finite`.
 */
export async function columnMoments(
  engine: Engine,
  table: Table,
  columns: readonly MeasuredColumn[],
  weight: Sql | null,
): Promise<readonly WholeMoments[]> {
  const name = (stem: string, j: number): Sql => identifier(`${stem}_${j + 1}`);
  const w = weight === null ? sql`1e0` : sql`cast(weight_1 as double)`;
  const relation = sql`
    (
      select ${join([...columns.map(({ value: of }, j) => sql`${of} as ${name("v", j)}`), sql`${weight ?? sql`1`} as weight_1`], ", ")}
      from ${table.relation}
    )
  `;
  const ask = async (figures: readonly Sql[]): Promise<Readonly<Record<string, unknown>>> => {
    const [row = {}] = await engine.rows(sql`select ${join(figures, ", ")} from ${relation}`, 1);
    return row;
  };
  const ends = await ask(
    columns.flatMap((_, j) => {
      const v = name("v", j);
      const inSum = inSteps(sql`case when ${v} is null then 0e0 else ${w} end`, weightSteps);
      return [
        sql`count(${v}) as ${name("count", j)}`,
        sql`min(${v}) as ${name("min", j)}`,
        sql`max(${v}) as ${name("max", j)}`,
        sql`sum(${inSum}) as ${name("weight", j)}`,
      ];
    }),
  );
  const at = (row: Readonly<Record<string, unknown>>, stem: string, j: number): number =>
    Number(row[`${stem}_${j + 1}`] ?? Number.NaN);
  columns.forEach((column, j) => {
    if (Math.abs(at(ends, "min", j)) !== Infinity && Math.abs(at(ends, "max", j)) !== Infinity) return;
    throw new SegmentError("not-finite", "a value is infinite or too large for a number", {
      place: { column: column.name },
      hint: "correct it, or leave the column out with --exclude",
    });
  });
  const sumsAbout = async (centres: readonly number[], power: 1 | 2): Promise<readonly number[]> => {
    const steps = columns.map((_, j) => {
      const reach =
        Math.max(Math.abs(at(ends, "min", j) - centres[j]!), Math.abs(at(ends, "max", j) - centres[j]!)) ** power;
      const total = at(ends, "weight", j) / weightSteps;
      // Steps of a part of the range, for columns of any unit.
      return reach > 0 ? stepsFor(total, 1) / reach : 0;
    });
    const row = await ask(
      columns.map((_, j) => {
        const apart = sql`(${name("v", j)} - ${value(centres[j]!)})`;
        const term = power === 1 ? apart : sql`${apart} * ${apart}`;
        return steps[j]! > 0
          ? sql`sum(cast(floor(${w} * ${term} * ${double(steps[j]!)} + 5e-1) as bigint)) as ${name("sum", j)}`
          : sql`max(0) as ${name("sum", j)}`;
      }),
    );
    return columns.map((_, j) =>
      steps[j]! > 0 ? at(row, "sum", j) / steps[j]! / (at(ends, "weight", j) / weightSteps) : 0,
    );
  };
  const middles = columns.map((_, j) => (at(ends, "min", j) + at(ends, "max", j)) / 2);
  const offsets = await sumsAbout(middles, 1);
  const means = middles.map((middle, j) => middle + offsets[j]!);
  const variances = await sumsAbout(means, 2);
  return columns.map((_, j) => ({
    missing: table.rows - at(ends, "count", j),
    minimum: at(ends, "min", j),
    maximum: at(ends, "max", j),
    mean: means[j]!,
    standardDeviation: Math.sqrt(Math.max(0, variances[j]!)),
  }));
}

/** A numeric column of a table as a double. */
export function doubleSql(table: Table, name: string): Sql {
  return sql`cast(${valueSql(findColumn(table.columns, name, "the table"))} as double)`;
}
