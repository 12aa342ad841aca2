import { afterAll, describe, expect, test } from "vitest";
import type { CodedColumns } from "../../../src/model/impute/coded-columns.ts";
import { fillByKnn, fitKnn, type KnnOptions } from "../../../src/model/impute/knn.ts";
import { createRandom } from "../../../src/model/random.ts";
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

describe("numbers worked out by hand", () => {
  test("fewer donors than neighbours are all used", () => {
    const values = filled(rows([0, 0], [1, 10], [2, 20], [3, none]), { neighbors: 5 });
    expect(values[5]).toBe(15);
  });

  test("a row that shares no column with any donor takes the mean", () => {
    const values = filled(rows([0, 0, 0], [1, 4, none], [2, 8, none], [none, none, 5], [3, 6, none]), { neighbors: 1 });
    expect([values[2], values[6]]).toEqual([2, 6]);
    // The donor of the third column shares nothing with the first row.
    expect(values[8]).toBe(5);
  });

  test("neighbours as near go to the lowest row", () => {
    const values = filled(rows([0, 0], [1, 100], [3, 300], [1, 200], [2, none]), { neighbors: 1, scaled: false });
    expect(values[7]).toBe(100);
  });

  test("a constant column changes no distance", () => {
    const values = filled(rows([0, 0, 0], [7, 1, 10], [7, 5, 50], [7, 2, none]), { neighbors: 1 });
    expect(values[8]).toBe(10);
  });

  test("donors at distance 0 are the only ones that count by distance", () => {
    const values = filled(rows([0, 0], [1, 10], [1, 30], [2, 90], [1, none]), { neighbors: 3, weights: "distance" });
    expect(values[7]).toBe(20);
  });

  test("distances are scaled by the columns that both rows hold", () => {
    // To the first row (2 - 1)² · 3 / 1 = 3, to the second ((2 - 2)² + (2 - 0)²) · 3 / 2 = 6.
    const values = filled(rows([0, 0, 0], [1, none, 10], [2, 0, 20], [2, 2, none]), { neighbors: 1, scaled: false });
    expect(values[8]).toBe(10);
  });
});

describe("categories", () => {
  test("the nearest rows vote", () => {
    const values = filled(rows([0, 2], [1, 0], [2, 0], [3, 1], [9, 1], [1.4, none]), { neighbors: 3 });
    expect(values[9]).toBe(0);
  });

  test("a tie goes to the level that stands more often, then to the first", () => {
    const often = filled(rows([0, 2], [1, 0], [2, 1], [9, 1], [1.5, none]), { neighbors: 2 });
    expect(often[7]).toBe(1);
    const first = filled(rows([0, 2], [1, 1], [2, 0], [1.5, none]), { neighbors: 2 });
    expect(first[5]).toBe(0);
  });

  test("categories that differ are 1 apart, a level that nobody knows from all of them", () => {
    const table = rows([2, 0, 0], [0, 1, 10], [1, 1, 20], [0, 1, none]);
    expect(filled(table, { neighbors: 1 })[8]).toBe(10);
    const strange = { ...table, values: table.values.slice() };
    strange.values[2] = -1;
    const model = fitKnn(compute, table, { ...usual, neighbors: 2 });
    fillByKnn(compute, model, strange, [2]);
    expect(strange.values[8]).toBe(15);
  });
});

test("beyond 10,000 rows as many are kept as donors, the same ones for a seed", () => {
  const many = 12_000;
  const values = Float64Array.from({ length: 2 * many }, (_, i) => (i < many ? i : 3 * (i - many)));
  const table = { rows: many, levels: [0, 0], values };
  const [one, two, other] = [1, 1, 2].map((seed) => fitKnn(compute, table, { ...usual, seed }).donors);
  expect(one!.rows).toBe(10_000);
  expect(one!.values).toEqual(two!.values);
  expect(one!.values).not.toEqual(other!.values);
  const kept = one!.values.subarray(0, 10_000);
  expect(kept.every((x, i) => i === 0 || x > kept[i - 1]!)).toBe(true);
});

test("a draw is one of the neighbours' values, each about as often", () => {
  const table = rows([0, 0], [1, 10], [1.1, 20], [1.2, 30], [50, 99], [1, none]);
  const model = fitKnn(compute, table, { ...usual, neighbors: 3 });
  const counts = new Map<number, number>();
  for (let seed = 0; seed < 600; seed++) {
    const copy = { ...table, values: table.values.slice() };
    fillByKnn(compute, model, copy, [1], { random: createRandom(seed, "draws"), rowOf: (row) => row });
    counts.set(copy.values[9]!, (counts.get(copy.values[9]!) ?? 0) + 1);
  }
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual([10, 20, 30]);
  for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(50);
});
