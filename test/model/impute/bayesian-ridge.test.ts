import { describe, expect, test } from "vitest";
import { bayesianRidge, drawnLine, meanLine } from "../../../src/model/impute/bayesian-ridge.ts";
import { triangle } from "../../../src/model/impute/triangle.ts";
import { createRandom } from "../../../src/model/random.ts";
import { reference } from "./reference.ts";

function posteriorOf(columns: readonly (readonly number[])[], shifts: readonly number[]) {
  const rows = columns[0]!.length;
  const size = columns.length + 1;
  const order = [...columns.slice(1), columns[0]!];
  const moved = [...shifts.slice(1), shifts[0]!];
  const numbers = new Float64Array(rows * size).fill(1, 0, rows);
  order.forEach((column, j) => column.forEach((x, i) => (numbers[(j + 1) * rows + i] = x - moved[j]!)));
  return bayesianRidge(triangle(numbers, rows, size), size, 1)[0]!;
}

const relative = (found: number, wanted: number): number => Math.abs(found / wanted - 1);

describe.each(reference.cases)("$name", ({ columns, ridge }) => {
  const shifts = columns.map((column) => column.reduce((sum, x) => sum + x, 0) / column.length);
  const posterior = posteriorOf(columns, shifts);

  test("the regression of the first column is scikit-learn's BayesianRidge", () => {
    const { intercept, coefficients } = meanLine(posterior, shifts.slice(1), shifts[0]!);
    const unit = Math.max(...ridge.coefficients.map(Math.abs));
    coefficients.forEach((x, j) => expect(Math.abs(x - ridge.coefficients[j]!) / unit).toBeLessThan(1e-9));
    expect(relative(intercept, ridge.intercept)).toBeLessThan(1e-8);
    expect(relative(posterior.alpha, ridge.alpha)).toBeLessThan(1e-9);
    ridge.variances.forEach((wanted, j) => {
      const size = posterior.variances.length;
      const found = posterior.variances.reduce((sum, v, k) => sum + v * posterior.directions[k * size + j]! ** 2, 0);
      expect(relative(found, wanted)).toBeLessThan(1e-7);
    });
  });

  test("drawn lines have the posterior's mean and variance", () => {
    const draws = 4000;
    const found = ridge.coefficients.map(() => ({ sum: 0, squares: 0 }));
    let noise = 0;
    for (let n = 0; n < draws; n++) {
      const { line, deviation } = drawnLine(posterior, shifts.slice(1), shifts[0]!, createRandom(n, "line").normal);
      noise += deviation ** 2 / draws;
      line.coefficients.forEach((x, j) => {
        const off = x - ridge.coefficients[j]!;
        found[j]!.sum += off / draws;
        found[j]!.squares += off ** 2 / draws;
      });
    }
    ridge.variances.forEach((wanted, j) => {
      expect(Math.abs(found[j]!.sum)).toBeLessThan((5 * Math.sqrt(wanted)) / Math.sqrt(draws));
      expect(relative(found[j]!.squares, wanted)).toBeLessThan(0.15);
    });
    expect(relative(noise, 1 / ridge.alpha)).toBeLessThan(0.05);
  });
});

test("a response that is constant, and columns that are, give the constant", () => {
  const posterior = posteriorOf(
    [
      [5, 5, 5],
      [1, 2, 3],
      [4, 4, 4],
    ],
    [5, 2, 4],
  );
  const { intercept, coefficients } = meanLine(posterior, [2, 4], 5);
  expect(intercept).toBe(5);
  expect(Array.from(coefficients)).toEqual([0, 0]);
});
