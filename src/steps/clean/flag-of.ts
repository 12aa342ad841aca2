import type { Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { derived, type DerivedColumn } from "../derive.ts";

/** A column of true and false, of every row of a table. */
export function flagOf(name: string, value: Sql, { rows }: Table): DerivedColumn {
  return derived(name, "boolean", "typed", value, rows);
}
