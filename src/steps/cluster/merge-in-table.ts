import type { Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import { join, sql } from "../../sql/template.ts";
import { derived, deriveTable, passed } from "../derive.ts";
import { textSql } from "../reading/values.ts";
import { labelSql } from "./labels.ts";

/** The table with some labels of a column replaced by one; every other value, and every other column, as it is. */
export function mergeInTable(table: Table, column: Column, labels: readonly string[], into: string): Table {
  const joins = join(
    labels.map((label) => sql`${label}`),
    ", ",
  );
  const isInteger = column.stored === "typed" && column.type === "integer";
  const isNumber = column.stored === "typed" && column.type === "number";
  const whole = isInteger ? sql`${Number(into)}` : isNumber ? sql`cast(${Number(into)} as double)` : sql`${into}`;
  const kept = column.stored === "typed" ? column.ref : textSql(column);
  const value = sql`case when ${labelSql(column)} in (${joins}) then ${whole} else ${kept} end`;
  const { name, type, stored, present } = column;
  return deriveTable(
    table,
    table.columns.map((one) => (one.name === name ? derived(name, type, stored, value, present) : passed(one))),
  );
}
