import { afterAll, describe, expect, test } from "vitest";
import { adaptiveMethod, shapeOf, shapeWords } from "../../../src/steps/normalize/shape.ts";
import { methodWords } from "../../../src/steps/normalize/methods.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg } from "../../model/cluster/data.ts";

const compute = openCompute({ threads: 2 });
afterAll(() => compute.close());

const u = lcg(4000, 17);
/** Uniform draws. */
const even = Float64Array.from(u, (x) => x);
const of = (value: (x: number, i: number) => number): Float64Array => Float64Array.from(u, value);

describe("adaptive chooses by skewness, zeros and outliers, and says why", () => {
  test.each([
    { what: "even values", values: even, method: "zscore", why: /^skewness -?0\.\d\d, few outliers$/ },
    {
      what: "heavy tails on both sides",
      values: of((x) => (x - 0.5) / (0.02 + x * (1 - x)) ** 2),
      method: "robust",
      why: /but outliers; .* outliers$/,
    },
    {
      what: "a tail that the logarithm evens",
      values: of((x) => Math.exp(7 * x)),
      method: "log1p+zscore",
      why: /by log1p/,
    },
    {
      what: "a tail below",
      values: of((x) => -((1 / (1.01 - x)) ** 0.8)),
      method: "yeo-johnson+zscore",
      why: /negative values, .* by yeo-johnson/,
    },
    {
      what: "mostly zeros and a far tail",
      values: of((x) => (x < 0.97 ? 0 : 1e4 * x)),
      method: "log1p+zscore",
      why: /no transform spreads the zeros; 9\d\.\d% zeros/,
    },
    { what: "one value", values: of(() => 3), method: "zscore", why: /^constant: scale 1$/ },
  ])("$what: $method", ({ values, method, why }) => {
    const found = adaptiveMethod(compute, values);
    expect(methodWords(found.method)).toBe(method);
    expect(found.why).toMatch(why);
  });

  test("what neither the logarithm nor a power evens goes through its quantiles", () => {
    // Two heaps far apart on a logarithmic scale, one of them small.
    const heaps = of((x) => (x < 0.93 ? 1000 + x : 1e9 + x));
    const found = adaptiveMethod(compute, heaps);
    expect(methodWords(found.method)).toBe("quantile-normal+zscore");
    expect(found.why).toMatch(/too little/);
  });
});

test("the shape of a column: zeros, and values beyond the fences", () => {
  // Of 1 … 9 and 100 the quartiles are 3.25 and 7.75, the fences -3.5 and 14.5.
  const values = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 100, Number.NaN);
  expect(shapeOf(compute, values)).toEqual({ count: 10, zeros: 0, outliers: 1 });
  expect(shapeOf(compute, Float64Array.of(0, 0, 1, 0))).toEqual({ count: 4, zeros: 3, outliers: 1 });
  expect(shapeWords({ count: 200, zeros: 50, outliers: 1 })).toBe("; 25.0% zeros, 0.5% outliers");
  expect(shapeWords({ count: 3, zeros: 0, outliers: 0 })).toBe("");
});
