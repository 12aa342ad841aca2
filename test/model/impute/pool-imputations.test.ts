import { describe, expect, test } from "vitest";
import { consensus } from "../../../src/model/impute/consensus.ts";
import { pool, segmentMeans } from "../../../src/model/impute/pool-imputations.ts";
import { reference } from "./reference.ts";

describe("Rubin's rules", () => {
  test.each(reference.pooled)("means of five imputations of iris, as NumPy pools them: $mean", (one) => {
    const found = pool(one.means, one.variances);
    for (const key of ["mean", "within", "between", "total", "share"] as const) {
      expect(Math.abs(found[key] / one[key] - 1)).toBeLessThan(1e-9);
    }
    expect(found.standardError).toBeCloseTo(Math.sqrt(one.total), 14);
    expect(found.freedom! / (4 / one.share ** 2)).toBeCloseTo(1, 9);
  });

  test("worked out by hand: 1, 2, 3 with variance 0.5 each", () => {
    const { mean, within, between, total, share, freedom } = pool([1, 2, 3], [0.5, 0.5, 0.5]);
    expect([mean, within, between]).toEqual([2, 0.5, 1]);
    expect(total).toBeCloseTo(0.5 + 4 / 3, 14);
    expect(share).toBeCloseTo(8 / 11, 14);
    expect(freedom).toBeCloseTo(2 / (8 / 11) ** 2, 12);
  });

  test("imputations that agree have no share", () => {
    expect(pool([4, 4], [0, 0])).toMatchObject({ total: 0, share: 0, freedom: null, standardError: 0 });
  });
});

test("means and their squared errors by segment skip what is missing", () => {
  const found = segmentMeans(Float64Array.of(1, 3, Number.NaN, 10, Number.NaN), Int32Array.of(0, 0, 0, 1, 2), 3);
  expect(found).toEqual([{ mean: 2, variance: 1 }, { mean: 10, variance: 0 }, null]);
});

describe("what labellings agree on", () => {
  const found = consensus(
    [Int32Array.of(0, 0, 1, 1, 2), Int32Array.of(2, 2, 0, 0, 1), Int32Array.of(1, 2, 2, 2, 0)],
    3,
  );

  test("labels are paired with those of the first by overlap", () => {
    expect(Array.from(found.aligned[1]!)).toEqual([0, 0, 1, 1, 2]);
    expect(Array.from(found.aligned[2]!)).toEqual([0, 1, 1, 1, 2]);
  });

  test("the label that most give, and the share that gives it", () => {
    expect(Array.from(found.labels)).toEqual([0, 0, 1, 1, 2]);
    expect(Array.from(found.stability)).toEqual([1, 2 / 3, 1, 1, 1]);
  });

  test("every pair has its adjusted Rand index", () => {
    // Rows 1 and 2 of the third part: sums of pairs 2, 2 and 3 of 10, together 1: (1 - .6) / (2.5 - .6).
    expect(found.pairs[0]).toBe(1);
    expect(found.pairs[1]).toBeCloseTo(0.4 / 1.9, 14);
  });
});
