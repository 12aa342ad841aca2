import type { Compute } from "../../core/compute.ts";
import type { Context, Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { columnQuantiles } from "../../model/stats/column-quantiles.ts";
import { mode } from "../../model/stats/mode.ts";
import { moments } from "../../model/stats/moments.ts";
import { iqrBounds, iqrBoundsOf, zscoreBounds, zscoreBoundsOf } from "../../model/stats/outlier-bounds.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { columnMoments, doubleSql } from "../cluster/in-engine/column-moments.ts";
import { readNumbers, type NumericColumns } from "../cluster/read-numbers.ts";
import { columnFacts, type ColumnFacts } from "../column-facts.ts";
import { derived, deriveTable, passed } from "../derive.ts";
import { engineFacts } from "../in-engine/engine-facts.ts";
import { engineQuantiles } from "../in-engine/engine-quantiles.ts";
import { adjustTable } from "./adjust.ts";
import { emailDropSql } from "./check-emails.ts";
import type { Bounds, CleanModel } from "./model.ts";
import type { OutlierRule } from "./settings.ts";

/** Columns of numbers from which bounds and fills are learned. */
export interface KeptNumbers {
  /** Of all rows, by column. */
  readonly facts: ReadonlyMap<string, ColumnFacts>;
  /** Bounds of columns, of the rows that the e-mail check leaves. Called once. */
  boundsOf(asked: readonly AskedBounds[]): Promise<readonly Pick<Bounds, "low" | "high">[]>;
  /** What is left when the e-mail check and outliers are treated as the model says. Called once, after `boundsOf`. */
  left(model: CleanModel): Promise<LeftNumbers>;
}

export interface AskedBounds {
  readonly name: string;
  readonly rule: OutlierRule;
  /** Interquartile ranges, or standard deviations. */
  readonly limit: number;
}

export interface LeftNumbers {
  /** Whether a column has a gap, or rows were removed. */
  hasGap(name: string): boolean;
  /** What fills gaps of columns, in their order; NaN where there is no value. */
  fillsOf(asked: readonly { readonly name: string; readonly how: LearnedFill }[]): Promise<readonly number[]>;
}

export type LearnedFill = "mean" | "median" | "mode";

/** Numbers that are read: 8 bytes a value, in the numeric memory. */
export async function readKept(
  { engine, compute }: Context,
  table: Table,
  columns: readonly Column[],
  model: CleanModel,
): Promise<KeptNumbers> {
  const { read, forget } = await withDropped({ engine, compute }, table, columns, model);
  return {
    facts: new Map(columns.map(({ name }) => [name, columnFacts(compute, read.get(name)!)])),
    async boundsOf(asked) {
      forget();
      return asked.map(({ name, rule, limit }) =>
        (rule === "iqr" ? iqrBounds : zscoreBounds)(compute, read.get(name)!, limit),
      );
    },
    async left(bounded) {
      treat(read, bounded);
      return {
        hasGap: (name) => read.get(name)!.some((value) => Number.isNaN(value)),
        fillsOf: async (asked) => asked.map(({ name, how }) => learned(compute, read.get(name)!, how)),
      };
    },
  };
}

function learned(compute: Compute, values: Float64Array, how: LearnedFill): number {
  switch (how) {
    case "mean":
      return moments(compute, values).mean;
    case "median":
      return columnQuantiles(compute, values, [0.5])[0]!;
    case "mode":
      return mode(values);
  }
}

/** The numbers of columns, NaN where missing; `forget` makes those of rows that the e-mail check drops NaN too. */
async function withDropped(
  { engine, compute }: Pick<Context, "engine" | "compute">,
  table: Table,
  columns: readonly Column[],
  model: CleanModel,
): Promise<{ readonly read: NumericColumns; forget(): void }> {
  const dropped = emailDropSql(table, model);
  if (columns.length === 0) return { read: new Map(), forget: () => undefined };
  if (dropped === null) {
    const names = columns.map(({ name }) => name);
    return { read: await readNumbers(engine, compute, table, names), forget: () => undefined };
  }
  let mask = "dropped";
  while (columns.some(({ name }) => name === mask)) mask += "_";
  const masked = derived(mask, "number", "typed", sql`case when ${dropped} then 1e0 else 0e0 end`, table.rows);
  const beside = deriveTable(table, [...columns.map(passed), masked]);
  const read = await readNumbers(
    engine,
    compute,
    beside,
    beside.columns.map(({ name }) => name),
  );
  const isDropped = read.get(mask)!;
  return {
    read,
    forget() {
      for (const [name, values] of read) {
        if (name === mask) continue;
        for (let i = 0; i < values.length; i++) if (isDropped[i] === 1) values[i] = Number.NaN;
      }
    },
  };
}

/** Does to the numbers what the model does to the table, so that fills are learned from what is left. */
function treat(numbers: NumericColumns, { outliers, outlierAction }: CleanModel): void {
  if (outlierAction === "flag") return;
  const dropped: number[] = [];
  for (const { column, low, high } of outliers) {
    const values = numbers.get(column)!;
    const [least, most] = [low ?? -Infinity, high ?? Infinity];
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      // NaN is neither.
      if (!(value < least || value > most)) continue;
      if (outlierAction === "drop") dropped.push(i);
      else values[i] = outlierAction === "null" ? Number.NaN : value < least ? least : most;
    }
  }
  for (const values of numbers.values()) for (const row of dropped) values[row] = Number.NaN;
}

