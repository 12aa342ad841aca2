import type { Context } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { identifier, sql } from "../../sql/template.ts";
import { isOneOf } from "../../sql/functions.ts";
import type { Cleaned } from "./apply.ts";
import type { CheckFacts } from "./formed-table.ts";
import type { OutlierAction } from "./outlier-rules.ts";
import type { EmailCheck } from "./settings.ts";
import type { QuarantinedCell } from "./quarantined-rows.ts";
import type { OpenedTable } from "../open-table.ts";
import { outputQueries } from "../reading/values.ts";

/** Actions that set rows aside need a file for them. Throws `usage`. */
export function requireQuarantine(
  actions: readonly (OutlierAction | EmailCheck | null)[],
  quarantine: string | undefined,
): void {
  if (quarantine !== undefined || !actions.includes("quarantine")) return;
  throw new SegmentError("usage", "rows are to be set aside, and no file is named for them", {
    hint: "add --quarantine FILE",
  });
}

/** The rows that checks set aside, in order. */
async function checkedRows({ engine }: Context, { formed }: Cleaned): Promise<readonly QuarantinedCell[]> {
  if (formed.setAside === null) return [];
  const { relation, row, column } = formed.setAside;
  const [place, field] = [identifier("place_1"), identifier("field_1")];
  const stored = await engine.store(sql`select ${row} as ${place}, ${column} as ${field} from ${relation}`);
  const found: QuarantinedCell[] = [];
  try {
    while (found.length < stored.rows) {
      const rows = await engine.rows(
        sql`
          select ${place}, ${field}
          from ${stored.relation}
          where ${place} > ${found.at(-1)?.row ?? -1}
          order by ${place}
          limit ${rowsAtOnce}
        `,
        rowsAtOnce,
      );
      for (const one of rows) {
        const { name } = formed.from.columns[Number(one["field_1"])]!;
        const { kind } = formed.checks.find((check) => check.column === name)!;
        found.push({ row: Number(one["place_1"]), column: name, reason: wrongWords[kind] });
      }
      if (rows.length === 0) throw new SegmentError("bug", `${stored.rows} rows were set aside, ${found.length} found`);
    }
  } finally {
    await engine.forget(stored);
  }
  return found;
}

const wrongWords: Readonly<Record<CheckFacts["kind"], string>> = {
  email: "no e-mail address",
  phone: "no telephone number of its country",
  postcode: "no postcode of its country",
  city: "no place of its postcode",
  country: "no name or code of a country",
  gender: "no word for a gender that is known",
  title: "no title that is known",
};

/**
 * The text of the quarantine with the rows that checks and outliers set aside behind those that could not be read. Reads
 * each file again up to the last of them.
 */
export async function quarantineText(
  context: Context,
  { sources }: OpenedTable,
  cleaned: Cleaned,
  file: string,
): Promise<string> {
  const { formed } = cleaned;
  const quarantined = [...(await checkedRows(context, cleaned)), ...cleaned.facts.quarantined].sort(
    (a, b) => a.row - b.row,
  );
  const lines: string[] = [];
  let before = 0;
  let next = 0;
  for (const source of sources) {
    if (source.format !== "csv") break;
    const own = quarantined.slice(next).filter(({ row }) => row < before + source.rows);
    const records = await source.recordsAt(own.map(({ row }) => row - before));
    own.forEach(({ column, reason }, i) => {
      const { line, byte, raw } = records[i]!;
      lines.push(csvLine([source.label, String(line), byte === null ? "" : String(byte), column, reason, raw]));
    });
    before += source.rows;
    next += own.length;
  }
  const rest = quarantined.slice(next);
  const label = sources.length === 1 ? sources[0]!.label : "";
  for (let start = 0; start < rest.length; start += rowsAtOnce) {
    const some = rest.slice(start, start + rowsAtOnce);
    const texts = await rowTexts(
      context,
      formed.from,
      some.map(({ row }) => row),
    );
    some.forEach(({ column, reason }, i) => lines.push(csvLine([label, "", "", column, reason, texts[i]!])));
  }
  return `${await context.io.readText(file)}${lines.join("")}`;
}

/** Rows that are held here at once, on their way from the engine. */
const rowsAtOnce = 1000;

/** Rows of a table that has no lines, as JSON. */
async function rowTexts(
  { engine }: Context,
  table: Cleaned["formed"]["from"],
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
