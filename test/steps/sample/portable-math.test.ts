import { expect, test } from "vitest";
import { exponential, logarithm, logistic, normalQuantile } from "../../../src/steps/sample/portable-math.ts";

test("exponential and logarithm agree with the engine's own to 14 digits", () => {
  for (let x = -40; x <= 40; x += 0.37) expect(exponential(x) / Math.exp(x)).toBeCloseTo(1, 13);
  for (const x of [2 ** -33, 1e-6, 0.3, 0.7, 0.99, 1, 1.5, 42, 1e9]) {
    expect(logarithm(x)).toBeCloseTo(Math.log(x), 13);
  }
  expect(logistic(0)).toBe(0.5);
});

// SciPy 1.17.1, scipy.stats.norm.ppf((n + 0.5) / 2**32).
test.each([
  [0, -6.33795775455],
  [429496729, -1.28155156554],
  [1073741824, -0.674489749829],
  [2147483648, 2.91827e-10],
  [4187593113, 1.95996398321],
  [4294967295, 6.33795775455],
])("the normal quantile of draw %i is SciPy's", (n, z) => {
  expect(Math.abs(normalQuantile(n) - z)).toBeLessThan(2e-6);
});
