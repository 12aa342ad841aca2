import type { ColumnType } from "../../core/schema.ts";

/** The type of tables here that one of Spark's is, without loss; null for the others. */
export function columnType(type: string): ColumnType | null {
  if (/^(string|varchar|char)\b/.test(type)) return "text";
  if (type.startsWith("decimal(")) return "number";
  switch (type) {
    case "boolean":
    case "date":
      return type;
    case "tinyint":
    case "smallint":
    case "int":
    case "bigint":
      return "integer";
    case "float":
    case "double":
      return "number";
    case "timestamp":
    case "timestamp_ntz":
      return "timestamp";
    default:
      return null;
  }
}
