import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();

/** 100 rows in each of two segments: 90 and 30 women, one row each without a gender; and 20 rows in no segment. */
const rows = [
  ...Array.from({ length: 100 }, (_, i) => [1, i < 90 ? "F" : i < 99 ? "M" : ""]),
  ...Array.from({ length: 100 }, (_, i) => [2, i < 30 ? "F" : i < 99 ? "M" : "n/a"]),
  ...Array.from({ length: 20 }, () => [0, "M"]),
];
writeFileSync(
  join(cwd, "people.csv"),
  `spend,segment,gender,code\n${rows.map(([s, g], i) => `${i % 7},${s},${g},${i}`).join("\n")}\n`,
);

test("shares, ratios and intervals of each group in each segment, and which are beyond the four-fifths rule", async () => {
  const run = await segment(["validate", "people.csv", "--protected", "gender", "--json", "-o", "out.csv"], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  const { representation } = JSON.parse(run.stdout) as { representation: readonly unknown[] };
  const female = 120 / 198;
  expect(representation).toEqual([
    {
      column: "gender",
      missing: 2,
      groups: [
        {
          value: "F",
          rows: 120,
          share: expect.closeTo(female, 12),
          segments: [
            {
              segment: "1",
              rows: 90,
              share: expect.closeTo(90 / 99, 12),
              ratio: expect.closeTo(90 / 99 / female, 12),
              // SciPy 1.17.1: Wilson's interval of 90 in 99, below of 30 in 99.
              ci95: [expect.closeTo(0.8361858620987453 / female, 12), expect.closeTo(0.9514342371184868 / female, 12)],
              verdict: "over",
            },
            {
              segment: "2",
              rows: 30,
              share: expect.closeTo(30 / 99, 12),
              ratio: expect.closeTo(30 / 99 / female, 12),
              ci95: [expect.closeTo(0.2212628963415503 / female, 12), expect.closeTo(0.3995126114427454 / female, 12)],
              verdict: "under",
            },
          ],
        },
        expect.objectContaining({ value: "M", rows: 78 }),
      ],
    },
  ]);
  const text = await segment(["validate", "people.csv", "--protected", "gender", "-o", "out.csv"], { cwd });
  expect(text.stdout).toContain("F over-represented in segment 1: 90.9% (90 rows), ratio 1.50");
  expect(text.stdout).toContain("2 rows of a segment without a value left out");
});

test.each([
  ["code", 3, "code holds more than 50 groups"],
  ["nobody", 2, "no column nobody"],
])("--protected %s is refused", async (column, code, message) => {
  const run = await segment(["validate", "people.csv", "--protected", column, "-q", "-o", "out.csv"], { cwd });
  expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(message)]);
});
