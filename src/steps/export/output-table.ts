import type { Engine, Table } from "../../core/context.ts";
import type { FileFormat } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { sha256Hex } from "../../sql/functions.ts";
import { join, sql } from "../../sql/template.ts";
import { isEmailSql, normalEmailSql } from "../contact/email.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { findColumn } from "../match-columns.ts";
import { outputQueries, textSql, valueSql } from "../reading/values.ts";
import { refuseClash, type ExportColumn } from "./choose-columns.ts";
import type { SegmentFile } from "./segment-files.ts";
import { countFormulas, spreadsheetName, spreadsheetSql } from "./spreadsheet.ts";

/** The output in both of its forms. */
export interface FormedTable {
  readonly query: Sql;
  readonly typed: Sql;
  /** The rows, with the columns that the output is made from: those of the table it was made from come first, in order. */
  readonly table: Table;
  /** The output's columns in the form of a file format, over the relation of `table`. */
  columns(format: FileFormat): readonly { readonly name: string; readonly value: Sql }[];
  /** Cells made safe for a spreadsheet; null where that was not asked for. */
  readonly escaped: number | null;
  /** Rows without a valid address to hash; null where none is hashed. */
  readonly unhashed: number | null;
}

/**
 * The columns that go out, over the rows of a table: renamed, addresses hashed, and for a spreadsheet with `'` before
 * what it could take for a formula (names too). One scan where it is for a spreadsheet, one where addresses are hashed. Throws `column-exists`.
 */
export async function outputTable(
  engine: Engine,
  rows: Table,
  chosen: readonly ExportColumn[],
  spreadsheet: boolean,
): Promise<FormedTable> {
  const table = withNormalEmail(rows, chosen);
  const columns = chosen.map((column) => formed(table, column));
  const unhashed = table === rows ? null : await countUnhashed(engine, table);
  if (!spreadsheet) {
    return {
      ...outputQueries(deriveTable(table, columns)),
      table,
      columns: (format) =>
        columns.map(({ name, value, ...rest }) => {
          const column = { ...rest, name, ref: value };
          return { name, value: format === "csv" ? textSql(column) : valueSql(column) };
        }),
      escaped: null,
      unhashed,
    };
  }
  const safe = columns.map(({ value, ...rest }): DerivedColumn => {
    const name = spreadsheetName(rest.name);
    return { ...derived(name, "text", "text", spreadsheetSql({ ...rest, ref: value }), rest.present) };
  });
  refuseClash(
    safe.map(({ name }) => name),
    "--spreadsheet",
  );
  return {
    ...outputQueries(deriveTable(table, safe)),
    table,
    columns: () => safe.map(({ name, value }) => ({ name, value })),
    escaped: await countFormulas(engine, deriveTable(table, columns)),
    unhashed,
  };
}

/** The normalised address as a last column, so that it is made once, where its hash goes out. */
function withNormalEmail(rows: Table, chosen: readonly ExportColumn[]): Table {
  const hash = chosen.find(({ form }) => form === "hash");
  if (hash === undefined) return rows;
  const email = findColumn(rows.columns, hash.from.name, "the output");
  const normal = derived("", "text", "text", normalEmailSql(email.ref), email.present);
  return deriveTable(rows, [...rows.columns.map(passed), normal]);
}

async function countUnhashed(engine: Engine, table: Table): Promise<number> {
  const { ref } = table.columns.at(-1)!;
  const [row] = await engine.rows(
    sql`
      select count(*) filter (where ${isEmailSql(ref)}) as hashed_1
      from ${table.relation}
    `,
    1,
  );
  return table.rows - Number(row?.["hashed_1"]);
}

function formed(table: Table, { name, from, form }: ExportColumn): DerivedColumn {
  const column = findColumn(table.columns, from.name, "the output");
  if (form === "value") return { ...passed(column), name };
  const { ref } = table.columns.at(-1)!;
  return derived(name, "text", "text", sql`case when ${isEmailSql(ref)} then ${sha256Hex(ref)} end`, column.present);
}

/** The files as one query, each row with the file it is in. */
export function explainFiles(files: readonly SegmentFile[]): Sql {
  return join(
    files.map(({ file, table }) => sql`select ${file} as file_0, * from (${table.query})`),
    "\nunion all\n",
  );
}
