import { afterAll, describe, expect, test } from "vitest";
import type { CodedColumns } from "../../../src/model/impute/coded-columns.ts";
import { fillByKnn, fitKnn, type KnnOptions } from "../../../src/model/impute/knn.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { filledCells, isHidden, reference, rmse, withGaps } from "./reference.ts";

const compute = openCompute({ threads: 2, backend: "wasm" });
const plain = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => Promise.all([compute.close(), plain.close()]));

const usual: KnnOptions = { neighbors: 5, weights: "uniform", scaled: true, seed: 42 };
const none = Number.NaN;

function filled(table: CodedColumns, options: Partial<KnnOptions>, on = compute): Float64Array {
  const copy = { ...table, values: table.values.slice() };
  const all = table.levels.map((_, j) => j);
  fillByKnn(on, fitKnn(on, table, { ...usual, ...options }), copy, all);
  return copy.values;
}

/** Columns from rows, for tables that are read as they stand. */
function rows(levels: readonly number[], ...of: readonly (readonly number[])[]): CodedColumns {
  return { rows: of.length, levels, values: Float64Array.from(levels.flatMap((_, j) => of.map((row) => row[j]!))) };
}

describe("the example of scikit-learn's documentation", () => {
  const table = rows([0, 0, 0], [1, 2, none], [3, 4, 3], [none, 6, 5], [8, 8, 7]);

  test("two neighbours count alike", () => {
    const values = filled(table, { neighbors: 2, scaled: false });
    expect([values[8], values[2]]).toEqual([4, 5.5]);
  });

  test("nearer neighbours count more", () => {
    const values = filled(table, { neighbors: 2, scaled: false, weights: "distance" });
    expect(values[8]).toBeCloseTo(3.666666666666667, 12);
    expect(values[2]).toBeCloseTo(5.5, 12);
  });
});

test("the errors on wine are the published ones", () => {
  const { columns } = reference.cases.find(({ name }) => name === "wine")!;
  const table = withGaps(columns);
  const { centers, scales } = fitKnn(compute, table, usual);
  const errors = (["uniform", "distance"] as const).map((weights) => {
    const cells = filledCells({ ...table, values: filled(table, { weights }) });
    const off = cells.flatMap((some, j) => {
      const truth = columns[j]!.filter((_, i) => isHidden(i, j));
      return some.map((x, c) => (x - truth[c]!) / scales[j]!);
    });
    return rmse(
      off,
      off.map(() => 0),
    );
  });
  expect(centers).toHaveLength(13);
  expect(errors[0]).toBeCloseTo(0.7139306658789303, 10);
  expect(errors[1]).toBeCloseTo(0.7073575773576234, 10);
});

describe.each(reference.cases)("$name", ({ columns, knn, ties }) => {
  test.each(["uniform", "distance"] as const)("cells filled with %s weights are those of scikit-learn", (weights) => {
    const table = withGaps(columns);
    const { centers, scales } = fitKnn(compute, table, usual);
    const scaled = (cells: readonly (readonly number[])[]): number[] =>
      cells.flatMap((some, j) => some.map((x) => (x - centers[j]!) / scales[j]!));
    const found = scaled(filledCells({ ...table, values: filled(table, { weights }) }));
    const isTied = knn[weights].filled.flatMap((cells, j) => cells.map((_, c) => ties[j]!.includes(c)));
    const wanted = knn[weights].filled.flat();
    expect(found).toHaveLength(wanted.length);
    found.forEach((x, i) => expect(isTied[i]! ? 0 : Math.abs(x - wanted[i]!)).toBeLessThan(1e-9));
    if (isTied.includes(true)) return;
    const truth = scaled(columns.map((column, j) => column.filter((_, i) => isHidden(i, j))));
    expect(rmse(found, truth)).toBeCloseTo(knn[weights].rmse, 12);
  });
});
