import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { fitPca, pcaError, projectPca } from "../../../src/model/embed/pca.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { cloudRows, matrixOf, recordedRows } from "../cluster/data.ts";

interface Case {
  readonly name: string;
  readonly repeated: boolean;
  readonly size: number;
  readonly means: readonly number[];
  readonly components: readonly (readonly number[])[];
  readonly variances: readonly number[];
  readonly ratios: readonly number[];
  /** Where the last row lies along the components. */
  readonly last: readonly number[];
  readonly error: number;
  readonly for95: number;
}

const file = new URL("../../../fixtures/reference/pca/reference.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };
const engines = [
  openCompute({ threads: 2, backend: "wasm" }),
  openCompute({ threads: 1, backend: "wasm" }),
  openCompute({ threads: 4, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
] as const;
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

function expectNear(found: ArrayLike<number>, expected: readonly number[], size = 1): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((x, i) => expect(Math.abs(found[i]! - x)).toBeLessThan(1e-9 * Math.max(size, Math.abs(x))));
}

describe.each(cases)("scikit-learn's principal components: $name, repeated rows: $repeated", (expected) => {
  test.each([engines[0], engines[3]])("$backend", (engine) => {
    const mark = engine.mark();
    const rows = recordedRows(expected.name);
    const matrix = matrixOf(engine, rows);
    const weights = expected.repeated ? Float64Array.from(rows, (_, i) => i % 3) : null;
    const pca = fitPca(engine, { matrix, weights }, { components: expected.size });
    expectNear(pca.means, expected.means);
    expectNear(pca.components, expected.components.flat());
    expectNear(pca.variances, expected.variances);
    expectNear(pca.ratios, expected.ratios, 1e-3);
    // The last row that is not of weight 0.
    const last = weights === null ? rows.length - 1 : weights.findLastIndex((w) => w > 0);
    const places = projectPca(engine, matrix, pca);
    expect(places.columns.slice(0, 2)).toEqual(["pc1", "pc2"]);
    expectNear(
      expected.last.map((_, c) => places.values[c * rows.length + last]!),
      expected.last,
      100,
    );
    const error = pcaError(engine, { matrix, weights }, pca);
    expect(Math.abs(error - expected.error)).toBeLessThan(1e-9 * Math.max(1, expected.error));
    expect(fitPca(engine, { matrix, weights }, { components: { share: 0.95 } }).size).toBe(expected.for95);
    engine.release(mark);
  });
});

test("the same bits on any number of threads and on plain kernels", () => {
  const rows = cloudRows(20_000, 7, 3);
  const fits = engines.map((engine) => {
    const mark = engine.mark();
    const matrix = matrixOf(engine, rows);
    const pca = fitPca(engine, { matrix, weights: null }, { components: 3 });
    const all = { ...pca, places: projectPca(engine, matrix, pca).values.slice() };
    engine.release(mark);
    return all;
  });
  for (const other of fits.slice(1)) expect(other).toEqual(fits[0]);
});

test("one column is its own component; of two hundred columns, more than rows, all components are orthonormal", () => {
  const engine = engines[0];
  const mark = engine.mark();
  const one = fitPca(engine, { matrix: matrixOf(engine, [[1], [3]]), weights: null }, { components: 1 });
  expect([...one.components]).toEqual([1]);
  expectNear(one.variances, [2]);
  const matrix = matrixOf(engine, cloudRows(60, 200, 5));
  const pca = fitPca(engine, { matrix, weights: null }, { components: 200 });
  for (let a = 0; a < 200; a += 19) {
    for (let b = 0; b < 200; b++) {
      let product = 0;
      for (let j = 0; j < 200; j++) product += pca.components[a * 200 + j]! * pca.components[b * 200 + j]!;
      expect(Math.abs(product - (a === b ? 1 : 0))).toBeLessThan(1e-9);
    }
  }
  // 60 rows span 59 dimensions.
  expect(pca.variances[58]!).toBeGreaterThan(1e-3);
  expect(pca.variances[59]!).toBeLessThan(1e-12);
  expect(pcaError(engine, { matrix, weights: null }, pca)).toBeLessThan(1e-20);
  engine.release(mark);
});

test("constant columns carry nothing, and the largest loading is positive", () => {
  const engine = engines[0];
  const mark = engine.mark();
  const rows = [
    [0, 5, 0],
    [1, 5, -2],
    [2, 5, -4],
  ];
  const pca = fitPca(engine, { matrix: matrixOf(engine, rows), weights: null }, { components: 3 });
  // By hand: the line (-1, 0, 2) / √5, variance 1 + 4.
  expectNear(pca.components.subarray(0, 3), [-1 / Math.sqrt(5), 0, 2 / Math.sqrt(5)]);
  expectNear(pca.variances, [5, 0, 0]);
  expectNear(pca.ratios, [1, 0, 0]);
  const flat = fitPca(
    engine,
    {
      matrix: matrixOf(engine, [
        [1, 2],
        [1, 2],
      ]),
      weights: null,
    },
    { components: 2 },
  );
  expect([...flat.ratios]).toEqual([0, 0]);
  expect(() => fitPca(engine, { matrix: matrixOf(engine, [[1, 2]]), weights: null }, { components: 1 })).toThrow(
    "need 2 rows",
  );
  engine.release(mark);
});
