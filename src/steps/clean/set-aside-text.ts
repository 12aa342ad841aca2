import type { Engine } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Source } from "../../core/source.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import type { FormedTable } from "./apply.ts";
import type { SetAside } from "./taken-rows.ts";

/** Rows whose text is held here at once. */
const rowsAtOnce = 10_000;
/** How often a file is read again to tell the lines of rows. */
const mostReadings = 64;

/** The header of a quarantine file. */
const header = "file,line,byte,column,reason,raw\n";

/**
 * What a quarantine file holds after `before`, what the reader set aside: for each row that a check sets aside its file,
 * line, column, reason and values as they were read, in row order. `unplaced` counts rows whose line is not told: those
 * that stand in no text file, and those behind more records of several lines than a file is read again for.
 */
export async function setAsideText(
  engine: Engine,
  sources: readonly Source[],
  { columns, checks }: FormedTable,
  aside: SetAside,
  before: string,
): Promise<{ readonly text: string; readonly unplaced: number }> {
  const texts = aside.values.map((of, i) => sql`${asText(of)} as ${identifier(`text_${i}`)}`);
  const stored = await engine.store(sql`
    select
      ${join([sql`${aside.row} as row_0`, sql`${aside.column} as column_0`, ...texts], ",\n")}
    from ${aside.relation}
  `);
  const kinds = new Map(checks.map(({ column, kind }) => [column, kind]));
  const lines = lineFinder(sources);
  const parts: string[] = [before === "" ? header : before];
  let unplaced = 0;
  try {
    for (let done = 0, from = -1; done < stored.rows;) {
      const rows = await engine.rows(
        sql`
          select *
          from ${stored.relation}
          where row_0 > ${from}
          order by row_0
          limit ${rowsAtOnce}
        `,
        rowsAtOnce,
      );
      if (rows.length === 0) throw new SegmentError("bug", `${stored.rows} rows were set aside, ${done} were found`);
      const numbers = rows.map((row) => Number(row["row_0"]));
      const places = await lines(numbers);
      rows.forEach((row, at) => {
        const { column } = columns[Number(row["column_0"])]!;
        const place = places[at]!;
        if (place.line === null) unplaced++;
        const values = columns.map((_, i) => textOf(row[`text_${i}`]));
        const raw = values.map((text) => quoted(text ?? "", place.delimiter)).join(place.delimiter);
        const reason = `not a valid ${kinds.get(column.name) ?? "value"}`;
        const cells = [place.file, place.line === null ? "" : String(place.line), "", column.name, reason, raw];
        parts.push(`${cells.map((cell) => quoted(cell, ",")).join(",")}\n`);
      });
      done += rows.length;
      from = numbers.at(-1)!;
    }
  } finally {
    await engine.forget(stored);
  }
  return { text: parts.join(""), unplaced };
}

interface FoundLine {
  readonly file: string;
  readonly line: number | null;
  readonly delimiter: string;
}

/** Tells where rows stand; where lines rise with rows between two of them, the file need not be read for those between. */
function lineFinder(sources: readonly Source[]): (rows: readonly number[]) => Promise<readonly FoundLine[]> {
  let readings = 0;
  return async (rows) => {
    const found = new Map<number, FoundLine>();
    let start = 0;
    for (const source of sources) {
      const { label } = source;
      if (source.format !== "csv") {
        const isLast = sources.length === 1;
        for (const row of rows)
          if (!found.has(row)) found.set(row, { file: isLast ? label : "", line: null, delimiter: "," });
        break;
      }
      const own = rows.filter((row) => row >= start && row < start + source.rows).map((row) => row - start);
      const lineOf = async (row: number): Promise<number | null> =>
        readings++ < mostReadings ? await source.lineOf(row) : null;
      const lines = new Map<number, number | null>();
      const fill = async (
        low: number,
        high: number,
        lowLine: number | null,
        highLine: number | null,
      ): Promise<void> => {
        const [a, b] = [own[low]!, own[high]!];
        lines.set(a, lowLine).set(b, highLine);
        if (high - low < 2) return;
        if (lowLine !== null && highLine !== null && highLine - lowLine === b - a) {
          for (let i = low + 1; i < high; i++) lines.set(own[i]!, lowLine + own[i]! - a);
          return;
        }
        const middle = (low + high) >> 1;
        const middleLine = await lineOf(own[middle]!);
        await fill(low, middle, lowLine, middleLine);
        await fill(middle, high, middleLine, highLine);
      };
      if (own.length > 0) {
        const last = own.length - 1;
        const first = await lineOf(own[0]!);
        await fill(0, last, first, last === 0 ? first : await lineOf(own[last]!));
      }
      for (const row of own) {
        found.set(row + start, { file: label, line: lines.get(row) ?? null, delimiter: source.delimiter });
      }
      start += source.rows;
    }
    return rows.map((row) => found.get(row) ?? { file: "", line: null, delimiter: "," });
  };
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function quoted(cell: string, delimiter: string): string {
  return cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
