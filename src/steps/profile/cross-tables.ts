import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Sql } from "../../core/sql.ts";
import { fixedSum } from "../../model/fixed-sum.ts";
import { cramersV } from "../../model/stats/association.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { double } from "../cluster/in-engine/nearest-sql.ts";
import { findColumn } from "../match-columns.ts";
import { requireSettled } from "../reading/ties.ts";
import { inOrder } from "../row-position.ts";
import { categoryLevels, codeSql } from "./associations.ts";
import { dayText } from "./sentinels.ts";
import { measuredSql, readsRows, type ColumnFigures } from "./profile-table.ts";
import { valueGroups, type ListedValue } from "./value-groups.ts";

/** The columns of a table by the groups that one of them makes. */
export interface CrossTables {
  readonly by: string;
  readonly groups: readonly { readonly value: string; readonly rows: number }[];
  /** Rows that have no value to be grouped by: they count nowhere here, so that 100 is everyone who has a group. */
  readonly ungrouped: number;
  /** Those that differ most between the groups first. */
  readonly tables: readonly CrossTable[];
  /** Columns that are not compared, with too many different values. */
  readonly leftOut: readonly string[];
}

/** How often each value, or quarter of the values, of a column stands in each group. */
export interface CrossTable {
  readonly column: string;
  readonly kind: "values" | "quarters";
  /** Cramér's V of the counts, plain and corrected for bias (Bergsma 2013); null where the column does not vary. */
  readonly cramersV: number | null;
  readonly cramersVCorrected: number | null;
  readonly rows: readonly CrossRow[];
  /** Mean of each group and of everyone who has one; null for other columns, and where rows stay in a cluster. */
  readonly means: {
    readonly byGroup: readonly (number | null)[];
    readonly everyone: number;
    /** The mean over that of everyone, times 100; null throughout where the column has negative values, of which no share is. */
    readonly indices: readonly (number | null)[];
  } | null;
}

export interface CrossRow {
  readonly value: string;
  readonly counts: readonly number[];
  /** Of the group's rows that hold a value. */
  readonly shares: readonly (number | null)[];
  /** The share over that of everyone, times 100. */
  readonly indices: readonly (number | null)[];
}

/** Values of a column that have a row of their own. */
const ownRows = 12;

/**
 * Cross-tables of columns by the column of that name: numbers and dates by quarters of their values, others by their most
 * frequent values, as counts of all rows, which are exact. A scan for each column, and another for means. Throws
 * `unknown-column`, `ambiguous-input`, and `bad-option-value` for a column that makes too many groups.
 */
export async function crossTables(
  context: Context,
  table: Table,
  columns: readonly ColumnFigures[],
  name: string,
): Promise<CrossTables> {
  const by = findColumn(table.columns, name, "--by");
  requireSettled(table, [name]);
  const groups = await valueGroups(context.engine, table, by);
  if (groups.distinct < 2 || groups.distinct > categoryLevels) {
    const has = groups.distinct === 1 ? "one value" : `${groups.distinct} different values`;
    throw new SegmentError(
      "bad-option-value",
      `--by ${name}: the column has ${groups.distinct === 0 ? "no value" : has}`,
      {
        hint: `give a column of 2 to ${categoryLevels} different values`,
      },
    );
  }
  const listed = inReadingOrder(groups.listed);
  const group = codeSql(by, listed);
  const found: CrossTable[] = [];
  const leftOut: string[] = [];
  for (const one of columns) {
    if (one.column.name === name || one.present === 0) continue;
    const parts = partsOf(one);
    if (parts === null) {
      leftOut.push(one.column.name);
      continue;
    }
    context.terminal.progress(`comparing ${one.column.name} by ${name}`);
    const counts = await countsOf(context, table, group, listed.length, parts);
    const means = parts.kind === "quarters" ? await meansOf(context, table, one, group, listed.length) : null;
    found.push(crossTable(one.column.name, parts, counts, listed.length, means));
  }
  return {
    by: name,
    groups: listed.map(({ value, rows }) => ({ value: String(value), rows })),
    ungrouped: table.rows - listed.reduce((sum, { rows }) => sum + rows, 0),
    tables: found.toSorted((a, b) => (b.cramersVCorrected ?? -1) - (a.cramersVCorrected ?? -1)),
    leftOut,
  };
}

/** Numbers rise, words stand by how many rows they have. */
function inReadingOrder(listed: readonly ListedValue[]): readonly ListedValue[] {
  const numbers = listed.every(({ value }) => typeof value === "number");
  return numbers ? listed.toSorted((a, b) => Number(a.value) - Number(b.value)) : listed;
}

interface Parts {
  readonly kind: CrossTable["kind"];
  readonly labels: readonly string[];
  /** The place of a row's label, null where missing. SQL. */
  readonly code: Sql;
}

