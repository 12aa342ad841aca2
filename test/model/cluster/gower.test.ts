import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { assignGower, gowerSpace, learnGower } from "../../../src/model/cluster/gower.ts";
import { fitGowerMedoids } from "../../../src/model/cluster/gower-medoids.ts";
import { kMedoids } from "../../../src/model/cluster/k-medoids.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { blobs, mixedPoints, mixedRows } from "./mixed-data.ts";

interface Case {
  readonly name: string;
  readonly k: number;
  readonly weights: readonly number[];
  readonly init: readonly number[];
  readonly medoids: readonly number[];
  readonly deviation: number;
}

const file = new URL("../../../fixtures/reference/gower/reference.json", import.meta.url);
const { cases, matrix: recorded } = JSON.parse(readFileSync(file, "utf8")) as {
  readonly cases: readonly Case[];
  readonly matrix: {
    readonly rows: readonly number[];
    readonly weights: readonly number[];
    readonly distances: readonly (readonly number[])[];
  };
};
const engines = [
  openCompute({ threads: 1, backend: "wasm" }),
  openCompute({ threads: 2, backend: "wasm" }),
  openCompute({ threads: 4, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
] as const;
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

describe.each(cases)("the medoids of FasterPAM in Gower's distance: $name, k = $k, weights $weights", (expected) => {
  test.each([engines[1], engines[3]])("$backend", async (engine) => {
    const mark = engine.mark();
    const { points, categories } = mixedPoints(engine, mixedRows(expected.name));
    const gower = learnGower(points, categories, expected.weights);
    const space = gowerSpace(engine, points.matrix, categories, gower);
    const { k, init } = expected;
    const found = await kMedoids(engine, points, { k, init, space, starts: 1, maxIter: 100, seed: 1 });
    // Iris has many rows that are equally far from all others: its medoids are one of several equal choices.
    if (expected.name !== "iris") expect([...found.medoids].sort((a, b) => a - b)).toEqual(expected.medoids);
    expect(Math.abs(found.deviation / expected.deviation - 1)).toBeLessThan(1e-12);
    engine.release(mark);
  });
});

test("the distances of the package gower", () => {
  const engine = engines[0];
  const mark = engine.mark();
  const { points, categories } = mixedPoints(engine, mixedRows("iris"));
  const space = gowerSpace(engine, points.matrix, categories, learnGower(points, categories, recorded.weights));
  recorded.rows.forEach((one, a) => {
    recorded.rows.forEach((other, b) => {
      expect(Math.abs(space.distance(one, other) - recorded.distances[a]![b]!)).toBeLessThan(1e-6);
    });
  });
  engine.release(mark);
});

test("Gower's distance by hand: ranges 10 and 4, a constant column, one of two categories unlike", () => {
  const engine = engines[0];
  const mark = engine.mark();
  const rows = {
    numbers: [
      [0, 1, 7],
      [10, 5, 7],
      [5, 2, 7],
    ],
    words: [
      [0, 0],
      [1, 0],
      [0, 1],
    ],
  };
  const { points, categories } = mixedPoints(engine, rows);
  const even = gowerSpace(engine, points.matrix, categories, learnGower(points, categories, null));
  expect(even.distance(0, 1)).toBeCloseTo((1 + 1 + 0 + 1 + 0) / 5, 15);
  expect(even.distance(0, 2)).toBeCloseTo((0.5 + 0.25 + 0 + 0 + 1) / 5, 15);
  const weighted = learnGower(points, categories, [2, 0, 1, 1, 4]);
  expect(gowerSpace(engine, points.matrix, categories, weighted).distance(0, 2)).toBeCloseTo((1 + 4) / 8, 15);
  // Of rows of weight 0 no range is taken.
  const some = learnGower({ ...points, weights: Float64Array.of(1, 0, 1) }, categories, null);
  expect([...some.prices]).toEqual([1 / 5 / 5, 1 / 5, 0]);
  for (const bad of [
    [1, 1],
    [1, 1, 1, 1, -1],
    [0, 0, 0, 0, 0],
    [1, 1, 1, 1, Infinity],
  ]) {
    expect(() => learnGower(points, categories, bad)).toThrow("column weights are");
  }
  engine.release(mark);
});

const options = { starts: 1, maxIter: 100, seed: 3, columnWeights: [1, 2, 1, 1, 1, 1, 1] } as const;

test("the same bits on any number of threads and on plain kernels; rows assigned anew stay where they are", async () => {
  const fits = [];
  for (const engine of engines) {
    const mark = engine.mark();
    const { points, categories } = mixedPoints(engine, blobs(2503, 9));
    const weights = Float64Array.from({ length: 2503 }, (_, i) => (i % 4) / 2);
    const found = await fitGowerMedoids(engine, { ...points, weights }, categories, { ...options, k: 4 });
    const again = assignGower(engine, points.matrix, categories, found.gower, found.medoids);
    expect(again.labels).toEqual(found.labels);
    expect(found.sample).toBe(null);
    fits.push({ ...found, labels: [...found.labels] });
    engine.release(mark);
  }
  for (const other of fits.slice(1)) expect(other).toEqual(fits[0]);
});

test("of more than 20,000 points the medoids are found among so many, and every point belongs to the nearest", async () => {
  const engine = engines[1];
  const mark = engine.mark();
  const rows = blobs(20_500, 4);
  const { points, categories } = mixedPoints(engine, rows);
  const found = await fitGowerMedoids(engine, points, categories, { ...options, maxIter: 1, k: 4 });
  expect(found.sample).toBe(20_000);
  const space = gowerSpace(engine, points.matrix, categories, found.gower);
  const rowOf = (c: number): number =>
    rows.numbers.findIndex((row) => row.every((x, j) => x === found.medoids.values[c * 3 + j]));
  const medoids = [0, 1, 2, 3].map(rowOf);
  let total = 0;
  for (let i = 0; i < 20_500; i++) {
    const all = medoids.map((row) => space.distance(i, row));
    const least = Math.min(...all);
    if (i % 100 === 0) expect(found.labels[i]).toBe(all.indexOf(least));
    total += least;
  }
  expect(found.inertia / total).toBeCloseTo(1, 12);
  engine.release(mark);
});
