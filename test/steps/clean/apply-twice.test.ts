import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  double,
  integer,
  option,
  record,
  tuple,
} from "fast-check";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { OutputTable } from "../../../src/core/command.ts";
import { withClean } from "./with-clean.ts";

const { run, surroundings } = withClean();

const number = constantFrom(0, 0, 1, 2, 3.5, -4, 12, 1e6).chain((base) =>
  double({ min: -3, max: 3, noNaN: true }).map((more) => (base === 0 ? 0 : Math.round((base + more) * 100) / 100)),
);
const row = tuple(
  integer({ min: 1, max: 28 }),
  constantFrom("Lyon", "Évry", "Nice", ""),
  option(number, { freq: 4 }),
  option(constantFrom("gold", "silver"), { freq: 3 }),
);
const cases = record({
  rows: array(row, { minLength: 6, maxLength: 24 }),
  rule: constantFrom("iqr", "iqr:0.5", "zscore:1", "mad:1", "percentile:10:80", "xmr", "bounds:-2:5"),
  action: constantFrom("flag", "clip", "winsorise", "null", "drop"),
  fill: constantFrom("mean", "median", "mode", "ffill", "bfill", "linear", "linear:position", null),
  grouped: boolean(),
  flagged: boolean(),
});

/**
 * A second application looks for outliers among the fills too. A mean of flagged cells may be one, and so may the fill of
 * all rows in a group of which no value is left; all others lie within the bounds of their rows.
 */
const staysInBounds = (action: string, fill: string | null, grouped: boolean): boolean =>
  fill === null || (action !== "flag" && !(grouped && ["mean", "median", "mode"].includes(fill)));

test(
  "what a model did it does not do again, and applying it to the rows of the fit gives the fit",
  { timeout: 240_000 },
  async () => {
    const { context, path, put } = surroundings();
    const write = async (table: OutputTable, name: string): Promise<string> => {
      await context.engine.write(table.query, path(name), "csv");
      return readFileSync(path(name), "utf8");
    };
    let applied = 0;
    await assert(
      asyncProperty(cases, async ({ rows, rule, action, fill, grouped, flagged }) => {
        const cells = rows.map(([day, town, spend, tier]) => {
          const at = `2024-02-${String(day).padStart(2, "0")}`;
          return [at, town, spend ?? "", tier ?? ""].join(",");
        });
        // Every kind of value is there, so that each column has its type.
        const text = `day,town,spend,tier\n2024-02-01,Lyon,1.5,gold\n2024-02-02,Nice,2.5,silver\n${cells.join("\n")}\n`;
        const isOrdered = rule === "xmr" || !["mean", "median", "mode", null].includes(fill);
        const isLearned = rule !== "bounds:-2:5" || fill !== null;
        const given = {
          outliers: [`spend=${rule}`],
          outlierAction: [action],
          ...(fill === null ? {} : { impute: [`spend=${fill}`, `tier=${fill === "ffill" ? "ffill" : "mode"}`] }),
          ...(fill === null || !flagged ? {} : { imputeFlag: true }),
          ...(isOrdered ? { orderBy: "day" } : {}),
          ...(grouped && isLearned ? { by: "town" } : {}),
          saveModel: "m.json",
        };
        const fit = await run(text, given).catch((error: { code?: string }) => {
          // Nothing may be left, or no value be within bounds.
          if (error.code === "nothing-left" || error.code === "missing-values") return null;
          throw error;
        });
        if (fit === null) return;
        applied++;
        const fitted = await write(fit.outcome.table as OutputTable, "fit.csv");
        const model = put("twice.json", fit.outcome.files![0]!.text);
        const once = await run(text, { model });
        expect(await write(once.outcome.table as OutputTable, "once.csv")).toBe(fitted);
        // What the fit says of a rule that found no spread, an application does not say again.
        expect({ ...once.json, warnings: [] }).toEqual({ ...fit.json, warnings: [] });
        if (!staysInBounds(action, fill, grouped)) return;
        const twice = await run(path("once.csv"), { model, overwrite: true });
        expect(await write(twice.outcome.table as OutputTable, "again.csv")).toBe(fitted);
      }),
      { numRuns: 150 },
    );
    expect(applied).toBeGreaterThan(100);
  },
);
