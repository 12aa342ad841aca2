import type { Column, ColumnType } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { itemAt } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";
import { valueSql } from "../reading/values.ts";

/** A learned value as it stands in a column: text in plain notation, shortest form, or a value of the column's type. */
export function literalOf({ stored }: Column, type: ColumnType, learned: number | string): Sql {
  if (stored === "text") return sql`${numberText(learned)}`;
  switch (type) {
    case "integer":
      return sql`cast(${learned} as bigint)`;
    case "number":
      return sql`cast(${learned} as double)`;
    case "boolean":
      return sql`${learned === "true"}`;
    case "date":
      return sql`cast(${learned} as date)`;
    case "timestamp":
      return sql`cast(${learned} as timestamp)`;
    case "text":
      return sql`${learned}`;
  }
}

/** A typed column of whole numbers takes fractions only as doubles. */
export function asType({ stored, type: held }: Column, value: Sql, type: ColumnType): Sql {
  return stored === "typed" && held === "integer" && type === "number" ? sql`cast(${value} as double)` : value;
}

/** The number of a column as a double, null where missing. */
export function doubleOf(column: Column): Sql {
  return sql`cast(${valueSql(column)} as double)`;
}

/** The type of a column that takes some learned values: fractions make one of whole numbers one of numbers. */
export function typeWith(type: ColumnType, learned: readonly (number | string | null)[]): ColumnType {
  if (type !== "integer") return type;
  return learned.every((value) => value === null || Number.isSafeInteger(value)) ? "integer" : "number";
}

function numberText(learned: number | string): string {
  return typeof learned === "string" ? learned : String(learned + 0);
}

/**
 * A learned value by the place of the row's group, from 0 for no group: one for each place. The first alone where they do
 * not differ.
 */
export function learnedSql(column: Column, type: ColumnType, byGroup: readonly (number | string)[], group: Sql): Sql {
  const [first] = byGroup;
  if (byGroup.every((one) => one === first)) return literalOf(column, type, first!);
  const place = sql`1 + ${group}`;
  if (column.stored === "text") return itemAt(value(byGroup.map(numberText)), place);
  switch (type) {
    case "integer":
      return sql`cast(${itemAt(value(byGroup), place)} as bigint)`;
    case "number":
      return sql`cast(${itemAt(value(byGroup), place)} as double)`;
    case "boolean":
      return itemAt(value(byGroup.map((one) => one === "true")), place);
    case "date":
      return sql`cast(${itemAt(value(byGroup), place)} as date)`;
    case "timestamp":
      return sql`cast(${itemAt(value(byGroup), place)} as timestamp)`;
    case "text":
      return itemAt(value(byGroup), place);
  }
}
