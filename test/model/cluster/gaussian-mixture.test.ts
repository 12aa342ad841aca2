import { afterAll, describe, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { SegmentError } from "../../../src/core/errors.ts";
import { gaussianMixture, mixtureDefaults } from "../../../src/model/cluster/gaussian-mixture.ts";
import type { MixtureOptions, MixtureResult } from "../../../src/model/cluster/gaussian-mixture.ts";
import { covarianceTypes } from "../../../src/model/cluster/mixture-model.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { bumpRows, cloudRows, matrixOf } from "./data.ts";
import { expectNear } from "./mixture-cases.ts";

const engines = [1, 2, 4].map((threads) => openCompute({ threads, backend: "wasm" }));
const plain = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => Promise.all([...engines, plain].map((engine) => engine.close())));
const one = engines[0]!;

async function fit(
  compute: Compute,
  rows: readonly (readonly number[])[],
  options: Partial<MixtureOptions> & { readonly k: number },
  weights: readonly number[] | null = null,
): Promise<MixtureResult> {
  const mark = compute.mark();
  const points = { matrix: matrixOf(compute, rows), weights: weights === null ? null : Float64Array.from(weights) };
  const result = await gaussianMixture(compute, points, { ...mixtureDefaults, seed: 42, init: null, ...options });
  const kept = { ...result, labels: result.labels.slice(), probabilities: result.probabilities.slice() };
  compute.release(mark);
  return kept;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "none",
    (error: unknown) => (error instanceof SegmentError ? error.code : String(error)),
  );
}

describe("the same bits for 1, 2 and 4 threads and without WebAssembly", () => {
  const shapes = [
    [5, 1],
    [9, 2],
    [127, 3],
    [129, 4],
    [256, 5],
    [4101, 2],
    [8205, 5],
  ] as const;
  const cases = covarianceTypes.flatMap((type) => shapes.map(([rows, columns]) => ({ type, rows, columns })));
  test.each(cases)("$type, $rows × $columns", async ({ type, rows, columns }) => {
    const table = bumpRows(rows, columns, rows);
    for (const weights of [null, table.map((_, i) => (i * 7) % 4)]) {
      const options = { k: rows > 100 ? 3 : 2, covarianceType: type, maxIter: 2, tol: 0, starts: 2 };
      const expected = await fit(plain, table, options, weights);
      for (const engine of engines) expect(await fit(engine, table, options, weights)).toEqual(expected);
    }
  });
});

test("weights act as repeated rows", async () => {
  const rows = bumpRows(300, 2, 9);
  const weights = rows.map((_, i) => i % 3);
  const repeated = rows.flatMap((row, i) => Array.from({ length: weights[i]! }, () => row));
  const k = 4;
  const labels = Int32Array.from(rows, (_, i) => i & 3);
  const longLabels = Array.from(labels).flatMap((c, i) => Array.from({ length: weights[i]! }, () => c));
  for (const covarianceType of covarianceTypes) {
    const weighted = await fit(one, rows, { k, covarianceType, init: { labels } }, weights);
    const long = await fit(one, repeated, { k, covarianceType, init: { labels: Int32Array.from(longLabels) } });
    expect(weighted.iterations).toBe(long.iterations);
    expectNear(weighted.means, [...long.means]);
    expectNear(weighted.covariances, [...long.covariances]);
    expectNear([weighted.bic, weighted.icl, weighted.aic], [long.bic, long.icl, long.aic]);
  }
});

test("a start from weights, means and precisions is that from the labels they belong to", async () => {
  const rows = cloudRows(400, 3, 3);
  const labels = Int32Array.from(rows, (_, i) => i % 2);
  for (const covarianceType of covarianceTypes) {
    const first = await fit(one, rows, { k: 2, covarianceType, maxIter: 1, tol: 0, init: { labels } });
    const second = await fit(one, rows, { k: 2, covarianceType, maxIter: 2, tol: 0, init: { labels } });
    const { weights, means, covariances } = first;
    const precisions = inverses(covariances, covarianceType === "full" || covarianceType === "tied" ? 3 : 1);
    const next = await fit(one, rows, {
      k: 2,
      covarianceType,
      maxIter: 1,
      tol: 0,
      init: { weights, means, precisions },
    });
    expectNear(next.means, [...second.means]);
    expectNear(next.covariances, [...second.covariances]);
    expectNear([next.lowerBound], [second.lowerBound]);
  }
});

/** Of n × n matrices one behind the other, n = 1 or 3, by cofactors. */
function inverses(matrices: Float64Array, n: number): Float64Array {
  if (n === 1) return matrices.map((x) => 1 / x);
  const out = new Float64Array(matrices.length);
  for (let from = 0; from < matrices.length; from += 9) {
    const at = (i: number, j: number): number => matrices[from + 3 * (i % 3) + (j % 3)]!;
    const minor = (i: number, j: number): number =>
      at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1);
    const determinant = at(0, 0) * minor(0, 0) + at(0, 1) * minor(0, 1) + at(0, 2) * minor(0, 2);
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) out[from + 3 * j + i] = minor(i, j) / determinant;
  }
  return out;
}

