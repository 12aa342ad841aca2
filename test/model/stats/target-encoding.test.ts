import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { encodeTarget, type Smooth, type TargetTable } from "../../../src/model/stats/target-encoding.ts";

interface Encoded {
  readonly mean: number;
  readonly values: readonly number[];
  readonly outOfFold: readonly number[];
}

interface ReferenceSet {
  readonly set: string;
  readonly category: readonly string[];
  readonly categories: readonly string[];
  readonly folds: readonly number[];
  readonly targets: Readonly<
    Record<string, { readonly values: readonly (number | boolean)[] } & Readonly<Record<string, Encoded>>>
  >;
}

const reference = JSON.parse(
  readFileSync(new URL("../../../fixtures/reference/normalize/encodings.json", import.meta.url), "utf8"),
) as { sets: readonly ReferenceSet[] };

/** Sums of a target by category and fold about the mean of each category, added up one by one. */
function sumsOf({ category, categories, folds }: ReferenceSet, y: readonly number[]): TargetTable {
  const centres = categories.map((name) => {
    const own = y.filter((_, i) => category[i] === name);
    return own.reduce((sum, x) => sum + x, 0) / own.length;
  });
  const sums = categories.map((name, c) =>
    Array.from({ length: 5 }, (_, fold) => {
      const own = y.filter((__, i) => category[i] === name && folds[i] === fold).map((x) => x - centres[c]!);
      return {
        count: own.length,
        sum: own.reduce((all, x) => all + x, 0),
        squares: own.reduce((all, x) => all + x * x, 0),
      };
    }),
  );
  const none = Array.from({ length: 5 }, () => ({ count: 0, sum: 0, squares: 0 }));
  return { centres: [...centres, 0], sums: [...sums, none] };
}

const cases = reference.sets.flatMap((set) =>
  Object.entries(set.targets).flatMap(([target, recorded]) =>
    ["auto", "0.0", "2.5", "30.0"].map((smooth) => ({ what: `${set.set}, ${target}`, set, recorded, smooth })),
  ),
);

describe("a target encoding has scikit-learn's values", () => {
  test.each(cases)("$what, smooth $smooth: of all rows, and out of the given folds", ({ set, recorded, smooth }) => {
    const y = recorded.values.map(Number);
    const size = Math.max(...y.map(Math.abs));
    const table = sumsOf(set, y);
    const weight: Smooth = smooth === "auto" ? "auto" : Number(smooth);
    const expected = recorded[smooth]!;
    const all = encodeTarget(table, weight, () => true);
    expect(Math.abs(all.mean - expected.mean)).toBeLessThan(1e-12 * size);
    expect(all.values.length).toBe(expected.values.length);
    all.values.forEach((x, c) => expect(Math.abs(x - expected.values[c]!)).toBeLessThan(1e-12 * size));
    const byFold = [0, 1, 2, 3, 4].map((fold) => encodeTarget(table, weight, (other) => other !== fold));
    set.category.forEach((name, i) => {
      const found = byFold[set.folds[i]!]!.values[set.categories.indexOf(name)]!;
      expect(Math.abs(found - expected.outOfFold[i]!)).toBeLessThan(1e-12 * size);
    });
  });
});

test("a category without rows, and one of a constant target, is worth the mean of all", () => {
  const constant = { count: 4, sum: 0, squares: 0 };
  const none = { count: 0, sum: 0, squares: 0 };
  const table = { centres: [3, 0, 0], sums: [[constant], [none], [none]] };
  for (const smooth of ["auto", 0, 7] as const) {
    expect(encodeTarget(table, smooth, () => true)).toEqual({ mean: 3, values: [3, 3] });
  }
  expect(encodeTarget(table, "auto", () => false).mean).toBeNaN();
});
