import type { Column } from "../../core/schema.ts";
import type { Evidence } from "../../core/source.ts";
import { short } from "./word-evidence.ts";

const decimalWords = { ".": "point", ",": "comma" } as const;
const orderWords = {
  ymd: "year, month, day",
  dmy: "day, month, year",
  mdy: "month, day, year",
  excel: "days of a spreadsheet (1900)",
  excel1904: "days of a spreadsheet (1904)",
  epoch: "seconds since 1970",
  "epoch-ms": "milliseconds since 1970",
} as const;

/** The decimal marks and date orders that the text columns of a table were read with, and why, one line for each. */
export function marksEvidence(columns: readonly Column[]): readonly Evidence[] {
  const lines = new Map<string, { subject: string; found: string; columns: Column[] }>();
  for (const column of columns) {
    const { reading, stored } = column;
    if (stored === "typed") continue;
    if ("decimal" in reading && (reading.type === "number" || reading.thousands !== "")) {
      add("decimal mark", decimalWords[reading.decimal], column);
    }
    if ("order" in reading) add("date order", orderWords[reading.order], column);
  }
  // "decimal mark" before "date order".
  const sorted = [...lines.values()].sort((a, b) => (a.subject < b.subject ? 1 : a.subject > b.subject ? -1 : 0));
  return sorted.map(({ subject, found, columns: own }) => ({ subject, found, why: whyOf(own) }));

  function add(subject: string, found: string, column: Column): void {
    const key = `${subject} ${found}`;
    const line = lines.get(key) ?? { subject, found, columns: [] };
    line.columns.push(column);
    lines.set(key, line);
  }
}

function whyOf(columns: readonly Column[]): string {
  const [first] = columns;
  const others =
    columns.length === 1 ? "" : columns.length === 2 ? " and 1 more column" : ` and ${columns.length - 1} more columns`;
  return `${short(first!.name)}${others}: ${first!.why}`;
}
