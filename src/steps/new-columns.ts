import type { OutputTable } from "../core/command.ts";
import type { Engine, NewColumn, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import { outputQueries } from "./reading/values.ts";

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
  table: Table,
  columns: readonly NewColumn[],
): Promise<Pick<OutputTable, "query" | "typed" | "rows">> {
  const names = new Set(columns.map(({ name }) => name));
  const attached = await engine.attach(table.relation, table.rows, columns);
  const kept: Table = { ...table, columns: table.columns.filter(({ name }) => !names.has(name)) };
  const extra = columns.map(({ name }, i) => ({ name, sql: attached.refs[i]! }));
  return { ...outputQueries(kept, extra, attached.relation), rows: table.rows };
}