/**
 * Numbers that stay in the engine: quantiles and modes exactly, means and deviations to about 1e-12 of a column's range. A
 * few scans each for facts, bounds and fills, whatever the columns, and one for each mode.
 */
export async function engineKept(
  { engine }: Pick<Context, "engine">,
  table: Table,
  columns: readonly Column[],
  model: CleanModel,
): Promise<KeptNumbers> {
  const names = columns.map(({ name }) => name);
  const dropped = emailDropSql(table, model);
  const relation =
    dropped === null ? table.relation : sql`(select * from ${table.relation} where not coalesce(${dropped}, false))`;
  const kept = { ...table, relation };
  return {
    facts: await engineFacts(engine, table, names),
    async boundsOf(asked) {
      const byRule = (rule: OutlierRule): readonly AskedBounds[] => asked.filter((one) => one.rule === rule);
      const [iqr, zscore] = [byRule("iqr"), byRule("zscore")];
      const quartiles = await quantilesOf(engine, kept, iqr, [0.25, 0.75]);
      const found = await momentsOf(engine, kept, zscore);
      return asked.map((one) => {
        if (one.rule === "iqr") return iqrBoundsOf(...(quartiles[iqr.indexOf(one)] as [number, number]), one.limit);
        return zscoreBoundsOf(found[zscore.indexOf(one)]!, one.limit);
      });
    },
    async left(bounded) {
      const { table: left } = await adjustTable(engine, table, { ...bounded, fills: [] });
      const counts = names.map(
        (name, i) => sql`count(*) filter (where ${doubleSql(left, name)} is null) as ${identifier(`gaps_${i + 1}`)}`,
      );
      const [row = {}] =
        counts.length === 0 ? [] : await engine.rows(sql`select ${join(counts, ", ")} from ${left.relation}`, 1);
      return {
        hasGap: (name) => left.rows < table.rows || Number(row[`gaps_${names.indexOf(name) + 1}`]) > 0,
        async fillsOf(asked) {
          const medians = asked.filter(({ how }) => how === "median");
          const means = asked.filter(({ how }) => how === "mean");
          const middles = await quantilesOf(engine, left, medians, [0.5]);
          const found = await momentsOf(engine, left, means);
          const fills: number[] = [];
          for (const one of asked) {
            if (one.how === "median") fills.push(middles[medians.indexOf(one)]![0]!);
            else if (one.how === "mean") fills.push(found[means.indexOf(one)]!.mean);
            else fills.push(await modeOf(engine, left.relation, doubleSql(left, one.name)));
          }
          return fills;
        },
      };
    },
  };
}

function quantilesOf(
  engine: Engine,
  table: Table,
  columns: readonly { readonly name: string }[],
  probabilities: readonly number[],
): Promise<readonly (readonly number[])[]> {
  const asked = columns.map(({ name }) => ({ value: doubleSql(table, name), probabilities }));
  return engineQuantiles(engine, table.relation, asked);
}

async function momentsOf(engine: Engine, table: Table, columns: readonly { readonly name: string }[]) {
  if (columns.length === 0) return [];
  const measured = columns.map(({ name }) => ({ name, value: doubleSql(table, name) }));
  return columnMoments(engine, table, measured, null);
}

/** As `mode` of `model/stats`. */
async function modeOf(engine: Engine, relation: Sql, value: Sql): Promise<number> {
  const [row] = await engine.rows(
    sql`
      select value_1, count(*) as rows_1
      from (
        select ${value} + 0e0 as value_1
        from ${relation}
      )
      where value_1 is not null
      group by value_1
      order by rows_1 desc, value_1
      limit 1
    `,
    1,
  );
  return row === undefined ? Number.NaN : Number(row["value_1"]);
}
