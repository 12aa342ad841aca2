import type { Compute } from "../../core/compute.ts";
import type { Engine, Table } from "../../core/context.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Categories } from "../../model/cluster/categories.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { codedTable } from "../normalize/encode/encode-sql.ts";
import { inOrder } from "../row-position.ts";
import { codesOf, type ModelCategory } from "./model-category.ts";

/**
 * The codes of the words by row of the table, in the numeric memory; -1 for a word that the fit has not seen. 4 bytes a row and
 * column, while it reads 8 more. The columns must be as the fit had them.
 */
export async function readCodes(
  engine: Engine,
  compute: Compute,
  table: Table,
  categories: readonly ModelCategory[],
): Promise<Categories> {
  const { rows } = table;
  const columns = categories.map(({ column }) => column);
  const codes = compute.i32(rows * columns.length);
  const sizes = categories.map(codesOf);
  const known = categories.filter(({ words }) => words.length > 0);
  const mark = compute.mark();
  const coded = codedTable(
    table,
    known.map(({ column, type, words }) => ({ column, type, categories: words, slots: words.map((_, i) => i) })),
  );
  const names = known.map((_, i) => `code_${i + 1}`);
  const values = coded.codes.map((code, i) => sql`cast(${code} as double) as ${identifier(names[i]!)}`);
  const query = sql`select ${join(values, ", ")} from ${coded.table.relation}${inOrder(coded.table)}`;
  const matrix = names.length === 0 ? null : await engine.matrix(query, names, rows, compute);
  categories.forEach((category, j) => {
    const at = known.indexOf(category);
    const missing = category.hasMissing ? category.words.length : -1;
    const out = codes.subarray(j * rows, (j + 1) * rows);
    if (at < 0) return void out.fill(missing);
    const read = columnOf(matrix!, at);
    for (let i = 0; i < rows; i++) out[i] = Number.isNaN(read[i]!) ? missing : read[i]!;
  });
  compute.release(mark);
  return { rows, columns, codes, sizes };
}
