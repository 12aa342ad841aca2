import type { Context } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { identifier, sql } from "../../sql/template.ts";
import type { Cleaned } from "./apply.ts";
import type { CheckFacts } from "./formed-table.ts";
import type { OutlierAction } from "./outlier-rules.ts";
import type { EmailCheck } from "./settings.ts";
import type { OpenedTable } from "../open-table.ts";
import { type QuarantinedCell, quarantineLines } from "../set-aside/quarantine-lines.ts";

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
  const lines = await quarantineLines(context, sources, formed.from, quarantined);
  return `${await context.io.readText(file)}${lines.join("")}`;
}

/** Rows that are held here at once, on their way from the engine. */
const rowsAtOnce = 1000;
