import type { Compute } from "../../core/compute.ts";
import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf } from "../../core/matrix.ts";
import { sql } from "../../sql/template.ts";
import { findColumn } from "../match-columns.ts";
import { requireSettled } from "../reading/ties.ts";
import { inOrder } from "../row-position.ts";
import { codedTable } from "./encode/encode-sql.ts";
import { categoryType, countCategories, noCategories } from "./encode/count-categories.ts";
import type { CategoryType } from "./encode/encoding.ts";

/** The groups of rows that have parameters of their own, by a column of categories. */
export interface ModelGroups {
  readonly column: string;
  readonly type: CategoryType;
  /** In rising order. */
  readonly categories: readonly string[];
}

const mostGroups = 1000;

/** The groups that `--by` names, of at most 1,000. Throws `unknown-column`, `bad-option-value`, `ambiguous-input`. */
export async function learnGroups(engine: Engine, table: Table, name: string): Promise<ModelGroups> {
  const column = findColumn(table.columns, name, "--by");
  requireSettled(table, [name]);
  const type = categoryType(column);
  if (type === null || column.present === 0) {
    const what = column.present === 0 ? "holds no value at all" : noCategories(column);
    throw new SegmentError("bad-option-value", `--by ${name}: it ${what}`, {
      hint: "groups are told apart by text, whole numbers, or yes and no",
    });
  }
  const counted = await countCategories(engine, table, { column, type }, mostGroups, "--by");
  return { column: name, type, categories: counted.map(({ value }) => value) };
}

/** By row the group, from 0; -1 for one that is not among them, NaN for none. 8 bytes a row in the numeric memory. */
export async function readGroups(
  engine: Engine,
  compute: Compute,
  table: Table,
  groups: ModelGroups,
): Promise<Float64Array> {
  const coded = codedGroups(table, groups);
  const query = sql`
    select cast(${coded.code} as double) as code_1
    from ${coded.table.relation}${inOrder(coded.table)}
  `;
  return columnOf(await engine.matrix(query, ["code_1"], table.rows, compute), 0);
}

/** A table with the group of each row, as `readGroups` gives it. */
export function codedGroups(
  table: Table,
  groups: ModelGroups,
): { readonly table: Table; readonly code: ReturnType<typeof sql> } {
  const slots = groups.categories.map((_, i) => i);
  const { table: coded, codes } = codedTable(table, [{ ...groups, slots }]);
  return { table: coded, code: codes[0]! };
}

/** Rows by group, and those in none. */
export interface GroupedRows {
  readonly rows: readonly Int32Array[];
  readonly others: Int32Array;
  /** Rows whose group is none of the model's, and rows without one. */
  readonly unseen: number;
  readonly missing: number;
}

export function groupRows(codes: Float64Array, { categories }: ModelGroups): GroupedRows {
  const sizes = new Int32Array(categories.length + 1);
  let [unseen, missing] = [0, 0];
  for (const code of codes) {
    if (code >= 0) sizes[code]!++;
    else if (code < 0) unseen++;
    else missing++;
  }
  sizes[categories.length] = unseen + missing;
  const all = Array.from(sizes, (size) => new Int32Array(size));
  const next = new Int32Array(all.length);
  codes.forEach((code, i) => {
    const group = code >= 0 ? code : categories.length;
    all[group]![next[group]!++] = i;
  });
  return { rows: all.slice(0, -1), others: all.at(-1)!, unseen, missing };
}

/** The values of some rows, in the numeric memory. */
export function gathered(compute: Compute, values: Float64Array, rows: Int32Array): Float64Array {
  const out = compute.f64(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]!]!;
  return out;
}

/** Puts values back where they were gathered. */
export function scatter(from: Float64Array, rows: Int32Array, out: Float64Array): void {
  for (let i = 0; i < rows.length; i++) out[rows[i]!] = from[i]!;
}
