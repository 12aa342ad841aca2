import type { Table } from "../../core/context.ts";
import { sql } from "../../sql/template.ts";
import { derived, deriveTable, passed } from "../derive.ts";

/** The column that tells which of several imputations a row belongs to. */
export const imputationColumn = "imputation";

/** A table with its number in a column at its end, in place of another of that name. */
export function numberedTable(table: Table, number: number): Table {
  const columns = table.columns.filter(({ name }) => name !== imputationColumn).map(passed);
  const value = sql`cast(${number} as integer)`;
  return deriveTable(table, [...columns, derived(imputationColumn, "integer", "typed", value, table.rows)]);
}
