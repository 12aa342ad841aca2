import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { csvColumn, withClean, type CleanRun } from "./with-clean.ts";

interface Limits {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly least: number;
  readonly most: number;
}

interface ReferenceSet {
  readonly rows: number;
  readonly columns: readonly string[];
  readonly bounds: Readonly<Record<string, Readonly<Record<string, Limits & { groups: Record<string, Limits> }>>>>;
  readonly fills: Readonly<Record<string, Readonly<Record<string, { all: unknown; groups: unknown }>>>>;
}

const folder = new URL("../../../fixtures/reference/clean/", import.meta.url);
const { sets, winsorised } = JSON.parse(readFileSync(new URL("reference-sets.json", folder), "utf8")) as {
  readonly sets: Readonly<Record<string, ReferenceSet>>;
  readonly winsorised: readonly { low: number; high: number; values: number[]; winsorised: number[] }[];
};
const { run } = withClean();

type ReportedLimits = Limits & { readonly column: string; readonly groups: readonly (Limits & { group: string })[] };

function expectNear(found: number | null, expected: number): void {
  expect(found).not.toBeNull();
  expect(Math.abs(found! - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
}

/** Where more than half of the values are equal there are no bounds, since every other value would be outside. */
function expectLimits(found: Limits, expected: Limits): void {
  if (expected.low === expected.high) {
    expect(found).toMatchObject({ low: null, high: null, count: 0 });
    return;
  }
  expectNear(found.low, expected.low);
  expectNear(found.high, expected.high);
  expect([found.least, found.most, found.count]).toEqual([expected.least, expected.most, expected.count]);
}

/** The numbers in the cells of a column that were empty in the file; null where still empty. */
function filledCells(run: CleanRun, file: string, column: string): readonly (number | null)[] {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const place = lines[0]!.split(",").indexOf(column);
  const cells = run.column(column);
  return lines.slice(1).flatMap((line, i) => {
    if (line.split(",")[place] !== "") return [];
    return [cells[i] === null ? null : Number(cells[i])];
  });
}

describe.each(Object.entries(sets))("%s", (name, { columns, bounds, fills, rows }) => {
  const file = fileURLToPath(new URL(`${name}.csv`, folder));

  test.each(Object.keys(bounds))(
    "bounds by %s and what they find are those of NumPy and SciPy, by group too",
    async (rule) => {
      const given = {
        outliers: columns.map((column) => `${column}=${rule}`),
        outlierAction: ["winsorise"],
        ...(rule === "xmr" ? { orderBy: "at" } : {}),
      };
      const whole = (await run(file, given)).json["outliers"] as readonly ReportedLimits[];
      const grouped = (await run(file, { ...given, by: "kind" })).json["outliers"] as readonly ReportedLimits[];
      for (const [i, column] of columns.entries()) {
        const expected = bounds[rule]![column]!;
        expectLimits(whole[i]!, expected);
        for (const own of grouped[i]!.groups) expectLimits(own, expected.groups[own.group]!);
        expect(grouped[i]!.groups.map(({ group }) => group)).toEqual(Object.keys(expected.groups));
      }
    },
  );

  test.each(["mean", "median", "mode"])("the %s of each group is pandas'", async (how) => {
    const given = { impute: columns.map((column) => `${column}=${how}`), by: "kind" };
    const { json } = await run(file, given);
    const imputed = json["imputed"] as readonly { value: number; groups: { group: string; value: number }[] }[];
    for (const [i, column] of columns.entries()) {
      const { all, groups } = fills[how]![column]! as { all: number; groups: Record<string, number> };
      expectNear(imputed[i]!.value, all);
      for (const { group, value } of imputed[i]!.groups) expectNear(value, groups[group]!);
    }
  });

  test.each(["ffill", "bfill", "linear", "linear:position"])(
    "%s fills what pandas fills, in the rows' own order",
    async (how) => {
      for (const [by, part] of [
        [undefined, "all"],
        ["kind", "groups"],
      ] as const) {
        const given = {
          impute: columns.map((column) => `${column}=${how}`),
          orderBy: "at",
          ...(by === undefined ? {} : { by }),
        };
        const found = await run(file, given);
        expect(found.rows).toHaveLength(rows);
        const imputed = found.json["imputed"] as readonly { count: number; left: number }[];
        for (const [i, column] of columns.entries()) {
          const expected = fills[how]![column]![part] as readonly (number | null)[];
          const cells = filledCells(found, file, column);
          expect(cells.map((cell) => cell === null)).toEqual(expected.map((cell) => cell === null));
          cells.forEach((cell, n) => cell !== null && expectNear(cell, expected[n]!));
          const left = expected.filter((cell) => cell === null).length;
          expect(imputed[i]).toMatchObject({ count: expected.length - left, left });
        }
      }
    },
  );
});

test.each(winsorised)(
  "winsorising at $low and $high percent is SciPy's",
  async ({ low, high, values, winsorised: expected }) => {
    const file = csvColumn("length", values.map(String));
    const given = { outliers: [`length=percentile:${low}:${high}`], outlierAction: ["winsorise"] };
    expect((await run(file, given)).column("length").map(Number)).toEqual(expected);
  },
);
