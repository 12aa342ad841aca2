import type { Engine, Table } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import type { Sql } from "../../../core/sql.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { findColumn } from "../../match-columns.ts";
import { numberSql } from "../../normalize/number-sql.ts";
import { inSteps, stepsFor } from "./lloyd.ts";
import { double } from "./nearest-sql.ts";
import { weightSteps } from "./points.ts";

/** What all rows say of a column; NaN but for the counts where it has no value. */
export interface WholeMoments {
  /** Rows with a value, and those without. */
  readonly count: number;
  readonly missing: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Population standard deviation (ddof 0). */
  readonly standardDeviation: number;
  /** Population skewness; 0 for a constant. */
  readonly skewness: number;
}

/** A column to be measured: filled, with its logarithm taken, or as it is. SQL over the table's relation. */
export interface MeasuredColumn {
  readonly name: string;
  readonly value: Sql;
}

/**
 * Moments of columns over all rows of a table under frequency weights, in three scans whose result is one row each: counts
 * and extremes, then sums of whole numbers about the middle of the range, then of powers about the mean; the same in any
 * order. The mean is exact to about 1e-12 of the range, the others to that of its powers. Throws `not-finite`.
 */
export async function columnMoments(
  engine: Engine,
  table: Table,
  columns: readonly MeasuredColumn[],
  weight: Sql | null,
): Promise<readonly WholeMoments[]> {
  if (columns.length === 0) return [];
  const name = (stem: string, j: number): Sql => identifier(`${stem}_${j + 1}`);
  const w = weight === null ? sql`1e0` : sql`cast(weight_1 as double)`;
  // A row of weight 0 is none.
  const weighing = (v: Sql): Sql => (weight === null ? v : sql`case when weight_1 > 0 then ${v} end`);
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
        sql`min(${weighing(v)}) as ${name("min", j)}`,
        sql`max(${weighing(v)}) as ${name("max", j)}`,
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
  const reachFrom = (centre: number, j: number): number =>
    Math.max(Math.abs(at(ends, "min", j) - centre), Math.abs(at(ends, "max", j) - centre));
  const meansAbout = async (centres: readonly number[], powers: readonly number[]): Promise<readonly number[][]> => {
    const reaches = centres.map(reachFrom);
    // Steps of a part of the range, for columns of any unit.
    const steps = columns.map((_, j) => stepsFor(at(ends, "weight", j) / weightSteps, 1));
    const sums = columns.flatMap((_, j) => {
      if (!(reaches[j]! > 0)) return [];
      const part = sql`((${name("v", j)} - ${double(centres[j]!)}) / ${double(reaches[j]!)})`;
      return powers.map((power) => {
        const term = join(
          Array.from({ length: power }, () => part),
          " * ",
        );
        return sql`sum(cast(floor(${w} * ${term} * ${double(steps[j]!)} + 5e-1) as bigint)) as ${name(`sum_${power}`, j)}`;
      });
    });
    const row = sums.length === 0 ? {} : await ask(sums);
    return columns.map((_, j) =>
      powers.map((power) =>
        reaches[j]! > 0
          ? (at(row, `sum_${power}`, j) / steps[j]! / (at(ends, "weight", j) / weightSteps)) * reaches[j]! ** power
          : 0,
      ),
    );
  };
  const middles = columns.map((_, j) => (at(ends, "min", j) + at(ends, "max", j)) / 2);
  const offsets = await meansAbout(middles, [1]);
  const means = middles.map((middle, j) => middle + offsets[j]![0]!);
  const powers = await meansAbout(means, [2, 3]);
  return columns.map((_, j) => {
    const count = at(ends, "count", j);
    const [variance, third] = powers[j]! as [number, number];
    return {
      count,
      missing: table.rows - count,
      minimum: at(ends, "min", j),
      maximum: at(ends, "max", j),
      mean: means[j]!,
      standardDeviation: Math.sqrt(Math.max(0, variance)),
      skewness: variance > 0 ? third / (variance * Math.sqrt(variance)) : 0,
    };
  });
}

/** A numeric column of a table as a double, null where missing or NaN. */
export function doubleSql(table: Table, name: string): Sql {
  return numberSql(findColumn(table.columns, name, "the table"));
}
