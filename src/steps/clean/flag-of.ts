import type { Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { sql } from "../../sql/template.ts";
import { derived, type DerivedColumn } from "../derive.ts";
import { valueSql } from "../reading/values.ts";

/**
 * The column that tells which values of a column were missing: those that are now, and those that an earlier run filled,
 * which a flag of the name says already.
 */
export function missingFlag({ name, ref }: Column, table: Table): DerivedColumn {
  const earlier = table.columns.find((one) => one.name === missingFlagName(name));
  const isMissing = sql`(${ref} is null)`;
  const wasMissing = earlier?.type === "boolean" ? sql`coalesce(${valueSql(earlier)}, false)` : null;
  return flagOf(missingFlagName(name), wasMissing === null ? isMissing : sql`(${isMissing} or ${wasMissing})`, table);
}

/** The name of the column that tells which values of another were missing. */
export function missingFlagName(column: string): string {
  return `${column}_missing`;
}

/** A column of true and false, of every row of a table. */
export function flagOf(name: string, value: Sql, { rows }: Table): DerivedColumn {
  return derived(name, "boolean", "typed", value, rows);
}
