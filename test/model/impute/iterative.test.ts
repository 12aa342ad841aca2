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
