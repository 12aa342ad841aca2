import { afterAll, describe, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { assignToMixture, mixtureResponsibilities } from "../../../src/model/cluster/assign-mixture.ts";
import { gaussianMixture } from "../../../src/model/cluster/gaussian-mixture.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { matrixOf } from "./data.ts";
import { expectNear, mixtureCases, mixtureOptions, mixtureRows, mixtureWeights } from "./mixture-cases.ts";

const computes: Compute[] = [
  openCompute({ threads: 2, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
];
afterAll(() => Promise.all(computes.map((compute) => compute.close())));

const cases = mixtureCases.filter(({ bayesian }) => bayesian === undefined);

describe.each(cases)("scikit-learn's mixture from the same labels: $name", (expected) => {
  test.each(computes)("$backend", async (compute) => {
    const mark = compute.mark();
    const rows = mixtureRows(expected.data);
    const matrix = matrixOf(compute, rows);
    const listed = mixtureWeights(expected, rows.length);
    const weights = listed === null ? null : Float64Array.from(listed);
    const fit = await gaussianMixture(compute, { matrix, weights }, mixtureOptions(expected, rows.length));
    expect(fit.iterations).toBe(expected.iterations);
    expect(fit.converged).toBe(expected.converged);
    expectNear([fit.lowerBound], [expected.lowerBound]);
    expectNear([fit.logLikelihood], [expected.logLikelihood!]);
    expectNear([fit.bic], [expected.bic!]);
    expectNear([fit.aic], [expected.aic!]);
    expectNear([fit.icl], [expected.bic! + 2 * expected.entropy!]);
    expectNear(fit.weights, expected.mixtureWeights);
    const shown = expected.means.length / expected.k;
    const means = fit.means.filter((_, n) => n % matrix.columns.length < shown);
    expectNear(means, expected.means);
    if (expected.covariances !== null) expectNear(fit.covariances, expected.covariances);
    expectNear([fit.covariances.reduce((sum, x) => sum + Math.abs(x), 0)], [expected.covarianceSum]);
    expect(String.fromCodePoint(...fit.labels.subarray(0, 2000).map((label) => 48 + label))).toBe(expected.predicted);
    expectNear(fit.probabilities.subarray(0, expected.own.length), expected.own);

    const again = assignToMixture(compute, matrix, fit);
    expect(again.labels).toEqual(fit.labels);
    expect(again.probabilities).toEqual(fit.probabilities);
    const every10 = Math.max(1, Math.floor(rows.length / 10));
    const shares: number[] = [];
    for await (const { from, rows: count, responsibilities } of mixtureResponsibilities(compute, matrix, fit, 100)) {
      for (let i = 0; i < count; i++) {
        if ((from + i) % every10 !== 0 || shares.length >= 10 * expected.k) continue;
        for (let c = 0; c < expected.k; c++) shares.push(responsibilities[c * count + i]!);
      }
    }
    expectNear(shares, expected.shares);
    compute.release(mark);
  });
});
