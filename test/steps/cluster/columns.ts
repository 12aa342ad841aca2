import type { Column, ColumnType, Reading } from "../../../src/core/schema.ts";
import { identifier } from "../../../src/sql/template.ts";

/** A described column of a table that need not exist. */
export function column(name: string, type: ColumnType = "number", given: Partial<Column> = {}): Column {
  return {
    name,
    ref: identifier(name),
    type,
    stored: "typed",
    reading: readingOf(type),
    present: 100,
    why: "",
    ...given,
  };
}

function readingOf(type: ColumnType): Reading {
  if (type === "integer" || type === "number") return { type, decimal: ".", thousands: "" };
  if (type === "date" || type === "timestamp") return { type, order: "ymd", format: "%Y-%m-%d" };
  return type === "boolean" ? { type, yes: ["yes"], no: ["no"] } : { type };
}
