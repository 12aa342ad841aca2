import type { DuckDBValue } from "@duckdb/node-api";
import { SegmentError } from "../../core/errors.ts";
import type { Sql } from "../../core/sql.ts";
import type { Files, Session } from "./session.ts";

/** One row of a result, by column name; without a prototype, so that any name is safe. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * The rows of a small result. Integers of any width come as number where exact, else bigint; decimals as number;
 * dates, timestamps and other types as their text; lists as arrays; null as null. Throws `bug` beyond `maximum`.
 */
export function fetchRows(session: Session, query: Sql, maximum: number, files: Files = {}): Promise<Row[]> {
  return session.collect(query, files, async (result) => {
    const names = result.columnNames();
    const rows: Row[] = [];
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return rows;
      if (rows.length + chunk.rowCount > maximum) {
        throw new SegmentError("bug", `a query gave more than ${maximum} rows`);
      }
      for (const values of chunk.getRows()) {
        const row: Record<string, unknown> = Object.create(null);
        names.forEach((name, j) => (row[name] = plainValue(values[j]!)));
        rows.push(row);
      }
    }
  });
}

/** All rows of a result known to be small: one per column, or a catalogue. */
export function allRows(session: Session, query: Sql, files?: Files): Promise<Row[]> {
  return fetchRows(session, query, 1_000_000, files);
}

/** The only row of an aggregate. */
export async function singleRow(session: Session, query: Sql, files?: Files): Promise<Row> {
  const rows = await fetchRows(session, query, 1, files);
  if (rows.length !== 1) throw new SegmentError("bug", "a query that gives one row gave none");
  return rows[0]!;
}

function plainValue(value: DuckDBValue): unknown {
  if (value === null) return null;
  switch (typeof value) {
    case "bigint": {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    }
    case "number":
    case "string":
    case "boolean":
      return value;
    default:
      break;
  }
  if ("items" in value && Array.isArray(value.items)) return value.items.map(plainValue);
  if ("scale" in value && "width" in value) return Number(value.toString());
  return value.toString();
}
