import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  oneof,
  record,
  string,
  tuple,
} from "fast-check";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { OutputTable } from "../../../src/core/command.ts";
import { withClean } from "./with-clean.ts";

const { run, surroundings } = withClean();

const space = constantFrom("", "", "", " ", "  ", "\t", "\n", "\u00a0", "\u202f", "\u200b", "\u2003", "\ufeff");
const missing = constantFrom("", "NA", "n/a", "-", "null", " ", "?");
const padded = (core: Arbitrary<string>) => tuple(space, core, space).map((parts) => parts.join(""));
const word = oneof(
  constantFrom(
    "Zoé",
    "Chloe\u0301",
    "ELO@EX.FR",
    "a@b.co",
    "İ@ex.com",
    "Ω",
    "Ǆ",
    "ﬁn",
    "oui",
    "0",
    "1,5",
    "1.5",
    "2024-01-02",
    "01/02/2024",
    "007",
  ),
  string({ unit: "grapheme", maxLength: 6 }).filter((text) => !text.includes("\0")),
);
/** Columns of one kind, each cell perhaps padded, perhaps a word for nothing, now and then of another kind. */
const kinds = [
  constantFrom("1 234,5", "-7,25", "12", "3\u00a0000,00"),
  constantFrom("1.50", "2", "3.25", "1e3"),
  constantFrom("31/12/2024", "13/02/2023", "25/05/2025"),
  constantFrom("2024-1-5", "2024-12-31"),
  constantFrom("2024-01-02T10:00:00Z", "2024-01-02 10:30"),
  constantFrom("oui", "NON", "Oui", "1", "0"),
  constantFrom("yes", "no", "Y", "n"),
  constantFrom("Anne@Ex.FR", "bob@ex.com", "É@ex.fr"),
  constantFrom("0", "1"),
  word,
] as const;
const column = integer({ min: 0, max: kinds.length - 1 }).chain((kind) =>
  array(
    oneof(
      { weight: 12, arbitrary: padded(kinds[kind]!) },
      { weight: 2, arbitrary: missing },
      { weight: 1, arbitrary: padded(word) },
    ),
    {
      minLength: 6,
      maxLength: 6,
    },
  ),
);
const tables = record({
  columns: array(column, { minLength: 1, maxLength: 4 }),
  delimiter: constantFrom(",", ";"),
  letters: constantFrom(undefined, ["lower"], ["upper"], ["title"]),
});

test(
  "cleaning what is clean changes nothing: clean(clean(x)) = clean(x), for any dirt",
  { timeout: 120_000 },
  async () => {
    const { context, path } = surroundings();
    const write = async (table: OutputTable, name: string): Promise<string> => {
      await context.engine.write(table.query, path(name), "csv");
      return readFileSync(path(name), "utf8");
    };
    await assert(
      asyncProperty(tables, async ({ columns, delimiter, letters }) => {
        const field = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const rows = columns[0]!.map((_, i) => [`r${i}`, ...columns.map((cells) => field(cells[i]!))].join(delimiter));
        const header = ["row", ...columns.map((_, j) => `field ${"abcd"[j]}`)].join(delimiter);
        const given = { decimal: ",", dates: ["dmy"], ...(letters === undefined ? {} : { case: letters }) };
        const first = await run(`${header}\n${rows.join("\n")}\n`, given);
        const once = await write(first.outcome.table as OutputTable, "once.csv");
        const second = await run(path("once.csv"), letters === undefined ? {} : { case: letters });
        expect(await write(second.outcome.table as OutputTable, "twice.csv")).toBe(once);
        expect(first.rows).toHaveLength(6);
      }),
      { numRuns: 80 },
    );
  },
);
