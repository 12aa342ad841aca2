import type { Table } from "../../../core/context.ts";
import type { Sql } from "../../../core/sql.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { withRowDraws } from "../../cluster/in-engine/sample-rows.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../../derive.ts";
import { findColumn } from "../../match-columns.ts";
import { carrying } from "../../row-position.ts";
import { codedSql, codeSql, itemSql, keySql } from "./category-sql.ts";
import { scaledCode, type ColumnEncoding } from "./encoding.ts";

/** A table with the code of some columns of categories beside its own: their slot, -1 for an unseen value, null for none. */
export interface CodedTable {
  readonly table: Table;
  /** By encoding, inside queries over the table. */
  readonly codes: readonly Sql[];
}

type Coded = Pick<ColumnEncoding, "column" | "type" | "categories" | "slots">;

/** Codes of columns of categories, in two steps so that a key is read once. */
export function codedTable(table: Table, encodings: readonly Coded[]): CodedTable {
  const own = table.columns.length;
  const add = (before: Table, values: readonly Sql[], type: "text" | "integer"): Table =>
    deriveTable(before, [
      ...before.columns.slice(0, own).map(passed),
      ...values.map((one, i) => derived(`_${i + 1}`, type, "typed", one, table.rows)),
    ]);
  const keys = encodings.map(({ column, type }) => keySql(findColumn(table.columns, column, "the model"), type));
  const keyed = add(table, keys, "text");
  const codes = encodings.map(({ categories, slots }, i) => codeSql(keyed.columns[own + i]!.ref, categories, slots));
  const coded = add(keyed, codes, "integer");
  return {
    table: { ...coded, columns: coded.columns.slice(0, own) },
    codes: coded.columns.slice(own).map(({ ref }) => ref),
  };
}

/** A table with the fold of each row, from 0, by a hash of its number and the seed. */
export function foldedTable(table: Table, folds: number, seed: number): { readonly table: Table; readonly fold: Sql } {
  const { plain, kept, query } = withRowDraws(table, seed, foldStep);
  const fold = identifier("fold_0");
  const relation = sql`
    (
      select ${join([...kept, sql`cast(floor(draw_1 * ${folds}) as int) as ${fold}`], ", ")}
      from (
        ${query}
      )
    )
  `;
  return { table: { ...carrying(plain, relation), rows: plain.rows, columns: plain.columns }, fold };
}

/** Step 0 draws the rows of samples. */
const foldStep = 1;

/** Values of a target encoding out of fold, before the scaler: `values[fold][slot]`. */
export interface OutOfFold {
  readonly column: string;
  readonly values: readonly (readonly number[])[];
}

/**
 * Encoding by a model as SQL, its learned values in place: the columns at the table's end, old ones of their names left
 * out. The same bits on every engine, since nothing is computed but compared and looked up. `outOfFold` are what the rows of
 * the fit get in the place of the model's values. `missing` are the gaps of each column, where they are known.
 */
export function encodeSql(
  table: Table,
  encodings: readonly ColumnEncoding[],
  outOfFold: readonly OutOfFold[] = [],
  missing: readonly number[] = [],
): Table {
  if (encodings.length === 0) return table;
  const drawn = encodings.find(({ column }) => outOfFold.some((one) => one.column === column))?.target ?? null;
  const folded = drawn === null ? null : foldedTable(table, drawn.folds, drawn.seed);
  // The fold is carried along as one more column.
  const foldColumn = folded === null ? [] : [derived("_fold", "integer", "typed", folded.fold, table.rows)];
  const source =
    folded === null ? table : deriveTable(folded.table, [...folded.table.columns.map(passed), ...foldColumn]);
  const { table: coded, codes } = codedTable(source, encodings);
  const own = table.columns.length;
  const fold = folded === null ? null : coded.columns[own]!.ref;
  const added = encodings.flatMap((encoding, i): readonly DerivedColumn[] => {
    const present = table.rows - (missing[i] ?? 0);
    const code = codes[i]!;
    if (encoding.kind === "one-hot") {
      return encoding.targets.map((name, slot) =>
        derived(
          name,
          "integer",
          "typed",
          sql`case when ${code} = ${slot} then 1 when ${code} is not null then 0 end`,
          present,
        ),
      );
    }
    const put = (x: number): number => scaledCode(encoding, x);
    const unseen = encoding.unseen === null ? null : put(encoding.unseen);
    const held = outOfFold.find(({ column }) => column === encoding.column);
    const value =
      held === undefined || fold === null
        ? codedSql(encoding.values.map(put), unseen, code)
        : sql`case when ${code} is not null then ${itemSql(held.values.flat().map(put), sql`${fold} * ${encoding.values.length} + ${code}`)} end`;
    return [derived(encoding.targets[0]!, "number", "typed", value, present)];
  });
  const names = new Set(added.map(({ name }) => name));
  return deriveTable(coded, [
    ...coded.columns
      .slice(0, own)
      .filter(({ name }) => !names.has(name))
      .map(passed),
    ...added,
  ]);
}
