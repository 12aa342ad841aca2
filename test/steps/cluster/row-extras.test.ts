import { afterAll, expect, test } from "vitest";
import { extraColumns, extraNames, type ExtraInput } from "../../../src/steps/cluster/row-extras.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { cloudRows, matrixOf } from "../../model/cluster/data.ts";

const compute = openCompute({ threads: 2 });
afterAll(() => compute.close());

function input(
  rows: readonly (readonly number[])[],
  centres: readonly (readonly number[])[],
  given: Partial<ExtraInput> = {},
): ExtraInput {
  const matrix = matrixOf(compute, rows);
  const labels = compute.i32(rows.length);
  rows.forEach((row, i) => (labels[i] = order(row, centres)[0]!));
  return {
    name: "segment",
    extras: ["silhouette", "distance", "second"],
    seed: 1,
    rows: { matrix, kept: null },
    tableRows: rows.length,
    labels,
    centres: Float64Array.from(centres.flat()),
    numbers: Int32Array.from(centres, (_, c) => centres.length - c),
    weights: null,
    collapsed: null,
    names: new Map(),
    probabilities: null,
    outlierScores: null,
    ...given,
  };
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.sqrt(a.reduce((sum, x, j) => sum + (x - b[j]!) ** 2, 0));

/** Centres from the nearest to the farthest, the lowest of equals first. */
const order = (row: readonly number[], centres: readonly (readonly number[])[]): number[] =>
  centres.map((_, c) => c).toSorted((a, b) => distance(row, centres[a]!) - distance(row, centres[b]!) || a - b);

test("distance, second and silhouette are those of the definition", async () => {
  const rows = cloudRows(300, 3, 3);
  const centres = cloudRows(5, 3, 9);
  const own = input(rows, centres);
  const { columns, reference } = await extraColumns(compute, own);
  expect(columns.map(({ name }) => name)).toEqual(extraNames("segment", own.extras));
  expect(reference).toBeNull();
  const [silhouettes, distances, seconds] = columns.map(({ values }) => values);
  rows.forEach((row, i) => {
    const [first, second] = order(row, centres) as [number, number];
    expect(distances![i]).toBeCloseTo(distance(row, centres[first]!), 12);
    expect(seconds![i]).toBe(own.numbers[second]);
    const means = centres.map((_, c) => {
      const others = rows.filter((__, other) => other !== i && own.labels[other] === c);
      return others.reduce((sum, other) => sum + distance(row, other), 0) / others.length;
    });
    const within = means[first]!;
    const beside = Math.min(...means.filter((mean, c) => c !== first && !Number.isNaN(mean)));
    const expected = Number.isNaN(within) ? 0 : (beside - within) / Math.max(within, beside);
    expect(silhouettes![i]).toBeCloseTo(expected, 9);
  });
});

test("a row left out has no distance and no silhouette, and its second segment is 0", async () => {
  const own = input(
    [
      [0, 0],
      [3, 4],
      [10, 0],
    ],
    [
      [0, 0],
      [10, 0],
    ],
  );
  const { columns } = await extraColumns(compute, {
    ...own,
    rows: { ...own.rows, kept: Int32Array.of(0, 2, 3) },
    tableRows: 5,
  });
  const [silhouettes, distances, seconds] = columns.map(({ values }) => [...values]);
  expect(distances).toEqual([0, NaN, 5, 0, NaN]);
  expect(seconds).toEqual([1, 0, 1, 2, 0]);
  expect(silhouettes!.map(Number.isNaN)).toEqual([false, true, false, false, true]);
});

test("of two centres as near, the lower is second; with one segment there is none", async () => {
  const tie = input(
    [[0, 0]],
    [
      [0, 0],
      [1, 0],
      [0, 1],
    ],
    { extras: ["second"] },
  );
  expect([...(await extraColumns(compute, tie)).columns[0]!.values]).toEqual([2]);
  const single = input([[3], [4]], [[3.5]], { extras: ["second", "distance"] });
  const { columns } = await extraColumns(compute, single);
  expect(columns.map(({ values }) => [...values])).toEqual([
    [0, 0],
    [0.5, 0.5],
  ]);
});

test("without extras nothing is computed", async () => {
  expect(await extraColumns(compute, input([[1]], [[1]], { extras: [] }))).toEqual({ columns: [], reference: null });
});
