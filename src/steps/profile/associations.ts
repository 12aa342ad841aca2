import type { Context, Table } from "../../core/context.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Role } from "../../core/role.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { contingency, correlationRatio, cramersV, pearson, spearman } from "../../model/stats/association.ts";
import { denseRanks, type DenseRanks } from "../../model/stats/dense-ranks.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { rowsStay, evidenceRows, sampleRows } from "../cluster/in-engine/sample-rows.ts";
import { inOrder } from "../row-position.ts";
import { groupedSql, type ListedValue } from "./value-groups.ts";

/** A column that may go together with another: a measure, or one of few different values. */
export interface AssociatedColumn {
  readonly column: Column;
  readonly kind: "number" | "category";
  /** All values of a category. */
  readonly values: readonly ListedValue[];
}

/** How two columns go together, by the measures that fit their kinds; null for the others and where one does not vary. */
export interface AssociatedPair {
  readonly left: string;
  readonly right: string;
  readonly pearson: number | null;
  readonly spearman: number | null;
  /** Cramér's V, plain and corrected for bias (Bergsma 2013). */
  readonly cramersV: number | null;
  readonly cramersVCorrected: number | null;
  /** The correlation ratio η. */
  readonly eta: number | null;
  /** Rows that hold both. */
  readonly rows: number;
}

export interface Associations {
  readonly columns: readonly { readonly name: string; readonly kind: AssociatedColumn["kind"] }[];
  readonly pairs: readonly AssociatedPair[];
  /** Whether a date is there, against the categories: V without correction. */
  readonly presences: readonly { readonly date: string; readonly column: string; readonly v: number }[];
  readonly rows: number;
  /** Rows were drawn by hash. */
  readonly sampled: boolean;
  /** Columns beyond those that are compared. */
  readonly leftOut: number;
}

/** Different values of a category at most, and columns that are compared at most. */
export const categoryLevels = 50;
const mostColumns = 60;
/** Values that all pairs together may read, and that may be read at once; beyond, rows are drawn. */
const mostWork = 4e8;
const mostValues = 2 ** 25;
const drawSeed = 42;

/** The roles of numbers that measure, and of columns whose few values say a kind. */
export const measureRoles: ReadonlySet<Role> = new Set(["measure", "money"]);
export const categoryRoles: ReadonlySet<Role> = new Set([
  "category",
  "label",
  "flag",
  "consent",
  "refusal",
  "country",
  "city",
  "event",
]);

/**
 * Every pair of columns: Pearson's r and Spearman's ρ of two measures, Cramér's V of two categories, η of a measure by a
 * category; each of the rows that hold both. Of all rows where the rows times the pairs are no more than 4e8 and they may
 * leave the engine, else of about 100,000 drawn by hash. `dates` are those of which some are missing.
 */
export async function associations(
  context: Context,
  table: Table,
  candidates: readonly AssociatedColumn[],
  dates: readonly Column[],
): Promise<Associations> {
  const { engine, compute } = context;
  const used = candidates.slice(0, mostColumns);
  const pairs = (used.length * (used.length - 1)) / 2 + dates.length * used.length;
  const values = table.rows * (used.length + dates.length);
  const stays = rowsStay(engine, table) || table.rows * pairs > mostWork || values > mostValues;
  const seen = stays ? await sampleRows(engine, table, evidenceRows, drawSeed) : table;
  const labels = used.map(({ column, kind }) => ({ name: column.name, kind }));
  const about = { columns: labels, rows: seen.rows, sampled: seen !== table, leftOut: candidates.length - used.length };
  if (pairs === 0) return { ...about, pairs: [], presences: [] };
  const mark = compute.mark();
  try {
    const at = (column: Column): Column => seen.columns[table.columns.indexOf(column)]!;
    const presences = dates.map((column) => sql`case when ${groupedSql(at(column))} is null then 0e0 else 1e0 end`);
    const read = [...used.map((one) => numberOf(one, at(one.column))), ...presences];
    const names = read.map((_, i) => `v${i + 1}`);
    const query = sql`
      select
        ${join(
          read.map((of, i) => sql`${of} as ${identifier(names[i]!)}`),
          ",\n",
        )}
      from ${seen.relation}${inOrder(seen)}
    `;
    const matrix = await engine.matrix(query, names, seen.rows, compute);
    const numbers = read.map((_, i) => finite(columnOf(matrix, i)));
    const ranks = numbers.map(denseRanks);
    await compute.breathe();
    const found: AssociatedPair[] = [];
    for (let i = 0; i < used.length; i++) {
      for (let j = i + 1; j < used.length; j++) found.push(pairOf(used, numbers, ranks, i, j));
      await compute.breathe();
    }
    const told = dates.flatMap((date, d) =>
      used.flatMap((one, i) => {
        if (one.kind !== "category") return [];
        const presence = ranks[used.length + d]!;
        const { plain } = cramersV(contingency(presence, ranks[i]!), ranks[i]!.levels);
        return Number.isNaN(plain) ? [] : [{ date: date.name, column: one.column.name, v: plain }];
      }),
    );
    return { ...about, pairs: found, presences: told };
  } finally {
    compute.release(mark);
  }
}

function pairOf(
  used: readonly AssociatedColumn[],
  numbers: readonly Float64Array[],
  ranks: readonly DenseRanks[],
  i: number,
  j: number,
): AssociatedPair {
  const [left, right] = [used[i]!, used[j]!];
  const none = { pearson: null, spearman: null, cramersV: null, cramersVCorrected: null, eta: null };
  const names = { left: left.column.name, right: right.column.name };
  if (left.kind === "number" && right.kind === "number") {
    const r = pearson(numbers[i]!, numbers[j]!);
    const rho = spearman(ranks[i]!, ranks[j]!);
    return { ...names, ...none, pearson: orNull(r.value), spearman: orNull(rho.value), rows: r.rows };
  }
  if (left.kind === "category" && right.kind === "category") {
    const v = cramersV(contingency(ranks[i]!, ranks[j]!), ranks[j]!.levels);
    return { ...names, ...none, cramersV: orNull(v.plain), cramersVCorrected: orNull(v.corrected), rows: v.rows };
  }
  const [group, measure] = left.kind === "category" ? [i, j] : [j, i];
  const ratio = correlationRatio(ranks[group]!, numbers[measure]!);
  return { ...names, ...none, eta: orNull(ratio.value), rows: ratio.rows };
}

/** A measure as it is, a category as the place of its value. SQL. */
function numberOf({ kind, values }: AssociatedColumn, column: Column): Sql {
  if (kind === "number") return groupedSql(column);
  return codeSql(column, values);
}

/** The place of a value among some, as a double; null for none of them. SQL. */
export function codeSql(column: Column, values: readonly ListedValue[]): Sql {
  if (values.length === 0) return sql`cast(null as double)`;
  const cases = values.map(({ value }, i) => sql`when ${value} then ${i}`);
  return sql`cast(case ${groupedSql(column)} ${join(cases, " ")} end as double)`;
}

function finite(values: Float64Array): Float64Array {
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) === Infinity) values[i] = Number.NaN;
  return values;
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
