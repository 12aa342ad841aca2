import type { ColumnType } from "../../core/schema.ts";

/** Whether a type is one of numbers. */
export function isNumeric(type: ColumnType): boolean {
  return type === "integer" || type === "number";
}

/** A text as a value of a type in plain notation, or null where it is none. */
export function plainTextOf(text: string, type: ColumnType): string | null {
  switch (type) {
    case "text":
      return text === "" ? null : text;
    case "boolean":
      return text === "true" || text === "false" ? text : null;
    case "date":
      return isDay(text) ? text : null;
    case "timestamp": {
      const match = /^(\d{4}-\d{2}-\d{2})[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.exec(text);
      return match !== null && isDay(match[1]!) ? text.replace("T", " ") : null;
    }
    case "integer":
    case "number":
      return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/.test(text) && Number.isFinite(Number(text))
        ? text
        : null;
  }
}

function isDay(text: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}
