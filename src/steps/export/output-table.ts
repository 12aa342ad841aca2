import type { Engine, Table } from "../../core/context.ts";
import type { FileFormat } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { sha256Hex } from "../../sql/functions.ts";
import { join, sql } from "../../sql/template.ts";
import { isEmailSql, normalEmailSql } from "../contact/email.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { findColumn } from "../match-columns.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { outputQueries, textSql, valueSql } from "../reading/values.ts";
import { refuseClash, type ExportColumn } from "./choose-columns.ts";
import type { SegmentFile } from "./segment-files.ts";
import { countFormulas, spreadsheetName, spreadsheetSql } from "./spreadsheet.ts";

/** The output in both of its forms. */
export interface FormedTable {
  readonly query: Sql;
  readonly typed: Sql;
  /** Its columns in the form of a file format, over the relation of the table it was made from. */
  columns(format: FileFormat): readonly { readonly name: string; readonly value: Sql }[];
  /** Cells made safe for a spreadsheet; null where that was not asked for. */
  readonly escaped: number | null;
}

/**
 * The columns that go out, over the rows of a table: renamed, addresses hashed, and for a spreadsheet with `'` before
 * what it could take for a formula (names too). One scan where it is for a spreadsheet. Throws `column-exists`.
 */
export async function outputTable(
  engine: Engine,
  table: Table,
  chosen: readonly ExportColumn[],
  spreadsheet: boolean,
): Promise<FormedTable> {
  const columns = chosen.map((column) => formed(table, column));
  if (!spreadsheet) {
    return {
      ...outputQueries(deriveTable(table, columns)),
      columns: (format) =>
        columns.map(({ name, value, ...rest }) => {
          const column = { ...rest, name, ref: value };
          return { name, value: format === "csv" ? textSql(column) : valueSql(column) };
        }),
      escaped: null,
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
    columns: () => safe.map(({ name, value }) => ({ name, value })),
    escaped: await countFormulas(engine, deriveTable(table, columns)),
  };
}

function formed(table: Table, { name, from, form }: ExportColumn): DerivedColumn {
  const column = findColumn(table.columns, from.name, "the output");
  if (form === "value") return { ...passed(column), name };
  const normal = normalEmailSql(column.ref);
  const digest = sql`case when not ${isMissingSql(column.ref)} and ${isEmailSql(normal)} then ${sha256Hex(normal)} end`;
  return derived(name, "text", "text", digest, column.present);
}

/** The files as one query, each row with the file it is in. */
export function explainFiles(files: readonly SegmentFile[]): Sql {
  return join(
    files.map(({ file, table }) => sql`select ${file} as file_0, * from (${table.query})`),
    "\nunion all\n",
  );
}
