import fc from "fast-check";
import { expect, test } from "vitest";
import { columnFacts } from "../../src/steps/column-facts.ts";
import { openCompute } from "../../src/workers/pool.ts";

const compute = openCompute({ threads: 1 });

const facts = (...values: number[]): ReturnType<typeof columnFacts> => columnFacts(compute, Float64Array.from(values));

test("an empty column and a column of missing values have no facts but their gaps", () => {
  expect(facts()).toMatchObject({ rows: 0, missing: 0, distinct: 0, infiniteRow: -1, isNumbering: false });
  expect(facts(NaN, NaN)).toMatchObject({ rows: 2, missing: 2, distinct: 0, infiniteRow: -1, isNumbering: false });
});

test("range, whole numbers and distinct values, missing ones left aside", () => {
  expect(facts(3, NaN, -1.5, 3)).toEqual({
    rows: 4,
    missing: 1,
    infiniteRow: -1,
    minimum: -1.5,
    maximum: 3,
    allIntegers: false,
    distinct: 2,
    risesByOne: false,
    isNumbering: false,
  });
  expect(facts(0, -0).distinct).toBe(1);
  expect(facts(NaN, 1, 2, 3, 4).distinct).toBe(3);
});

test.each([
  [[1, Infinity], 1],
  [[1.5, -Infinity, Infinity], 1],
  [[Infinity], 0],
  [[NaN, 2, Infinity], 2],
  [[1, 2, 3], -1],
])("the first infinite value of %j is at %i", (values, row) => expect(facts(...values).infiniteRow).toBe(row));

test.each([
  ["7, 8, 9", [7, 8, 9], true, true],
  ["-1, 0, 1", [-1, 0, 1], true, true],
  ["any order of a range", [9, 7, 8], false, true],
  ["a gap in the range", [7, 8, 10], false, false],
  ["a value twice", [7, 8, 8, 10], false, false],
  ["falling", [3, 2, 1], false, true],
  ["one row", [7], false, false],
  ["a missing value inside", [1, NaN, 3], false, false],
  ["fractions that rise by one", [0.5, 1.5, 2.5], false, false],
  ["an infinite end", [1, 2, Infinity], false, false],
])("%s: rises by one, or numbers the rows", (_, values, rises, numbering) => {
  expect(facts(...values)).toMatchObject({ risesByOne: rises, isNumbering: numbering });
});

test("for any column the facts are those of its definition", () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom(NaN, 0.5, Infinity, -0));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 8 }), (values) => {
      const present = values.filter((x) => !Number.isNaN(x)).map((x) => x + 0);
      const sorted = values.toSorted((a, b) => a - b);
      const found = facts(...values);
      expect(found.missing).toBe(values.length - present.length);
      expect(found.distinct).toBe(Math.min(3, new Set(present).size));
      expect(found.infiniteRow).toBe(values.findIndex((x) => Math.abs(x) === Infinity));
      expect(found.allIntegers).toBe(present.every(Number.isInteger));
      const consecutive = values.length > 1 && sorted.every((x, i) => Number.isInteger(x) && x === sorted[0]! + i);
      expect(found.isNumbering).toBe(consecutive);
    }),
    { numRuns: 300 },
  );
});
