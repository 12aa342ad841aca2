import { expect, test } from "vitest";
import { cohensD, type GroupMoments } from "../../../src/model/stats/effect-size.ts";

function moments(values: readonly number[]): GroupMoments {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { rows: values.length, mean, squares: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) };
}

test("Cohen's d and its interval, as NumPy computes them from the formulas", () => {
  const found = cohensD(moments([1, 2, 3, 4, 5]), moments([3, 4, 5, 6, 9, 9]))!;
  expect(found.d).toBeCloseTo(-1.3887301496588271, 13);
  expect(found.ci95[0]).toBeCloseTo(-2.709822940183714, 12);
  expect(found.ci95[1]).toBeCloseTo(-0.06763735913394009, 12);
});

test("without two rows on each side, or any deviation, there is none", () => {
  expect(cohensD(moments([1]), moments([2, 3]))).toBeNull();
  expect(cohensD(moments([2, 2]), moments([3, 3]))).toBeNull();
});
