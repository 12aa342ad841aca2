import type { Column } from "../../core/schema.ts";

/** Whether a column is of dates or times. */
export function isTime({ type }: Pick<Column, "type">): boolean {
  return type === "date" || type === "timestamp";
}

/** Whether a column is of numbers, whole or not. */
export function isNumber({ type }: Pick<Column, "type">): boolean {
  return type === "integer" || type === "number";
}
