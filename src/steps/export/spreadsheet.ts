import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { matchesWhole } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { textSql } from "../reading/values.ts";

/** First characters by which a spreadsheet takes a cell for a formula. */
const formulaStarts = ["=", "+", "-", "@", "\t", "\r"];

/** A number in plain notation or with a comma, and so any phone in E.164 form: a spreadsheet computes nothing. RE2. */
const numberPattern = "[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,9})?";
const number = new RegExp(`^(?:${numberPattern})$`);

/** Whether a spreadsheet could take a text for a formula. SQL; null for null. */
function isFormulaSql(text: Sql): Sql {
  const starts = join(formulaStarts.map(value), ", ");
  return sql`(left(${text}, 1) in (${starts}) and not ${matchesWhole(text, value(numberPattern))})`;
}

/** The text of a column as a spreadsheet may open it: `'` before what it could take for a formula. SQL. */
export function spreadsheetSql(column: Column): Sql {
  const text = textSql(column);
  return isText(column) ? sql`case when ${isFormulaSql(text)} then '''' || ${text} else ${text} end` : text;
}

/** The same for a column's name. */
export function spreadsheetName(name: string): string {
  return formulaStarts.includes(name[0] ?? "") && !number.test(name) ? `'${name}` : name;
}

/** How many cells of a table `spreadsheetSql` changes. One scan. */
export async function countFormulas(engine: Engine, table: Table): Promise<number> {
  const texts = table.columns.filter(isText);
  if (texts.length === 0) return 0;
  const counts = texts.map((column) => sql`count(*) filter (where ${isFormulaSql(textSql(column))})`);
  const [row = {}] = await engine.rows(
    sql`
      select ${join(counts, " +\n")} as cells_1
      from ${table.relation}
    `,
    1,
  );
  return Number(row["cells_1"]);
}

/** Typed numbers, dates and flags are never text in a cell. */
function isText({ stored, type }: Column): boolean {
  return stored === "text" || type === "text";
}
