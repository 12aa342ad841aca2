import fc from "fast-check";
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { fitColumnScaling, scaleValues, unscaleValues, usualDetails } from "../../../src/model/stats/column-scaling.ts";
import { normalProbability, normalQuantile } from "../../../src/model/stats/normal-distribution.ts";
import { openCompute } from "../../../src/workers/pool.ts";

interface Recorded {
  readonly column: string;
  readonly most: number;
  readonly distribution: "uniform" | "normal";
  readonly transformed: readonly number[];
  readonly later: readonly number[];
  readonly back: readonly number[];
}

const { sets } = JSON.parse(
  readFileSync(new URL("../../../fixtures/reference/normalize/quantiles.json", import.meta.url), "utf8"),
) as {
  sets: readonly {
    readonly set: string;
    readonly columns: Readonly<Record<string, readonly number[]>>;
    readonly quantiles: readonly Recorded[];
    readonly sampleDeviations: Readonly<Record<string, number>>;
  }[];
};

const compute = openCompute({ threads: 2 });
afterAll(() => compute.close());

const cases = sets.flatMap(({ set, columns, quantiles }) =>
  quantiles.map((recorded) => ({
    what: `${recorded.distribution} by ${recorded.most}, ${set}: ${recorded.column}`,
    values: columns[recorded.column]!,
    recorded,
  })),
);

test.each(cases)(
  "$what has scikit-learn's values, beyond the fit and on the way back as well",
  ({ values, recorded }) => {
    const power = recorded.distribution === "uniform" ? "quantile" : "quantile-normal";
    const column = Float64Array.from(values);
    const scaling = fitColumnScaling(compute, column, { power, scaler: "none" }, { ddof: 0, quantiles: recorded.most });
    const close = (found: Float64Array, expected: readonly number[], size: number): void => {
      expect(found.length).toBe(expected.length);
      found.forEach((x, i) => expect(Math.abs(x - expected[i]!)).toBeLessThanOrEqual(1e-12 * size));
    };
    const out = compute.f64(column.length);
    scaleValues(compute, scaling, column, out);
    close(
      out.filter((_, i) => i % 3 === 0),
      recorded.transformed,
      5,
    );
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const later = Float64Array.of(low - 5, low, (low + high) / 2, high, high + 5);
    const beyond = compute.f64(5);
    scaleValues(compute, scaling, later, beyond);
    close(beyond, recorded.later, 5);
    const grid = Float64Array.from({ length: 31 }, (_, i) =>
      recorded.distribution === "uniform" ? i / 30 : -6 + (12 * i) / 30,
    );
    close(unscaleValues(scaling, grid), recorded.back, Math.max(1, Math.abs(low), Math.abs(high)));
  },
);

test.each(sets)(
  "$set: with ddof 1 the z-score divides by the deviation of a sample",
  ({ columns, sampleDeviations }) => {
    for (const [name, values] of Object.entries(columns)) {
      const details = { ...usualDetails, ddof: 1 as const };
      const column = Float64Array.from(values);
      const expected = sampleDeviations[name]!;
      const { scale } = fitColumnScaling(compute, column, { power: "none", scaler: "zscore" }, details);
      expect(Math.abs(scale / expected - 1)).toBeLessThan(1e-12);
      const byRule = fitColumnScaling(compute, column, "auto", details);
      if (byRule.power === "none") expect(Math.abs(byRule.scale / expected - 1)).toBeLessThan(1e-12);
    }
  },
);

test("rows without a value count among the quantiles, as by scikit-learn", () => {
  // scikit-learn 1.9.1, QuantileTransformer(n_quantiles=1000) of 1, 2, nan, 10.
  const values = Float64Array.of(1, 2, Number.NaN, 10);
  const scaling = fitColumnScaling(compute, values, { power: "quantile", scaler: "none" });
  expect(scaling.knots).toHaveLength(4);
  [1, 5 / 3, 14 / 3, 10].forEach((knot, i) => expect(scaling.knots![i]).toBeCloseTo(knot, 12));
  const out = compute.f64(4);
  scaleValues(compute, scaling, values, out);
  expect(out[1]).toBeCloseTo(0.3703703703703704, 12);
});

test("values between knots that are next to each other have a share", () => {
  const values = Float64Array.of(0, -5e-324, -1.1125369292536017e-308, 1);
  const scaling = fitColumnScaling(compute, values, { power: "quantile", scaler: "none" });
  const out = compute.f64(4);
  scaleValues(compute, scaling, values, out);
  expect(out.every((share) => share >= 0 && share <= 1)).toBe(true);
});

test("a constant column has scale 1 whatever the divisor", () => {
  for (const method of ["auto", { power: "none", scaler: "zscore" }] as const) {
    expect(fitColumnScaling(compute, Float64Array.of(4, 4, 4), method, { ...usualDetails, ddof: 1 }).scale).toBe(1);
  }
});

describe.each(["quantile", "quantile-normal"] as const)("%s", (power) => {
  test("rises with the values, and its way back gives the values of the fit to 1e-9", () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(0, 1e-7, 5, 5.0000001, Number.NaN),
    );
    fc.assert(
      fc.property(fc.array(number, { minLength: 2, maxLength: 60 }), (values) => {
        fc.pre(values.some((x) => !Number.isNaN(x)));
        const column = Float64Array.from(values);
        // With as many quantiles as values each value is one of them.
        const quantiles = values.filter((x) => !Number.isNaN(x)).length;
        const scaling = fitColumnScaling(compute, column, { power, scaler: "none" }, { ddof: 0, quantiles });
        const out = compute.f64(column.length);
        scaleValues(compute, scaling, column, out);
        const back = unscaleValues(scaling, out);
        const range = Math.max(...scaling.knots!) - Math.min(...scaling.knots!);
        column.forEach((x, i) => {
          if (Number.isNaN(x)) expect(out[i]).toBeNaN();
          else expect(Math.abs(back[i]! - x)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(x), range));
          column.forEach((y, k) => {
            if (x < y) expect(out[i]!).toBeLessThanOrEqual(out[k]! + 1e-15);
          });
        });
      }),
      { numRuns: 200 },
    );
  });
});

test("the normal distribution and its quantiles have SciPy's values", () => {
  // scipy.stats.norm.ppf and cdf, SciPy 1.17.1.
  const quantiles = [
    [1e-7, -5.199337582192816],
    [0.01, -2.3263478740408408],
    [0.0749, -1.4402382675279632],
    [0.2, -0.8416212335729142],
    [0.7, 0.5244005127080407],
  ] as const;
  for (const [p, z] of quantiles) {
    expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(2e-15);
    expect(Math.abs(normalProbability(z) / p - 1)).toBeLessThan(1e-14);
    expect(normalQuantile(1 - p) + normalQuantile(p)).toBeCloseTo(0, 8);
  }
  expect(normalQuantile(0.5)).toBe(0);
  expect(normalProbability(-9)).toBe(0);
  expect(normalProbability(9)).toBe(1);
});
