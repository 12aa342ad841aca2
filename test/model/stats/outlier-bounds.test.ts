import { afterAll, describe, expect, test } from "vitest";
import { keptEnds, outlierBounds, type BoundsRule } from "../../../src/model/stats/outlier-bounds.ts";
import { openCompute } from "../../../src/workers/pool.ts";

const compute = openCompute({ threads: 1 });
afterAll(() => compute.close());

const by = (rule: BoundsRule) => (values: Float64Array) => outlierBounds(compute, values, rule);
const iqrBounds = (values: Float64Array, limit: number) => by({ rule: "iqr", limit })(values);
const zscoreBounds = (values: Float64Array, limit: number) => by({ rule: "zscore", limit })(values);
const column = (...values: number[]): Float64Array => Float64Array.from(values);
/** The textbook column: quartiles 3.25 and 7.75 by type 7, mean 14.5, deviation 28.6051… with ddof 0. */
const textbook = column(1, 2, 3, 4, 5, 6, 7, 8, 9, 100);

describe("bounds of outliers", () => {
  test("Tukey's fences of 1…9, 100 are -3.5 and 14.5", () => {
    expect(iqrBounds(textbook, 1.5)).toEqual({ low: -3.5, high: 14.5 });
  });

  test("|z| of 100 in 1…9, 100 is 2.98898, so a limit of 3 misses it and 2.98 does not", () => {
    expect(zscoreBounds(textbook, 3).high).toBeGreaterThan(100);
    expect(zscoreBounds(textbook, 2.98).high).toBeLessThan(100);
    // (100 - 14.5) / 2.98898 is the deviation.
    expect(zscoreBounds(textbook, 1).high).toBeCloseTo(14.5 + 85.5 / 2.98898, 3);
  });

  test("the modified z-score of 100 in 1…9, 100 is 25.4961", () => {
    // Median 5.5, MAD 2.5: the bound at a limit of 25.4961 is 100.
    expect(by({ rule: "mad", limit: 25.4961 })(textbook).high).toBeCloseTo(100, 10);
    const { low, high } = by({ rule: "mad", limit: 3.5 })(textbook);
    expect(low).toBeCloseTo(5.5 - (3.5 * 2.5) / 0.6745, 12);
    expect(high).toBeCloseTo(5.5 + (3.5 * 2.5) / 0.6745, 12);
  });

  test("the upper control limit of 1…9, 100 is 43.745, and gaps between values are passed over", () => {
    const gaps = column(1, 2, Number.NaN, 3, 4, 5, 6, 7, Number.NaN, Number.NaN, 8, 9, 100);
    for (const values of [textbook, gaps]) {
      // Mean 14.5, mean moving range 99 / 9.
      const { low, high } = by({ rule: "xmr" })(values);
      expect(high).toBeCloseTo(43.745, 3);
      expect(high).toBeCloseTo(14.5 + (3 * 11) / 1.128379, 10);
      expect(low).toBeCloseTo(14.5 - (3 * 11) / 1.128379, 10);
    }
  });

  test("percentiles are quantiles of type 7; given bounds are themselves", () => {
    // (n - 1) p = 0.9 and 8.1.
    const { low, high } = by({ rule: "percentile", low: 10, high: 90 })(textbook);
    expect(low).toBeCloseTo(1.9, 12);
    expect(high).toBeCloseTo(9 + 0.1 * 91, 12);
    expect(by({ rule: "percentile", low: 0, high: 100 })(textbook)).toEqual({ low: 1, high: 100 });
    expect(by({ rule: "bounds", low: 0, high: null })(textbook)).toMatchObject({ low: 0, high: null });
  });

  test("the ends of the values within bounds are the nearest kept values", () => {
    expect(keptEnds(column(-50, 3, Number.NaN, 8, 1, 60), { low: 0, high: 10 })).toEqual({ least: 1, most: 8 });
    expect(keptEnds(column(-50, 3), { low: null, high: 0 })).toEqual({ least: -50, most: -50 });
    expect(keptEnds(column(-50, 30), { low: 0, high: 10 })).toEqual({ least: null, most: null });
  });

  test("missing values are passed over", () => {
    expect(iqrBounds(column(Number.NaN, ...textbook, Number.NaN), 1.5)).toEqual({ low: -3.5, high: 14.5 });
  });

  test("a column without spread has no bounds: constant, equal quartiles, one value, none", () => {
    const none = { low: null, high: null };
    expect(iqrBounds(column(5, 5, 5), 1.5)).toEqual(none);
    expect(iqrBounds(column(0, 0, 0, 0, 0, 0, 7), 1.5)).toEqual(none);
    expect(iqrBounds(column(3), 1.5)).toEqual(none);
    expect(iqrBounds(column(Number.NaN), 1.5)).toEqual(none);
    expect(zscoreBounds(column(5, 5, 5), 3)).toEqual(none);
    expect(zscoreBounds(column(3), 3)).toEqual(none);
    expect(zscoreBounds(column(), 3)).toEqual(none);
    expect(by({ rule: "mad", limit: 3.5 })(column(0, 0, 0, 0, 5, 7))).toEqual(none);
    expect(by({ rule: "mad", limit: 3.5 })(column())).toEqual(none);
    expect(by({ rule: "xmr" })(column(4, 4, 4))).toEqual(none);
    expect(by({ rule: "xmr" })(column(4))).toEqual(none);
    expect(by({ rule: "percentile", low: 1, high: 99 })(column(Number.NaN))).toEqual(none);
  });

  test("a bound beyond the largest number is none", () => {
    expect(iqrBounds(column(-1e308, -1e308, 1e308, 1e308), 1.5)).toEqual({ low: null, high: null });
  });
});
