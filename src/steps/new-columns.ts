import type { OutputTable } from "../core/command.ts";
import type { Engine, LinesWith, NewColumn, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { Column } from "../core/schema.ts";
import type { Source } from "../core/source.ts";
import type { Sql } from "../core/sql.ts";
import { asText } from "../sql/functions.ts";
import { join, sql } from "../sql/template.ts";
import { plainReading } from "./derive.ts";
import type { OpenedTable } from "./open-table.ts";
import { outputQueries, textSql } from "./reading/values.ts";

/** Refuses to add a column that the table has already, unless it is to be replaced. Throws `column-exists`. */
export function refuseExisting(table: Table, added: readonly string[], overwrite: boolean): void {
  if (overwrite) return;
  const existing = table.columns.find(({ name }) => added.includes(name));
  if (existing === undefined) return;
  throw new SegmentError("column-exists", `the table has a column ${existing.name} already`, {
    hint: "give --name another name, or --overwrite to replace it",
  });
}

/** The table with new columns at its end, in row order; a column that has the name of a new one is replaced. */
export async function addColumns(engine: Engine, table: Table, columns: readonly NewColumn[]): Promise<Table> {
  const names = new Set(columns.map(({ name }) => name));
  const { relation, refs } = await engine.attach(table, table.rows, columns);
  const added = columns.map(({ name, values, words }, i): Column => {
    if (words !== undefined) return wordsColumn(name, values, words, refs[i]!);
    const type = values instanceof Int32Array ? "integer" : "number";
    const reading = plainReading(type);
    const present =
      values instanceof Int32Array ? values.length : values.reduce((n, x) => (Number.isNaN(x) ? n : n + 1), 0);
    return { name, ref: refs[i]!, type, stored: "typed", reading, present, why: "made by this run" };
  });
  return { ...table, relation, columns: [...table.columns.filter(({ name }) => !names.has(name)), ...added] };
}

/** The column of texts that numbers stand for. */
function wordsColumn(
  name: string,
  values: Int32Array | Float64Array,
  words: ReadonlyMap<number, string>,
  numbers: Sql,
): Column {
  const cases = [...words].map(([number, word]) => sql`when ${number} then ${word}`);
  const ref = words.size === 0 ? asText(sql`null`) : sql`case ${numbers} ${join(cases, " ")} end`;
  const present = Array.from(values).filter((one) => words.has(one)).length;
  return {
    name,
    ref,
    type: "text",
    stored: "text",
    reading: plainReading("text"),
    present,
    why: "made by this run",
    isPlain: true,
  };
}

/** The output of a table with new columns at its end, as `addColumns` gives it. */
export async function outputWith(
  engine: Engine,
  { table, sources }: Pick<OpenedTable, "table" | "sources">,
  columns: readonly NewColumn[],
): Promise<Pick<OutputTable, "query" | "typed" | "open" | "rows" | "lines">> {
  const added = new Set(columns.map(({ name }) => name));
  const replaces = table.columns.some(({ name }) => added.has(name));
  const lines = replaces ? null : linesWith(table, sources, columns);
  const output = outputQueries(await addColumns(engine, table, columns));
  return { ...output, rows: table.rows, ...(lines === null ? {} : { lines }) };
}

/**
 * The output as the lines of its one file with fields added: where the file is in the notation that is written (comma,
 * LF, no quoted field) and no column is rewritten. Null elsewhere.
 */
function linesWith(table: Table, sources: readonly Source[], added: readonly NewColumn[]): LinesWith | null {
  const [source] = sources;
  if (source === undefined || sources.length > 1 || source.format !== "csv") return null;
  if (source.delimiter !== "," || source.newline !== "\n" || source.quote !== "") return null;
  if (source.columns.length < 2 || source.skip === 0 || source.isChanged === true) return null;
  const columns = added.flatMap(({ values, words }) =>
    values instanceof Int32Array && words === undefined ? [values] : [],
  );
  if (columns.length < added.length || table.columns.some((column) => textSql(column) !== column.ref)) return null;
  return { source, header: [...table.columns, ...added].map(({ name }) => name), columns };
}
