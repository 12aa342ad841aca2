import type { Context, Table } from "../../core/context.ts";
import type { Source } from "../../core/source.ts";
import { isOneOf } from "../../sql/functions.ts";
import { identifier, sql } from "../../sql/template.ts";
import { outputQueries } from "../reading/values.ts";

/** A row that is set aside for one of its values. */
export interface QuarantinedCell {
  /** The number of the row in the table that was read, from 0. */
  readonly row: number;
  /** The first column, in table order, whose value is to blame. */
  readonly column: string;
  /** Why, for each such column. */
  readonly reason: string;
}

/** Rows that are held here at once, on their way from the engine. */
const rowsAtOnce = 1000;

/**
 * Lines of a quarantine file for rows of a table (rising): file, line, byte offset, column, reason, and the record as it
 * stands in the file; of rows that have no line there, their values as JSON. Reads each file again up to the last of them.
 */
export async function quarantineLines(
  context: Pick<Context, "engine">,
  sources: readonly Source[],
  table: Table,
  cells: readonly QuarantinedCell[],
): Promise<readonly string[]> {
  const lines: string[] = [];
  let before = 0;
  let next = 0;
  for (const source of sources) {
    if (!("recordsAt" in source) || source.recordsAt === undefined) break;
    const rows = source.format === "csv" ? source.rows : undefined;
    if (rows === undefined && sources.length > 1) break;
    const own = rows === undefined ? cells : cells.slice(next).filter(({ row }) => row < before + rows);
    const start = before;
    const records = await source.recordsAt(own.map(({ row }) => row - start));
    own.forEach(({ column, reason }, i) => {
      const { line, byte, raw } = records[i]!;
      lines.push(csvLine([source.label, String(line), byte === null ? "" : String(byte), column, reason, raw]));
    });
    before += rows ?? 0;
    next += own.length;
  }
  const rest = cells.slice(next);
  const label = sources.length === 1 ? sources[0]!.label : "";
  for (let start = 0; start < rest.length; start += rowsAtOnce) {
    const some = rest.slice(start, start + rowsAtOnce);
    const texts = await rowTexts(
      context,
      table,
      some.map(({ row }) => row),
    );
    some.forEach(({ column, reason }, i) => lines.push(csvLine([label, "", "", column, reason, texts[i]!])));
  }
  return lines;
}

/** Rows of a table that has no lines, as JSON. */
async function rowTexts(
  { engine }: Pick<Context, "engine">,
  table: Table,
  rows: readonly number[],
): Promise<readonly string[]> {
  const row = identifier("segment_row_0");
  const found = await engine.rows(
    sql`
      select *
      from (
        select *, row_number() over () - 1 as ${row}
        from (
          ${outputQueries(table).typed}
        )
      )
      where ${isOneOf(row, rows)}
      order by ${row}
    `,
    rows.length,
  );
  return found.map(({ segment_row_0: _row, ...values }) =>
    JSON.stringify(values, (_, one: unknown) => (typeof one === "bigint" ? String(one) : one)),
  );
}

function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${quoted.join(",")}\n`;
}
