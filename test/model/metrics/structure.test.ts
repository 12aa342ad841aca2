import { afterAll, describe, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import type { Matrix } from "../../../src/core/matrix.ts";
import { choleskyFactor } from "../../../src/model/metrics/reference-tables.ts";
import { structureSample } from "../../../src/model/metrics/structure-sample.ts";
import { findStructure } from "../../../src/model/metrics/structure.ts";
import { createRandom } from "../../../src/model/random.ts";
import { openCompute } from "../../../src/workers/pool.ts";

const compute = openCompute({ threads: 2 });
afterAll(() => compute.close());

type Draw = (uniform: (n: number) => number, normal: (n: number) => number, row: number) => number[];

function table(engine: Compute, rows: number, seed: number, draw: Draw): Matrix {
  const random = createRandom(seed, "test data");
  const all = Array.from({ length: rows }, (_, i) =>
    draw(
      (n) => random.uniform(i * 8 + n),
      (n) => random.normal(i * 8 + n),
      i,
    ),
  );
  const d = all[0]!.length;
  const values = engine.f64(rows * d);
  all.forEach((row, i) => row.forEach((x, j) => (values[j * rows + i] = x)));
  return { rows, columns: Array.from({ length: d }, (_, j) => `c${j}`), values };
}

const three: Draw = (_, normal, row) => [normal(0) + 9 * (row % 3), normal(1) - 7 * (row % 3), normal(2)];

test("clearly separate groups are structure, for every seed", async () => {
  for (let seed = 0; seed < 5; seed++) {
    const mark = compute.mark();
    const matrix = table(compute, 300, seed, three);
    const found = await findStructure(compute, { matrix, weights: null }, { ks: [2, 3, 4, 5, 6], seed });
    expect(found.verdict).toBe("clusters");
    expect(found.observed).toBeGreaterThan(found.gaussian.max);
    expect(found.gaussian.tables).toBe(19);
    expect(found.rows).toBe(300);
    compute.release(mark);
  }
});

const clouds: Readonly<Record<string, Draw>> = {
  "one round Gaussian": (_, normal) => [normal(0), normal(1), normal(2)],
  "one stretched and tilted Gaussian": (_, normal) => [normal(0), 0.9 * normal(0) + 0.4 * normal(1), 3 * normal(2)],
  "a cube filled evenly": (uniform) => [uniform(0), uniform(1), uniform(2)],
  "one log-normal cloud on its logarithmic scale": (_, normal) => [
    Math.log1p(Math.exp(4 + normal(0))),
    Math.log1p(Math.exp(6 + 0.5 * normal(1))),
  ],
  "a single column of bell shape": (_, normal) => [normal(0)],
};

test.each(Object.keys(clouds))("%s has none, in nearly all of 20 draws", async (name) => {
  let none = 0;
  for (let seed = 0; seed < 20; seed++) {
    const mark = compute.mark();
    const matrix = table(compute, 200, 100 + seed, clouds[name]!);
    const found = await findStructure(compute, { matrix, weights: null }, { ks: [2, 3, 4, 5], seed });
    if (found.verdict === "none") none++;
    compute.release(mark);
  }
  // One in twenty passes by luck: at least five of 20 do so three times in a thousand.
  expect(none).toBeGreaterThanOrEqual(16);
});

test("k above the distinct rows is left out, and a table of equal columns is no problem", async () => {
  const matrix = table(compute, 120, 3, (_, __, row) => [row % 3, row % 3]);
  const found = await findStructure(compute, { matrix, weights: null }, { ks: [2, 3, 4, 5], seed: 1 });
  expect(found.ks).toEqual([2, 3]);
  expect(found.observed).toBe(1);
});

describe("the sample", () => {
  const matrix = table(compute, 5000, 1, (uniform, _, row) => [row, uniform(0)]);
  const rowsIn = (points: { matrix: Matrix }): number[] => [...points.matrix.values.subarray(0, points.matrix.rows)];

  test("is 2,000 different rows, the same for the same seed", () => {
    const rows = rowsIn(structureSample({ matrix, weights: null }, 2000, 42));
    expect(new Set(rows).size).toBe(2000);
    expect(rowsIn(structureSample({ matrix, weights: null }, 2000, 42))).toEqual(rows);
    expect(rowsIn(structureSample({ matrix, weights: null }, 2000, 43))).not.toEqual(rows);
    // The mean row of a fair sample: 2,500 with a standard error of 25.
    expect(Math.abs(rows.reduce((a, b) => a + b, 0) / 2000 - 2500)).toBeLessThan(100);
  });

  test("takes a row in proportion to its count", () => {
    const weights = Float64Array.from({ length: 5000 }, (_, i) => (i < 2500 ? 0 : i < 3750 ? 1 : 3));
    const rows = rowsIn(structureSample({ matrix, weights }, 2000, 42));
    expect(rows.length).toBe(2000);
    expect(Math.min(...rows)).toBeGreaterThanOrEqual(2500);
    expect(rows.filter((row) => row >= 3750).length / 2000).toBeCloseTo(0.75, 1);
  });

  test("repeats rows by their counts when the repeated rows are few", () => {
    const few = { rows: 3, columns: ["a"], values: Float64Array.of(7, 8, 9) };
    expect(rowsIn(structureSample({ matrix: few, weights: Float64Array.of(2, 0, 3) }, 2000, 1))).toEqual([
      7, 7, 9, 9, 9,
    ]);
  });

  test("leaves other weights on the rows where all are taken, and draws by them where not", () => {
    const few = { rows: 3, columns: ["a"], values: Float64Array.of(7, 8, 9) };
    const all = structureSample({ matrix: few, weights: Float64Array.of(0.5, 0, 2.5) }, 2000, 1);
    expect(rowsIn(all)).toEqual([7, 9]);
    expect([...all.weights!]).toEqual([0.5, 2.5]);
    const weights = Float64Array.from({ length: 5000 }, (_, i) => (i < 2500 ? 0.1 : 4.9));
    const drawn = structureSample({ matrix, weights }, 500, 1);
    expect(drawn.weights).toBeNull();
    expect(rowsIn(drawn).filter((row) => row >= 2500).length).toBeGreaterThan(470);
  });
});

test("the factor of a covariance gives the covariance back, even where columns repeat one another", () => {
  // Third column = first + second.
  const covariance = Float64Array.of(4, 1, 5, 1, 9, 10, 5, 10, 15);
  const l = choleskyFactor(covariance, 3);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      let value = 0;
      for (let m = 0; m < 3; m++) value += l[i * 3 + m]! * l[j * 3 + m]!;
      expect(value).toBeCloseTo(covariance[i * 3 + j]!, 12);
    }
  }
  expect(l[8]).toBe(0);
});

test("threads and backend change no bit of the verdict's numbers", async () => {
  const engines = [1, 2, 4].map((threads) => openCompute({ threads, backend: "wasm" }));
  const find = (engine: Compute): Promise<unknown> => {
    const points = { matrix: table(engine, 150, 5, three), weights: null };
    return findStructure(engine, points, { ks: [2, 3, 4], seed: 9 });
  };
  const expected = await find(openCompute({ threads: 1, backend: "typescript" }));
  for (const engine of engines) expect(await find(engine)).toEqual(expected);
  await Promise.all(engines.map((engine) => engine.close()));
});
