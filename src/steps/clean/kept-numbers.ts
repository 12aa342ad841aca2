import type { Compute } from "../../core/compute.ts";
import type { Context, Table } from "../../core/context.ts";
import { columnOf as columnIn } from "../../core/matrix.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { columnQuantiles } from "../../model/stats/column-quantiles.ts";
import { mode } from "../../model/stats/mode.ts";
import { moments } from "../../model/stats/moments.ts";
import { keptEnds, outlierBounds, type BoundsRule } from "../../model/stats/outlier-bounds.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { readNumbers, type NumericColumns } from "../cluster/read-numbers.ts";
import { columnFacts, type ColumnFacts } from "../column-facts.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { valueSql } from "../reading/values.ts";
import { positionSql } from "../row-position.ts";
import { groupSql, type Groups } from "./groups.ts";
import { doubleOf } from "./literals.ts";
import type { CleanModel } from "./model.ts";
import type { Limits } from "./numbers-model.ts";
import { windowSql } from "./row-order.ts";
import type { LearnedFill } from "./settings.ts";
import { limitsByGroup } from "./treat-outliers.ts";

/** Columns of numbers from which bounds and fills are learned. */
export interface KeptNumbers {
  /** Of all rows, by column. */
  readonly facts: ReadonlyMap<string, ColumnFacts>;
  /** Bounds of columns, of the rows that the e-mail check leaves. Called once. */
  boundsOf(asked: readonly AskedBounds[]): Promise<readonly LearnedLimits[]>;
  /** What is left when the e-mail check and outliers are treated as the model says. Called once, after `boundsOf`. */
  left(model: CleanModel): Promise<LeftNumbers>;
}

export interface AskedBounds {
  readonly name: string;
  readonly rule: BoundsRule;
  /** Whether the ends of the values within are wanted, for winsorising. */
  readonly ends: boolean;
  /** Whether groups have bounds of their own. */
  readonly grouped: boolean;
}

/** Limits of a column, and those of each group; null for a group without a value. */
export interface LearnedLimits extends Limits {
  readonly groups: readonly (Limits | null)[] | null;
}

export interface LeftNumbers {
  /** Whether a column has a gap, or rows were removed. */
  hasGap(name: string): boolean;
  /** What fills gaps of columns, in their order, of all rows and of each group; NaN where there is no value. */
  fillsOf(asked: readonly AskedFill[]): Promise<readonly LearnedNumbers[]>;
}

export interface AskedFill {
  readonly name: string;
  readonly how: LearnedFill;
}

export interface LearnedNumbers {
  readonly all: number;
  readonly groups: readonly number[];
}

/** How numbers are learned: apart for groups, in an order. */
export interface LearningBy {
  readonly groups: Groups | null;
  readonly orderBy: string | null;
}

/** Numbers that are read: 8 bytes a value, in the numeric memory; the columns of `xmr` once more, in their order. */
export async function readKept(
  context: Context,
  table: Table,
  columns: readonly Column[],
  by: LearningBy,
): Promise<KeptNumbers> {
  const { compute } = context;
  const { read, places } = await readBeside(context, table, columns, by.groups);
  const groupCount = by.groups?.names.length ?? 0;
  return {
    facts: new Map(columns.map(({ name }) => [name, columnFacts(compute, read.get(name)!)])),
    async boundsOf(asked) {
      const inOrder = asked.filter(({ rule }) => rule.rule === "xmr").map(({ name }) => name);
      const ordered = inOrder.length === 0 ? null : await readOrdered(context, table, inOrder, by);
      return asked.map(({ name, rule, ends, grouped }) => {
        const isOrdered = rule.rule === "xmr" && ordered !== null;
        const values = isOrdered ? ordered.read.get(name)! : read.get(name)!;
        const limitsOf = (own: Float64Array): Limits => {
          const bounds = outlierBounds(compute, own, rule);
          return { ...bounds, ...(ends ? keptEnds(own, bounds) : { least: null, most: null }) };
        };
        const parts = grouped ? byGroup(values, isOrdered ? ordered.places : places, groupCount) : null;
        return { ...limitsOf(values), groups: parts?.map((own) => (own.length === 0 ? null : limitsOf(own))) ?? null };
      });
    },
    async left(bounded) {
      treat(read, places, bounded);
      return {
        hasGap: (name) => read.get(name)!.some((value) => Number.isNaN(value)),
        fillsOf: async (asked) =>
          asked.map(({ name, how }) => {
            const values = read.get(name)!;
            const groups = byGroup(values, places, groupCount).map((own) => learned(compute, own, how));
            return { all: learned(compute, values, how), groups };
          }),
      };
    },
  };
}

