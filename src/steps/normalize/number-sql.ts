import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { sql } from "../../sql/template.ts";
import { valueSql } from "../reading/values.ts";

/** A column's number as a double, null where missing or NaN; 1 and 0 for yes and no. */
export function numberSql(column: Column): Sql {
  const number = sql`cast(${valueSql(column)} as double)`;
  return column.stored === "typed" && column.type === "number" ? sql`nullif(${number}, ${Number.NaN})` : number;
}