test("the default start finds eight separated groups, whatever the covariances", async () => {
  const rows = bumpRows(1600, 3, 4);
  for (const covarianceType of covarianceTypes) {
    const { labels, converged, probabilities } = await fit(one, rows, { k: 8, covarianceType, starts: 3 });
    expect(converged).toBe(true);
    const pairs = new Set(Array.from(labels, (c, i) => `${i & 7} ${c}`));
    expect(pairs.size).toBe(8);
    expect(Math.min(...probabilities)).toBeGreaterThan(0.9);
  }
});

test("more starts are never worse, and the kept one is named", async () => {
  const rows = cloudRows(500, 2, 8);
  const bounds: number[] = [];
  for (const starts of [1, 4, 8]) {
    const { lowerBound, start } = await fit(one, rows, { k: 5, starts });
    bounds.push(lowerBound);
    expect(start).toBeLessThan(starts);
  }
  expect(bounds[1]).toBeGreaterThanOrEqual(bounds[0]!);
  expect(bounds[2]).toBeGreaterThanOrEqual(bounds[1]!);
});

test("each round raises the likelihood", async () => {
  const rows = cloudRows(700, 3, 12);
  let before = -Infinity;
  for (let maxIter = 1; maxIter <= 12; maxIter++) {
    const { logLikelihood } = await fit(one, rows, { k: 3, maxIter, tol: 0, regularisation: 0 });
    expect(logLikelihood).toBeGreaterThanOrEqual(before - 1e-9);
    before = logLikelihood;
  }
});

describe("what is not a cloud", () => {
  test("fewer rows than components are refused", async () => {
    expect(await codeOf(fit(one, cloudRows(3, 2, 1), { k: 4 }))).toBe("too-many-segments");
    expect(
      await codeOf(
        fit(
          one,
          [
            [1, 2],
            [1, 2],
            [3, 4],
          ],
          { k: 3 },
        ),
      ),
    ).toBe("too-many-segments");
  });

  test("one point per component: the covariance is the ridge", async () => {
    const { weights, covariances, probabilities, means } = await fit(one, [[0], [10], [20]], { k: 3 });
    expectNear(covariances, [1e-6, 1e-6, 1e-6]);
    expectNear(weights, [1 / 3, 1 / 3, 1 / 3]);
    expect([...means].sort((a, b) => a - b)).toEqual([0, 10, 20]);
    expect([...probabilities]).toEqual([1, 1, 1]);
  });

  test("a single row is one component", async () => {
    const { weights, means, logLikelihood } = await fit(one, [[3, 4]], { k: 1 });
    expect([...weights, ...means]).toEqual([1, 3, 4]);
    expectNear([logLikelihood], [-Math.log(2 * Math.PI * 1e-6)]);
  });

  test("a component that the labels leave empty keeps its place and has no rows", async () => {
    const rows = bumpRows(100, 1, 2);
    const { weights, labels, means } = await fit(one, rows, {
      k: 3,
      init: { labels: Int32Array.from(rows, (_, i) => i & 1) },
    });
    expect(weights[2]).toBeLessThan(1e-15);
    expect(Number.isFinite(means[2])).toBe(true);
    expect(new Set(labels)).toEqual(new Set([0, 1]));
  });

  test("columns that repeat one another far beyond the ridge's scale are refused with the way out", async () => {
    const rows = cloudRows(50, 1, 2).map(([x]) => [1e9 * x!, 1e9 * x!]);
    expect(await codeOf(fit(one, rows, { k: 1 }))).toBe("singular-covariance");
    expect(await codeOf(fit(one, rows, { k: 1, covarianceType: "diagonal" }))).toBe("none");
  });

  test("equal responsibilities go to the lowest component", async () => {
    const rows = [[-1], [0], [1]];
    const init = {
      weights: Float64Array.of(0.5, 0.5),
      means: Float64Array.of(-1, 1),
      precisions: Float64Array.of(1, 1),
    };
    const { labels, probabilities } = await fit(one, rows, { k: 2, covarianceType: "spherical", maxIter: 1, init });
    expect([...labels]).toEqual([0, 0, 1]);
    expect(probabilities[1]).toBeCloseTo(0.5, 12);
  });

  test("a far offset costs no digits", async () => {
    const rows = bumpRows(300, 2, 6);
    const near = await fit(one, rows, { k: 4 });
    const far = await fit(
      one,
      rows.map((row) => row.map((x) => x + 2 ** 20)),
      { k: 4 },
    );
    expectNear(far.covariances, [...near.covariances], 1e-7);
    expectNear([far.logLikelihood], [near.logLikelihood], 1e-8);
  });
});

test("a start that does not fit is refused", async () => {
  const rows = cloudRows(20, 2, 1);
  for (const init of [
    { weights: Float64Array.of(0.5, 0.6) },
    { means: new Float64Array(3) },
    { precisions: new Float64Array(4) },
    { labels: new Int32Array(20).fill(2) },
    { labels: new Int32Array(3) },
  ]) {
    expect(await codeOf(fit(one, rows, { k: 2, init }))).toBe("bad-init");
  }
});
