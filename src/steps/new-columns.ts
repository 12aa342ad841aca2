import type { OutputTable } from "../core/command.ts";
import type { Engine, LinesWith, NewColumn, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { Source } from "../core/source.ts";
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
export async function outputWith(
  engine: Engine,
  { table, sources }: Pick<OpenedTable, "table" | "sources">,
  columns: readonly NewColumn[],
): Promise<Pick<OutputTable, "query" | "typed" | "open" | "rows" | "lines">> {
  const names = new Set(columns.map(({ name }) => name));
  const attached = await engine.attach(table.relation, table.rows, columns);
  const kept: Table = { ...table, columns: table.columns.filter(({ name }) => !names.has(name)) };
  const extra = columns.map(({ name }, i) => ({ name, sql: attached.refs[i]! }));
  const lines = linesWith(kept, sources, columns);
  return {
    ...outputQueries(kept, extra, attached.relation),
    rows: table.rows,
    ...(lines !== null && kept.columns.length === table.columns.length ? { lines } : {}),
  };
}

/**
 * The output as the lines of its one file with fields added: where the file is in the notation that is written (comma,
 * LF, no quoted field) and no column is rewritten. Null elsewhere.
 */
function linesWith(table: Table, sources: readonly Source[], added: readonly NewColumn[]): LinesWith | null {
  const [source] = sources;
  if (source === undefined || sources.length > 1 || source.format !== "csv") return null;
  if (source.delimiter !== "," || source.newline !== "\n" || source.quote !== "") return null;
  if (source.columns.length < 2 || source.skip === 0) return null;
  const columns = added.flatMap(({ values }) => (values instanceof Int32Array ? [values] : []));
  if (columns.length < added.length || table.columns.some((column) => textSql(column) !== column.ref)) return null;
  return { source, header: [...table.columns, ...added].map(({ name }) => name), columns };
}
