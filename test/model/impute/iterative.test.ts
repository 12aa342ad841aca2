import { afterAll, describe, expect, test } from "vitest";
import { fillByIterative, fitIterative } from "../../../src/model/impute/iterative.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { filledCells, isHidden, reference, rmse, withGaps } from "./reference.ts";

const compute = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => compute.close());

/** The largest difference of a column's cells, in units of the column's largest value. */
function difference(found: readonly number[], wanted: readonly number[]): number {
  const unit = Math.max(...wanted.map(Math.abs));
  return Math.max(...found.map((x, i) => Math.abs(x - wanted[i]!))) / unit;
}

describe.each(reference.cases)("$name", ({ columns, iterative, applied, mean_rmse }) => {
  const all = columns.map((_, j) => j);

  test.each(["0.001", "1e-12"])(
    "cells filled by chained regressions are those of scikit-learn at tol %s",
    async (tol) => {
      const wanted = iterative[tol]!;
      const table = withGaps(columns);
      const model = await fitIterative(compute, table, { tol: Number(tol), chain: null });
      expect(model.rounds).toHaveLength(wanted.rounds);
      fillByIterative(model, table, all);
      filledCells(table).forEach((cells, j) => expect(difference(cells, wanted.filled[j]!)).toBeLessThan(1e-9));
      const truth = columns.flatMap((column, j) => column.filter((_, i) => isHidden(i, j)));
      const error = rmse(filledCells(table).flat(), truth);
      expect(Math.abs(error / wanted.rmse - 1)).toBeLessThan(1e-9);
      expect(error).toBeLessThan(mean_rmse);
    },
  );

  test("other rows are filled as by scikit-learn's transform", async () => {
    const rows = columns[0]!.map((_, i) => i);
    const even = rows.filter((i) => i % 2 === 0);
    const odd = rows.filter((i) => i % 2 === 1);
    const model = await fitIterative(compute, withGaps(columns, even), { tol: 1e-12, chain: null });
    const table = withGaps(columns, odd);
    fillByIterative(model, table, all);
    filledCells(table, odd).forEach((cells, j) => {
      if (cells.length > 0) expect(difference(cells, applied[j]!)).toBeLessThan(1e-9);
    });
  });
});

const none = Number.NaN;

test("a category is told by the numbers it goes with", async () => {
  const rows = 90;
  const levels = [0, 3];
  const values = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    values[i] = 10 * (i % 3) + (i % 7) / 7;
    values[rows + i] = i % 10 === 0 ? none : (i % 3) % 3;
  }
  const table = { rows, levels, values };
  const model = await fitIterative(compute, table, { tol: 1e-6, chain: null });
  fillByIterative(model, table, [1]);
  for (let i = 0; i < rows; i += 10) if (i % 3 !== 1) expect(values[rows + i]).toBe(i % 3);
});

test("one row, one column and constants are no obstacle", async () => {
  const fit = async (levels: readonly number[], rows: number, ...values: number[]): Promise<Float64Array> => {
    const table = { rows, levels, values: Float64Array.from(values) };
    const model = await fitIterative(compute, table, { tol: 1e-3, chain: null });
    fillByIterative(
      model,
      table,
      levels.map((_, j) => j),
    );
    return table.values;
  };
  expect(Array.from(await fit([0], 3, 1, none, 3))).toEqual([1, 2, 3]);
  expect(Array.from(await fit([0, 0], 1, 1, 2))).toEqual([1, 2]);
  const constant = await fit([0, 0], 4, 5, 5, none, 5, 1, 2, 3, none);
  expect(constant[2]).toBeCloseTo(5, 12);
  expect(constant[7]).toBeCloseTo(2, 12);
  const fewer = await fit([0, 0, 0, 0], 2, 1, 2, none, 4, 5, none, 3, 3);
  expect(fewer.every(Number.isFinite)).toBe(true);
});

describe("drawn imputations of iris", () => {
  const { columns, iterative, hidden } = reference.cases.find(({ name }) => name === "iris")!;
  const draw = async (imputation: number, seed = 42): Promise<number[]> => {
    const chain = { seed, imputation };
    const table = withGaps(columns);
    const model = await fitIterative(compute, table, { tol: 1e-3, chain });
    fillByIterative(model, table, [0, 1, 2, 3], chain);
    return filledCells(table).flat();
  };

  test("are the same for a seed and a number, and others for others", async () => {
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
    expect(await draw(1)).not.toEqual(await draw(1, 43));
  });

  test("scatter about the expected values as far as these miss the truth", async () => {
    const many = await Promise.all(Array.from({ length: 40 }, (_, m) => draw(m + 1)));
    const expected = iterative["1e-12"]!.filled.flat();
    const means = expected.map((_, c) => many.reduce((sum, cells) => sum + cells[c]!, 0) / many.length);
    const spread = Math.sqrt(many.reduce((sum, cells) => sum + rmse(cells, means) ** 2, 0) / (many.length - 1));
    expect(means).toHaveLength(hidden);
    expect(rmse(means, expected)).toBeLessThan(0.15);
    // The draws' own deviation is near the error of the expected values, 0.282.
    expect(spread).toBeGreaterThan(0.22);
    expect(spread).toBeLessThan(0.45);
  });
});
