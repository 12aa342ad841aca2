import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contingency, correlationRatio, cramersV, pearson, spearman } from "../../../src/model/stats/association.ts";
import { averageRanks, denseRanks } from "../../../src/model/stats/dense-ranks.ts";

const f64 = (...values: readonly number[]): Float64Array => Float64Array.from(values);
const none = Number.NaN;

describe("ranks", () => {
  test("equal values share a place, zero has one sign, a gap has none", () => {
    expect(denseRanks(f64(3, -0, 1, none, 0, 3))).toEqual({ codes: Int32Array.of(2, 0, 1, -1, 0, 2), levels: 3 });
    expect(denseRanks(f64(0.5, 1e300, none, -2.25))).toEqual({ codes: Int32Array.of(1, 2, -1, 0), levels: 3 });
    expect(denseRanks(f64(none, none))).toEqual({ codes: Int32Array.of(-1, -1), levels: 0 });
  });

  test("rows that tie have the mean of their ranks", () => {
    expect([...averageRanks(f64(2, 0, 3, 1))]).toEqual([1.5, 0, 4, 6]);
  });

  test("whole numbers that are looked up have the places that sorting gives them", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 }), (values) => {
        const sorted = denseRanks(Float64Array.from(values, (x) => x / 3));
        expect(denseRanks(Float64Array.from(values))).toEqual(sorted);
      }),
    );
  });
});

describe("correlations by hand", () => {
  test("Pearson of the rows that have both", () => {
    // x 1, 2, 4 and y 1, 3, 5: deviations -4/3, -1/3, 5/3 and -2, 0, 2; 6 over the root of 14/3 times 8.
    const { value, rows } = pearson(f64(1, none, 2, 4, 9), f64(1, 7, 3, 5, none));
    expect(rows).toBe(3);
    expect(value).toBeCloseTo(6 / Math.sqrt((14 / 3) * 8), 14);
  });

  test("a column that does not vary goes with none", () => {
    expect(pearson(f64(1e9, 1e9, 1e9), f64(1, 2, 3)).value).toBeNaN();
    expect(pearson(f64(0.1, 0.1, 0.1), f64(1, 2, 3)).value).toBeNaN();
    expect(spearman(denseRanks(f64(1, 2)), denseRanks(f64(5, 5))).value).toBeNaN();
  });

  test("Spearman ranks within the rows that have both", () => {
    // Ranks of x are 1.5, 1.5, 3, of y 1, 3, 2, since the fourth row has no y: 0 over anything.
    const { value, rows } = spearman(denseRanks(f64(10, 10, 20, 0)), denseRanks(f64(1, 9, 5, none)));
    expect(rows).toBe(3);
    expect(value).toBeCloseTo(0, 14);
    expect(spearman(denseRanks(f64(1, 2, 30)), denseRanks(f64(5, 60, 700))).value).toBeCloseTo(1, 14);
  });

  test("numbers far from zero, of a small spread", () => {
    const x = Float64Array.from({ length: 5000 }, (_, i) => 1e9 + (i % 7) / 8);
    const y = Float64Array.from({ length: 5000 }, (_, i) => -2e9 - (i % 7) / 4);
    expect(pearson(x, y).value).toBeCloseTo(-1, 9);
  });
});

describe("Cramér's V", () => {
  test("of a table by hand: chi-square 4 of 16 rows, V 0.5", () => {
    const v = cramersV(f64(6, 2, 2, 6), 2);
    expect(v.chiSquare).toBeCloseTo(4, 14);
    expect(v.plain).toBeCloseTo(0.5, 14);
    // (1/4 - 1/15) over 2 - 1/15 - 1.
    expect(v.corrected).toBeCloseTo(Math.sqrt((1 / 4 - 1 / 15) / (1 - 1 / 15)), 14);
  });

  test("1 where one column tells the other, 0 corrected where they are independent, none where one does not vary", () => {
    expect(cramersV(f64(5, 0, 0, 0, 7, 0, 0, 0, 9), 3).plain).toBeCloseTo(1, 14);
    expect(cramersV(f64(5, 5, 5, 5), 2)).toMatchObject({ plain: 0, corrected: 0 });
    expect(cramersV(f64(5, 5, 0, 0), 2).plain).toBeNaN();
    expect(cramersV(f64(), 0).plain).toBeNaN();
  });

  test("rows and columns that hold nothing do not count, and the order is of no account", () => {
    const whole = cramersV(f64(6, 0, 2, 0, 0, 0, 2, 0, 6), 3);
    expect(whole.plain).toBeCloseTo(0.5, 14);
    expect(cramersV(f64(2, 6, 6, 2), 2).corrected).toBeCloseTo(cramersV(f64(6, 2, 2, 6), 2).corrected, 15);
  });

  test("counts of pairs leave out rows that lack one", () => {
    const counts = contingency(denseRanks(f64(1, 2, 2, none)), denseRanks(f64(8, 8, 9, 9)));
    expect([...counts]).toEqual([1, 0, 1, 1]);
  });
});

describe("the correlation ratio", () => {
  test("by hand: means 2 and 6 of two groups of 2, squares 16 of 20 between them", () => {
    const { value, rows } = correlationRatio(denseRanks(f64(0, 0, 1, 1, none)), f64(1, 3, 5, 7, 100));
    expect(rows).toBe(4);
    expect(value).toBeCloseTo(Math.sqrt(16 / 20), 14);
  });

  test("1 where groups tell the number, none where it does not vary", () => {
    expect(correlationRatio(denseRanks(f64(0, 0, 1)), f64(4, 4, 9)).value).toBeCloseTo(1, 14);
    expect(correlationRatio(denseRanks(f64(0, 1, 1)), f64(4, 4, 4)).value).toBeNaN();
  });
});
