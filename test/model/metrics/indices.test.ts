import { afterAll, describe, expect, test } from "vitest";
import { adjustedRandIndex } from "../../../src/model/metrics/adjusted-rand-index.ts";
import { chooseK } from "../../../src/model/metrics/choose-k.ts";
import { dispersion } from "../../../src/model/metrics/dispersion.ts";
import { kneedle } from "../../../src/model/metrics/kneedle.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { columnsOf, generated, labelsOf, matrixOf, reference, setNames, weightsOf } from "./reference.ts";

const compute = openCompute({ threads: 2 });
afterAll(() => compute.close());

const close = (value: number | null, expected: number): void =>
  expect(Math.abs(value! / expected - 1)).toBeLessThan(1e-11);

test.each(setNames)(
  "Calinski-Harabasz and Davies-Bouldin of %s are scikit-learn's, weighted ones those of the repeated rows",
  (name) => {
    const recorded = reference.sets[name]!;
    const matrix = matrixOf(compute, columnsOf(name));
    const labeling = { k: recorded.k, labels: labelsOf(name) };
    // Any centres do: here each segment's first row.
    const d = matrix.columns.length;
    const centres = new Float64Array(recorded.k * d);
    for (let c = 0; c < recorded.k; c++) {
      for (let j = 0; j < d; j++) centres[c * d + j] = matrix.values[j * matrix.rows + labeling.labels.indexOf(c)]!;
    }
    const plain = dispersion(compute, { matrix, weights: null }, labeling, centres);
    close(plain.calinskiHarabasz, recorded.calinski_harabasz);
    close(plain.daviesBouldin, recorded.davies_bouldin);
    const weighted = dispersion(compute, { matrix, weights: weightsOf(matrix.rows) }, labeling, centres);
    close(weighted.calinskiHarabasz, recorded.repeated.calinski_harabasz);
    close(weighted.daviesBouldin, recorded.repeated.davies_bouldin);
  },
);

test("rows that all lie on their segment's mean score 1 and 0, and one segment scores nothing", () => {
  const matrix = matrixOf(compute, [[1, 1, 5, 5]]);
  const points = { matrix, weights: null };
  const two = dispersion(compute, points, { k: 2, labels: Int32Array.of(0, 0, 1, 1) }, Float64Array.of(0, 0));
  expect(two).toMatchObject({ calinskiHarabasz: 1, daviesBouldin: 0 });
  const one = dispersion(compute, points, { k: 2, labels: Int32Array.of(1, 1, 1, 1) }, Float64Array.of(0, 0));
  expect(one).toMatchObject({ calinskiHarabasz: null, daviesBouldin: null });
});

test("threads and backend change no bit of the indices", () => {
  const columns = generated(30_000, 3, 5, 3);
  const labels = Int32Array.from(columns[0]!, (_, i) => i % 5);
  const weights = Float64Array.from(labels, (_, i) => 1 + (i % 7) / 3);
  const engines = [1, 2, 4].map((threads) => openCompute({ threads, backend: "wasm" }));
  const [expected, ...others] = [openCompute({ threads: 1, backend: "typescript" }), ...engines].map((engine) =>
    dispersion(engine, { matrix: matrixOf(engine, columns), weights }, { k: 5, labels }, new Float64Array(15)),
  );
  for (const other of others) expect(other).toEqual(expected);
  return Promise.all(engines.map((engine) => engine.close()));
});

test("the knee is where kneed finds it", () => {
  for (const [xs, ys, knee] of reference.knees) expect(kneedle(xs, ys)).toBe(knee);
});

test("a flat curve and two points have no knee", () => {
  expect(kneedle([2, 3, 4, 5], [7, 7, 7, 7])).toBeNull();
  expect(kneedle([2, 3], [7, 1])).toBeNull();
});

test("the adjusted Rand index is scikit-learn's", () => {
  for (const [left, right, value] of reference.adjusted_rand)
    expect(adjustedRandIndex(left, right)).toBeCloseTo(value, 14);
});

describe("k is chosen", () => {
  const inertia = [1000, 600, 350, 150, 130, 115, 104, 95, 88];
  const candidates = (silhouettes: readonly number[]) =>
    silhouettes.map((silhouette, i) => ({ k: i + 2, inertia: inertia[i]!, silhouette }));

  test("by the best mean silhouette", () => {
    const choice = chooseK(candidates([0.4, 0.7, 0.5, 0.6, 0.3, 0.2, 0.1, 0.1, 0.1]));
    expect(choice).toMatchObject({ k: 3, bestSilhouette: 3, knee: 5, agree: false });
  });
  test("for the knee where it is within 0.01 of the best", () => {
    const choice = chooseK(candidates([0.4, 0.7, 0.5, 0.69, 0.3, 0.2, 0.1, 0.1, 0.1]));
    expect(choice).toMatchObject({ k: 5, bestSilhouette: 3, knee: 5, agree: false });
  });
  test("else for the smallest k within 0.01 of the best", () => {
    const choice = chooseK(candidates([0.4, 0.5, 0.695, 0.6, 0.7, 0.2, 0.1, 0.1, 0.1]));
    expect(choice).toMatchObject({ k: 4, bestSilhouette: 6, knee: 5 });
  });
  test("without a knee when there are only two candidates", () => {
    expect(chooseK(candidates([0.4, 0.405]))).toMatchObject({ k: 2, bestSilhouette: 3, knee: null, agree: null });
  });
});
