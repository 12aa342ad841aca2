import type { Place } from "../../core/errors.ts";
import type { Source } from "../../core/source.ts";

/**
 * Where a row (from 0) of a table stands in the user's files. Parquet rows have no line, nor do those of a JSON document,
 * nor those behind such a file, or one of JSON in lines, among several.
 */
export async function placeOf(sources: readonly Source[], row: number, column: string): Promise<Place> {
  let before = 0;
  for (const source of sources) {
    if (source.format === "ndjson" && source.lineOf !== undefined && sources.length === 1) {
      return { file: source.label, line: await source.lineOf(row), column };
    }
    if (source.format !== "csv") return sources.length === 1 ? { file: source.label, column } : { column };
    if (row < before + source.rows) return { file: source.label, line: await source.lineOf(row - before), column };
    before += source.rows;
  }
  return { column };
}
