import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { valueSql } from "../reading/values.ts";

/**
 * A column of a table in form as doubles: numbers as they are, categories by the place of their text among `levels`, -1 for
 * another text; null where missing.
 */
export function codedSql(column: Column, levels: readonly string[]): Sql {
  if (levels.length === 0) return sql`cast(${valueSql(column)} as double)`;
  const cases = levels.map((level, code) => sql`when ${level} then ${double(code)}`);
  return sql`case when ${column.ref} is not null then case ${asText(column.ref)} ${join(cases, " ")} else ${double(-1)} end end`;
}

/** A number as a double, whatever it looks like. */
export function double(x: number): Sql {
  return sql`cast(${value(x)} as double)`;
}
