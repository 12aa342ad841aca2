import { readFileSync } from "node:fs";
import { assert, asyncProperty } from "fast-check";
import papaparse from "papaparse";
import { expect, test } from "vitest";
import type { OutputTable } from "../../../src/core/command.ts";
import { contactTables, quotedCsv } from "./dirt.ts";
import { withClean, type CleanRun } from "./with-clean.ts";

const { run, runOrNothing: cleaned, surroundings } = withClean();

/** The rules of a generated table; those of columns that learn nothing. */
function given({
  letters,
  unicode,
  fold,
  check,
  kept,
}: {
  letters?: readonly string[] | undefined;
  unicode: string;
  fold?: readonly string[] | undefined;
  check?: readonly string[] | undefined;
  kept: number;
}) {
  return {
    phone: ["phone"],
    postcode: ["postcode"],
    country: "FR",
    countryColumn: "country",
    countryNames: ["country"],
    gender: ["gender"],
    title: ["title"],
    email: ["email"],
    unicode,
    ...(letters === undefined ? {} : { case: letters }),
    ...(fold === undefined ? {} : { foldAccents: fold }),
    ...(check === undefined ? {} : { check }),
    excludeWhere: kept === 0 ? [] : [`row in r0,r${kept}`],
  };
}

test(
  "what a ledger tells of is taken back: the input comes back cell for cell, for any dirt",
  { timeout: 240_000 },
  async () => {
    const { context, path, put } = surroundings();
    let undone = 0;
    await assert(
      asyncProperty(contactTables, async ({ cells, ...rules }) => {
        const text = quotedCsv(cells);
        const first = await cleaned(text, { ...given(rules), ledger: path("ledger.csv") });
        if (first === null) return;
        await context.engine.write((first.outcome.table as OutputTable).query, path("cleaned.csv"), "csv");
        const [ledger] = first.outcome.tables!;
        await context.engine.write((ledger!.table as OutputTable).query, path("ledger.csv"), "csv");
        const input = put("input.csv", text);
        const back = await run(path("cleaned.csv"), { undo: path("ledger.csv"), input });
        // Read from the file: the engine's rows lose a byte order mark at the start of a text.
        await context.engine.write((back.outcome.table as OutputTable).query, path("back.csv"), "csv");
        const { data } = papaparse.parse<string[]>(readFileSync(path("back.csv"), "utf8").replace(/\n$/, ""), {
          delimiter: ",",
        });
        expect(data).toEqual([
          ["row", "phone", "postcode", "country", "gender", "title", "email", "text"],
          ...cells[0]!.map((_, i) => [`r${i}`, ...cells.map((column) => column[i]!)]),
        ]);
        undone++;
      }),
      { numRuns: 15, endOnFailure: true },
    );
    expect(undone).toBeGreaterThan(5);
  },
);

test(
  "rules that learn nothing change nothing the second time, for any dirt of contact data",
  { timeout: 240_000 },
  async () => {
    const { context, path } = surroundings();
    const texts = (found: CleanRun): readonly (readonly (string | null)[])[] =>
      found.rows.map((row) => row.slice(0, 8));
    await assert(
      asyncProperty(contactTables, async ({ cells, ...rules }) => {
        const options = given({ ...rules, kept: 0 });
        // A row that no rule takes away: what is left of a column must not be read as another type.
        const steady = ["06 12 34 56 78", "75001", "France", "Femme", "Mme", "a@b.co", "mot"];
        const whole = cells.map((column, j) => [...column, steady[j]!]);
        const first = await cleaned(quotedCsv(whole), options);
        if (first === null) return;
        await context.engine.write((first.outcome.table as OutputTable).query, path("once.csv"), "csv");
        const second = await run(path("once.csv"), { ...options, overwrite: true });
        expect(texts(second)).toEqual(texts(first));
      }),
      { numRuns: 15, endOnFailure: true },
    );
  },
);
