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
  });

  test("a bound beyond the largest number is none", () => {
    expect(iqrBounds(column(-1e308, -1e308, 1e308, 1e308), 1.5)).toEqual({ low: null, high: null });
  });
});