function partsOf({ column, groups, numbers, role }: ColumnFigures): Parts | null {
  if (["id", "email", "phone", "name", "first-name", "last-name", "address"].includes(role)) return null;
  const measured = measuredSql(column);
  const isLabelled = role === "label" || groups.distinct <= 4;
  if (measured !== null && numbers !== null && numbers.count > 0 && !(isLabelled && groups.distinct <= ownRows)) {
    const [, , q1, q2, q3] = numbers.quantiles as [number, number, number, number, number];
    const edges = [...new Set([q1, q2, q3])].filter((edge) => edge < numbers.maximum);
    const ends = [...edges, numbers.maximum].map((end) =>
      column.type === "date" || column.type === "timestamp" ? dayText(end) : String(Number(end.toPrecision(6))),
    );
    const labels = [...edges.map((_, i) => `≤ ${ends[i]!}`), edges.length === 0 ? ends[0]! : `> ${ends.at(-2)!}`];
    const cases = edges.map((edge, i) => sql`when ${measured} <= ${double(edge)} then ${i}`);
    const code = sql`case when ${measured} is null or abs(${measured}) = ${Infinity} then null ${join(cases, " ")} else ${edges.length} end`;
    return { kind: "quarters", labels, code };
  }
  if (groups.distinct > 200) return null;
  const own = groups.listed.slice(0, ownRows);
  const others = groups.listed.slice(ownRows);
  const labels = [...own.map(({ value }) => String(value)), ...(others.length > 0 ? [`${others.length} others`] : [])];
  return { kind: "values", labels, code: codeSql(column, groups.listed) };
}

async function countsOf(
  { engine }: Context,
  table: Table,
  group: Sql,
  groups: number,
  { code, labels }: Parts,
): Promise<Float64Array> {
  const rows = await engine.rows(
    sql`
      select part_1, group_1, count(*) as rows_1
      from (
        select case when code_1 < ${ownRows} then code_1 else ${ownRows} end as part_1, code_1, group_1
        from (
          select ${code} as code_1, ${group} as group_1
          from ${table.relation}
        )
      )
      where code_1 is not null and group_1 is not null
      group by part_1, group_1
    `,
    labels.length * groups,
  );
  const counts = new Float64Array(labels.length * groups);
  for (const row of rows) counts[Number(row["part_1"]) * groups + Number(row["group_1"])] = Number(row["rows_1"]);
  return counts;
}

function crossTable(
  column: string,
  { kind, labels }: Parts,
  counts: Float64Array,
  groups: number,
  means: CrossTable["means"],
): CrossTable {
  const across = Array.from({ length: groups }, (_, g) => fixedSum(labels.map((__, i) => counts[i * groups + g]!)));
  const all = fixedSum(across);
  const { plain, corrected } = cramersV(counts, groups);
  const rows = labels.map((value, i): CrossRow => {
    const own = Array.from({ length: groups }, (_, g) => counts[i * groups + g]!);
    const everyone = fixedSum(own) / all;
    const shares = own.map((count, g) => (across[g]! > 0 ? count / across[g]! : null));
    const indices = shares.map((share) => (share === null || !(everyone > 0) ? null : (100 * share) / everyone));
    return { value, counts: own, shares, indices };
  });
  return {
    column,
    kind,
    cramersV: Number.isNaN(plain) ? null : plain,
    cramersVCorrected: Number.isNaN(corrected) ? null : corrected,
    rows: rows.filter(({ counts: own }) => own.some((count) => count > 0)),
    means,
  };
}

/** Means by group, about the mean of all rows, in fixed blocks. Null for dates, where no row has both a value and a group, and where rows stay in a cluster. */
async function meansOf(
  { engine, compute }: Context,
  table: Table,
  { column, numbers }: ColumnFigures,
  group: Sql,
  groups: number,
): Promise<CrossTable["means"]> {
  const isNumber = column.type === "integer" || column.type === "number";
  const value = measuredSql(column);
  if (!isNumber || value === null || numbers === null || !readsRows(engine, table)) return null;
  const mark = compute.mark();
  try {
    const query = sql`
      select ${value} as ${identifier("v1")}, ${group} as ${identifier("v2")}
      from ${table.relation}${inOrder(table)}
    `;
    const matrix = await engine.matrix(query, ["v1", "v2"], table.rows, compute);
    const [values, codes] = [columnOf(matrix, 0), columnOf(matrix, 1)];
    const blocks = Math.ceil(table.rows / blockRows);
    const sums = Array.from({ length: groups }, () => new Float64Array(blocks));
    const counts = new Float64Array(groups);
    for (let i = 0; i < table.rows; i++) {
      const [x, g] = [values[i]!, codes[i]!];
      if (g !== g || !(Math.abs(x) < Infinity)) continue;
      sums[g]![Math.floor(i / blockRows)]! += x - numbers.mean;
      counts[g]! += 1;
    }
    const totals = sums.map((sum) => fixedSum(sum));
    const byGroup = totals.map((total, g) => (counts[g]! > 0 ? numbers.mean + total / counts[g]! : null));
    const grouped = fixedSum(counts);
    if (grouped === 0) return null;
    const everyone = numbers.mean + fixedSum(totals) / grouped;
    const hasShares = numbers.negatives === 0 && everyone > 0;
    const indices = byGroup.map((mean) => (mean === null || !hasShares ? null : (100 * mean) / everyone));
    return { byGroup, everyone, indices };
  } finally {
    compute.release(mark);
  }
}

const blockRows = 4096;
