import { expect, test } from "vitest";
import { windowOf } from "../../../src/steps/rollup/measure-sql.ts";
import { readRollup } from "../../../src/steps/rollup/read-rollup.ts";
import { measureWords } from "../../../src/steps/rollup/rollup.ts";

const read = async (measure: string) =>
  (await readRollup(`as_of: last\nmeasures:\n  a: {${measure}}\n`, "r.yaml")).measures[0]!;

test.each([
  ["count: rows", "2024-03-01", null, "2024-03-01"],
  ["count: rows, within: 1 day", "2024-03-01", "2024-03-01", "2024-03-01"],
  ["count: rows, within: 30 days", "2024-06-30", "2024-06-01", "2024-06-30"],
  ["count: rows, within: 30 days, before: 30 days", "2024-06-30", "2024-05-02", "2024-05-31"],
  ["count: rows, within: 2 weeks", "2024-03-01", "2024-02-17", "2024-03-01"],
  ["count: rows, before: 366 days", "2025-01-01", null, "2024-01-01"],
])("%s as of %s is the days from %s to %s", async (measure, asOf, from, to) => {
  expect(windowOf(await read(measure), asOf)).toEqual({ from, to });
});

test("a measure says in words what it is", async () => {
  const measure = await read(
    'distinct: session_id, where: ["event = visit", country in FR], within: 30 days, before: 1 day',
  );
  expect(measureWords(measure)).toBe(
    "different values of session_id where event = visit and country in FR, within 30 days, ending 1 day before",
  );
});