/** The values of each group that are not NaN, in their order; `places` has the group of each row from 1, 0 for none. */
function byGroup(values: Float64Array, places: Float64Array | null, groups: number): readonly Float64Array[] {
  if (groups === 0 || places === null) return [];
  const counts = new Float64Array(groups + 1);
  values.forEach((value, i) => {
    if (!Number.isNaN(value)) counts[places[i]!]!++;
  });
  const parts = Array.from({ length: groups }, (_, g) => new Float64Array(counts[g + 1]!));
  const next = new Float64Array(groups + 1);
  values.forEach((value, i) => {
    const place = places[i]!;
    if (place > 0 && !Number.isNaN(value)) parts[place - 1]![next[place]!++] = value;
  });
  return parts;
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

interface ReadColumns {
  readonly read: NumericColumns;
  /** The place of each row's group. */
  readonly places: Float64Array | null;
}

/** The numbers of columns, NaN where missing, and the places of groups. */
async function readBeside(
  { engine, compute }: Pick<Context, "engine" | "compute">,
  table: Table,
  columns: readonly Column[],
  groups: Groups | null,
): Promise<ReadColumns> {
  if (columns.length === 0) return { read: new Map(), places: null };
  const free = (stem: string): string => (columns.some(({ name }) => name === stem) ? free(`${stem}_`) : stem);
  const beside = (name: string, value: Sql): DerivedColumn => derived(name, "number", "typed", value, table.rows);
  const place = free("group");
  const more = groups === null ? [] : [beside(place, sql`cast(${placeSql(table, groups)} as double)`)];
  const wide = more.length === 0 ? table : deriveTable(table, [...columns.map(passed), ...more]);
  const names = [...columns.map(({ name }) => name), ...more.map(({ name }) => name)];
  const read = new Map(await readNumbers(engine, compute, wide, names));
  const places = groups === null ? null : read.get(place)!;
  for (const { name } of more) read.delete(name);
  return { read, places };
}

/** The place of a row's group, in a query over the table's relation. */
export function placeSql(table: Table, { column, names }: Groups): Sql {
  return groupSql(
    table.columns.find(({ name }) => name === column)!,
    names,
  );
}

/** The numbers of columns in the order of another, NaN where missing, with the places of groups. */
async function readOrdered(
  { engine, compute }: Pick<Context, "engine" | "compute">,
  table: Table,
  names: readonly string[],
  { groups, orderBy }: LearningBy,
): Promise<ReadColumns> {
  const columnOf = (name: string): Column => table.columns.find((one) => one.name === name)!;
  const place = sql`cast(${groups === null ? sql`0` : placeSql(table, groups)} as double)`;
  const [order, position] = [identifier("order_1"), identifier("row_1")];
  const refs = [...names.map((_, i) => identifier(`v_${i + 1}`)), identifier("place_1")];
  const values = [...names.map((name) => doubleOf(columnOf(name))), place];
  const query = sql`
    select
      ${join(refs, ",\n")}
    from (
      select
        ${join([...values.map((value, i) => sql`${value} as ${refs[i]!}`), sql`${valueSql(columnOf(orderBy!))} as ${order}`, sql`${positionSql(table)} as ${position}`], ",\n")}
      from ${table.relation}
    )
    ${windowSql({ by: null, order, position })}
  `;
  const matrix = await engine.matrix(query, [...names, "place"], table.rows, compute);
  const read = new Map(names.map((name, j) => [name, columnIn(matrix, j)]));
  return { read, places: columnIn(matrix, names.length) };
}

/** Does to the numbers what the model does to the table, so that fills are learned from what is left. */
function treat(numbers: NumericColumns, places: Float64Array | null, { outliers }: CleanModel): void {
  const dropped: number[] = [];
  for (const bounds of outliers) {
    const { column, action } = bounds;
    if (action === "flag") continue;
    const values = numbers.get(column)!;
    const limits = limitsByGroup(bounds);
    const isGrouped = bounds.groups !== null && places !== null;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      const own = limits[isGrouped ? places[i]! : 0]!;
      const isBelow = value < (own.low ?? -Infinity);
      // NaN is neither.
      if (!isBelow && !(value > (own.high ?? Infinity))) continue;
      switch (action) {
        case "null":
          values[i] = Number.NaN;
          break;
        case "clip":
          values[i] = (isBelow ? own.low : own.high)!;
          break;
        case "winsorise":
          values[i] = (isBelow ? own.least : own.most)!;
          break;
        case "drop":
        case "quarantine":
          dropped.push(i);
      }
    }
  }
  for (const values of numbers.values()) for (const row of dropped) values[row] = Number.NaN;
}
