import type { ColumnType } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { sql } from "../../sql/template.ts";
import { allRows } from "./rows.ts";
import type { Session } from "./session.ts";

/** Names of a query's columns and the types that they have in tables here; what these do not have is text. */
export async function queryColumns(
  session: Session,
  query: Sql,
): Promise<readonly { readonly name: string; readonly type: ColumnType }[]> {
  const described = await allRows(session, sql`select column_name, column_type from (describe ${query})`);
  return described.map((row) => ({
    name: String(row["column_name"]),
    type: columnType(String(row["column_type"])) ?? "text",
  }));
}

const integers = new Set(["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"]);
const timestamps = new Set(["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"]);

/** The type of tables here that one of DuckDB's is, without loss; null for the others. */
export function columnType(type: string): ColumnType | null {
  if (type === "VARCHAR") return "text";
  if (type === "BOOLEAN") return "boolean";
  if (integers.has(type)) return "integer";
  if (type === "DOUBLE" || type === "FLOAT" || /^DECIMAL\([^()]*\)$/.test(type)) return "number";
  if (type === "DATE") return "date";
  return timestamps.has(type) ? "timestamp" : null;
}
