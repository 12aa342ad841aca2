import { afterAll, describe, expect, test } from "vitest";
import { fillByForest, fitForest, forestLimits } from "../../../src/model/impute/forest.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg } from "../cluster/data.ts";
import { filledCells, isHidden, reference, rmse, withGaps } from "./reference.ts";

const compute = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => compute.close());
const none = Number.NaN;

describe.each(reference.cases.filter(({ name }) => name !== "breast cancer"))("$name", (one) => {
  const { columns, mean_rmse, forest_rmse } = one;
  const all = columns.map((_, j) => j);
  const truth = columns.flatMap((column, j) => column.filter((_, i) => isHidden(i, j)));

  test("forests come as near as those of scikit-learn, and the same each time", async () => {
    const table = withGaps(columns);
    const model = await fitForest(compute, table, all, 42);
    fillByForest(model, table, all);
    const error = rmse(filledCells(table).flat(), truth);
    expect(error).toBeLessThan(0.7 * mean_rmse);
    expect(error).toBeLessThan(1.15 * forest_rmse);
    const again = withGaps(columns);
    expect(await fitForest(compute, again, all, 42)).toEqual(model);
    fillByForest(model, again, all);
    expect(again.values).toEqual(table.values);
    for (const forest of model.forests) {
      expect(forest!.trees).toHaveLength(forestLimits.trees);
      for (const tree of forest!.trees) {
        expect(tree.columns.filter((column) => column < 0).length).toBeLessThanOrEqual(forestLimits.leaves);
      }
    }
  });
});

test("a rule between categories is found", async () => {
  const rows = 300;
  const draws = lcg(2 * rows, 3);
  const values = new Float64Array(3 * rows);
  for (let i = 0; i < rows; i++) {
    const [a, b] = [Math.floor(3 * draws[i]!), draws[rows + i]!];
    values[i] = a;
    values[rows + i] = b;
    values[2 * rows + i] = a === 1 ? 3 : b > 0.5 ? 2 : 0;
  }
  const truth = values.slice();
  const hidden = Array.from({ length: rows }, (_, i) => i).filter((i) => i % 10 === 0);
  for (const i of hidden) values[2 * rows + i] = none;
  const table = { rows, values, levels: [3, 0, 4] };
  fillByForest(await fitForest(compute, table, [2], 7), table, [2]);
  const wrong = hidden.filter((i) => values[2 * rows + i] !== truth[2 * rows + i]);
  expect(wrong.length).toBeLessThanOrEqual(1);
});

test("a number that one of three columns settles is found within each of its levels", async () => {
  const rows = 300;
  const draws = lcg(3 * rows, 5);
  const levels = [3, 0, 0, 0];
  const values = new Float64Array(4 * rows);
  for (let i = 0; i < rows; i++) {
    const [group, a, noise] = [Math.floor(3 * draws[i]!), draws[rows + i]!, draws[2 * rows + i]!];
    values.set([group], i);
    values.set([a], rows + i);
    values.set([noise], 2 * rows + i);
    values.set([[-20, 0, 20][group]! + a], 3 * rows + i);
  }
  const hidden = Array.from({ length: rows / 10 }, (_, n) => 10 * n);
  const truth = hidden.map((i) => values[3 * rows + i]!);
  for (const i of hidden) values[3 * rows + i] = none;
  const table = { rows, values, levels };
  fillByForest(await fitForest(compute, table, [3], 42), table, [3]);
  const found = hidden.map((i) => values[3 * rows + i]!);
  // The levels lie 20 apart, so trees that see them are within the spread of a level, whose deviation is 0.29.
  expect(rmse(found, truth)).toBeLessThan(0.29);
});

test("one row, one column and constants are no obstacle", async () => {
  const one = { rows: 1, levels: [0, 0], values: Float64Array.of(3, 4) };
  const model = await fitForest(compute, one, [0, 1], 1);
  const gap = { rows: 1, levels: [0, 0], values: Float64Array.of(9, none) };
  fillByForest(model, gap, [1]);
  expect(gap.values[1]).toBe(4);
  const alone = { rows: 3, levels: [0], values: Float64Array.of(1, none, 3) };
  fillByForest(await fitForest(compute, alone, [0], 1), alone, [0]);
  expect(Array.from(alone.values)).toEqual([1, 2, 3]);
  const constant = { rows: 4, levels: [0, 0], values: Float64Array.of(5, 5, none, 5, 1, 2, 3, none) };
  fillByForest(await fitForest(compute, constant, [0, 1], 1), constant, [0, 1]);
  expect(constant.values[2]).toBe(5);
  // The mean of bootstrap means.
  expect(Math.abs(constant.values[7]! - 2)).toBeLessThan(0.2);
});
