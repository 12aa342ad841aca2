import type { OutputTable } from "../core/command.ts";
import type { Engine, LinesWith, NewColumn, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { Column } from "../core/schema.ts";
import type { Source } from "../core/source.ts";
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
  const added = columns.map(({ name, values }, i): Column => {
    const type = values instanceof Int32Array ? "integer" : "number";
    const reading = plainReading(type);
    const present =
      values instanceof Int32Array ? values.length : values.reduce((n, x) => (Number.isNaN(x) ? n : n + 1), 0);
    return { name, ref: refs[i]!, type, stored: "typed", reading, present, why: "made by this run" };
  });
  return { ...table, relation, columns: [...table.columns.filter(({ name }) => !names.has(name)), ...added] };
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
  const columns = added.flatMap(({ values }) => (values instanceof Int32Array ? [values] : []));
  if (columns.length < added.length || table.columns.some((column) => textSql(column) !== column.ref)) return null;
  return { source, header: [...table.columns, ...added].map(({ name }) => name), columns };
}
