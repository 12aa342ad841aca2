import type { Report, ReportTable, TableData } from "../core/report.ts";
import { cellText } from "./render/glyphs.ts";

/**
 * Every table of a report as CSV text by file name, `NAME.csv`: its plain values in full precision where it has them,
 * else the words it shows. UTF-8 without BOM, comma, LF, quotes where needed (RFC 4180); no value is an empty field.
 */
export function reportTables(report: Report): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const block of report.blocks) {
    if (block.kind !== "table") continue;
    const data = block.table.data ?? shownData(block.table);
    const lines = [data.columns, ...data.rows].map((row) => row.map(field).join(","));
    files.set(`${block.table.name}.csv`, `${lines.join("\n")}\n`);
  }
  return files;
}

function shownData(table: ReportTable): TableData {
  return {
    columns: table.columns.map((column) => column.header),
    rows: table.rows.map((row) => table.columns.map((_, index) => cellText(row.cells[index] ?? ""))),
  };
}

/** A number in its shortest form that reads back the same. */
function field(value: string | number | null): string {
  if (value === null || (typeof value === "number" && !Number.isFinite(value))) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
