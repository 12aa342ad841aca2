import { afterAll, describe, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { SegmentError } from "../../../src/core/errors.ts";
import { assignToMixture } from "../../../src/model/cluster/assign-mixture.ts";
import { bayesianMixture } from "../../../src/model/cluster/bayesian-mixture.ts";
import type { BayesianMixtureOptions, BayesianMixtureResult } from "../../../src/model/cluster/bayesian-mixture.ts";
import { mixtureDefaults } from "../../../src/model/cluster/gaussian-mixture.ts";
import { covarianceTypes } from "../../../src/model/cluster/mixture-model.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { bumpRows, cloudRows, matrixOf, threeGroups } from "./data.ts";
import { expectNear, mixtureCases, mixtureRows, startingLabels } from "./mixture-cases.ts";

const engines = [1, 2, 4].map((threads) => openCompute({ threads, backend: "wasm" }));
const plain = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => Promise.all([...engines, plain].map((engine) => engine.close())));
const one = engines[0]!;

async function fit(
  compute: Compute,
  rows: readonly (readonly number[])[],
  options: Partial<BayesianMixtureOptions> & { readonly mostComponents: number },
  weights: Float64Array | null = null,
): Promise<BayesianMixtureResult> {
  const mark = compute.mark();
  const points = { matrix: matrixOf(compute, rows), weights };
  const defaults = { ...mixtureDefaults, seed: 42, init: null, prior: {} };
  const result = await bayesianMixture(compute, points, { ...defaults, ...options });
  const kept = { ...result, labels: result.labels.slice(), probabilities: result.probabilities.slice() };
  compute.release(mark);
  return kept;
}

const cases = mixtureCases.filter(({ bayesian }) => bayesian !== undefined);

describe.each(cases)("scikit-learn's Bayesian mixture from the same labels: $name", (expected) => {
  test.each([engines[1]!, plain])("$backend", async (compute) => {
    const rows = mixtureRows(expected.data);
    const every = expected.weights;
    const given = expected.bayesian!;
    const prior = {
      ...("weight_concentration_prior" in given ? { concentration: Number(given["weight_concentration_prior"]) } : {}),
      ...("mean_precision_prior" in given ? { meanPrecision: Number(given["mean_precision_prior"]) } : {}),
      ...("degrees_of_freedom_prior" in given ? { degreesOfFreedom: Number(given["degrees_of_freedom_prior"]) } : {}),
    };
    const result = await fit(
      compute,
      rows,
      {
        mostComponents: expected.k,
        covarianceType: expected.type,
        maxIter: expected.rounds,
        tol: expected.tol,
        init: startingLabels(expected, rows.length),
        prior,
      },
      every === null ? null : Float64Array.from(rows, (_, i) => i % every),
    );
    const { all, kept } = result;
    expect(result.iterations).toBe(expected.iterations);
    expect(result.converged).toBe(expected.converged);
    expectNear([result.lowerBound], [expected.lowerBound]);
    expectNear(all.weights, expected.mixtureWeights);
    expectNear(all.means, expected.means);
    expectNear(all.covariances, expected.covariances!);
    expectNear(all.posterior.degreesOfFreedom, expected.degreesOfFreedom!);
    expectNear(all.posterior.meanPrecisions, expected.meanPrecision!);
    const names = Array.from(result.labels.subarray(0, 2000), (label) => 48 + kept[label]!);
    expect(String.fromCodePoint(...names)).toBe(expected.predicted);

    const mark = compute.mark();
    const whole = assignToMixture(compute, matrixOf(compute, rows), all);
    expectNear(whole.probabilities.subarray(0, expected.own.length), expected.own);
    expectNear(whole.densities.subarray(0, expected.logDensities!.length), expected.logDensities!);
    const own = assignToMixture(compute, matrixOf(compute, rows), result);
    expect([...own.labels]).toEqual([...result.labels]);
    expect([...own.probabilities]).toEqual([...result.probabilities]);
    compute.release(mark);
  });
});

