/** What the values of a column are. */
export type ColumnType = "text" | "integer" | "number" | "boolean" | "date" | "timestamp";