test("components that four groups do not need are emptied and left out", async () => {
  const rows = bumpRows(2000, 2, 14).map((row) => row.map((x) => 3 * x));
  const { k, kept, weights, labels, all, means } = await fit(one, rows, {
    mostComponents: 10,
    starts: 3,
    maxIter: 500,
    prior: { concentration: 0.001 },
  });
  expect(k).toBeLessThan(10);
  expect(kept.length).toBe(k);
  expect(means.length).toBe(2 * k);
  expect(all.weights.length).toBe(10);
  expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  expect(new Set(labels).size).toBe(k);
  // No component holds rows of two groups.
  for (let c = 0; c < k; c++) {
    expect(new Set(Array.from(labels, (label, i) => (label === c ? i & 3 : -1)).filter((g) => g >= 0)).size).toBe(1);
  }
});

test("components are taken away while that raises the evidence bound: three groups and one for what is scattered", async () => {
  const rows = threeGroups(600, 60);
  const options = { mostComponents: 10, maxIter: 500 };
  const plainly = await fit(one, rows, options);
  expect(plainly).toMatchObject({ dropped: 0 });
  expect(plainly.k).toBeGreaterThan(4);
  const smallest = Array.from({ length: plainly.k }, (_, c) => plainly.labels.filter((label) => label === c).length);
  expect(Math.min(...smallest)).toBeLessThan(5);
  for (const compute of [engines[1]!, plain]) {
    const { k, dropped, kept, labels } = await fit(compute, rows, { ...options, thins: true });
    expect([k, kept.length]).toEqual([4, 4]);
    expect(dropped).toBeGreaterThan(0);
    const own = [0, 1, 2].map((group) => labels[group]!);
    expect(new Set(own).size).toBe(3);
    const grouped = labels.subarray(0, 600).filter((label, i) => label === own[i % 3]);
    expect(grouped.length).toBeGreaterThan(590);
  }
});

test("the same bits for 1, 2 and 4 threads and without WebAssembly", async () => {
  for (const covarianceType of covarianceTypes) {
    const options = { mostComponents: 4, covarianceType, maxIter: 4, starts: 2 };
    const expected = await fit(plain, cloudRows(4200, 3, 4), options);
    for (const engine of engines) expect(await fit(engine, cloudRows(4200, 3, 4), options)).toEqual(expected);
  }
});

test("constant and repeated columns, duplicates and few rows", async () => {
  const flat = bumpRows(200, 2, 3).map(([x, y]) => [x!, y!, 7, x!]);
  for (const covarianceType of covarianceTypes) {
    const { lowerBound, labels } = await fit(one, flat, { mostComponents: 4, covarianceType });
    expect(Number.isFinite(lowerBound)).toBe(true);
    expect(new Set(labels).size).toBeGreaterThan(0);
  }
  const twins = Array.from({ length: 40 }, (_, i) => [i % 2, i % 2]);
  expect((await fit(one, twins, { mostComponents: 2 })).k).toBe(2);
  expect((await fit(one, [[1, 2]], { mostComponents: 1 })).k).toBe(1);
});

test("a prior or a start that is none is refused", async () => {
  const rows = cloudRows(30, 2, 1);
  const codeOf = (options: Partial<BayesianMixtureOptions>): Promise<string> =>
    fit(one, rows, { mostComponents: 2, ...options }).then(
      () => "none",
      (error: unknown) => (error instanceof SegmentError ? error.code : String(error)),
    );
  expect(await codeOf({ prior: { concentration: 0 } })).toBe("bad-option-value");
  expect(await codeOf({ prior: { meanPrecision: -1 } })).toBe("bad-option-value");
  expect(await codeOf({ prior: { degreesOfFreedom: 1 } })).toBe("bad-option-value");
  expect(await codeOf({ init: new Int32Array(30).fill(2) })).toBe("bad-init");
  expect(await codeOf({ mostComponents: 31 })).toBe("too-many-segments");
});
