import { expect, test } from "vitest";
import { usualOptions } from "../../../../src/model/cluster/refit.ts";
import { fitSegments, type Fit, type FitOptions } from "../../../../src/steps/cluster/fit.ts";
import { fitMixtureInEngine } from "../../../../src/steps/cluster/in-engine/fit-mixture.ts";
import { bumpRows, matrixOf } from "../../../model/cluster/data.ts";
import { expectNear } from "../../../model/cluster/mixture-cases.ts";
import { eighths, gridRows, pointsOf, withBoth, type Rows } from "./with-points.ts";

const both = withBoth();

const defaults: FitOptions = {
  ...usualOptions,
  method: "gmm",
  k: { asked: "one", candidates: [4] },
  seed: 42,
  judged: true,
};

async function fits(rows: Rows, weights: readonly number[] | null, given: Partial<FitOptions>, here = rows.length) {
  const { engine, compute } = both();
  const options = { ...defaults, ...given };
  const own = weights === null ? null : Float64Array.from(weights);
  const points = await pointsOf(engine, rows, weights);
  const evidence = {
    matrix: matrixOf(compute, rows.slice(0, here)),
    weights: own?.slice(0, here) ?? null,
    isSample: here < rows.length,
  };
  const inEngine = await fitMixtureInEngine(both(), points, evidence, options);
  return { inEngine, inCore: await fitSegments(compute, matrixOf(compute, rows), own, options) };
}

function expectSame(inEngine: Fit, inCore: Fit): void {
  expect(inEngine.choice?.k).toBe(inCore.choice?.k);
  expect(inEngine.votes.map(({ criterion, k }) => [criterion, k])).toEqual(
    inCore.votes.map(({ criterion, k }) => [criterion, k]),
  );
  expect(inEngine.tried.map(({ result }) => result.k)).toEqual(inCore.tried.map(({ result }) => result.k));
  const [found, expected] = [inEngine.chosen, inCore.chosen];
  expect(found.result.iterations).toBe(expected.result.iterations);
  expect(found.result.converged).toBe(expected.result.converged);
  expect(found.result.starts).toBe(expected.result.starts);
  expect(found.result.emptied).toBe(expected.result.emptied);
  expect([...found.result.labels]).toEqual([...expected.result.labels]);
  expect([...found.sizes]).toEqual([...expected.sizes]);
  expectNear([found.result.inertia], [expected.result.inertia], 1e-9);
  expectNear(found.result.centres, [...expected.result.centres], 1e-9);
  const criteria = ({ result: { likelihood } }: Fit["chosen"]): number[] => [
    likelihood!.logLikelihood,
    likelihood!.criteria!.bic,
    likelihood!.criteria!.aic,
    likelihood!.criteria!.icl,
  ];
  criteria(found).forEach((one, i) => expectNear([one], [criteria(expected)[i]!], 1e-9));
  expect(found.calinskiHarabasz).toBeCloseTo(expected.calinskiHarabasz!, 6);
  expect(found.daviesBouldin).toBeCloseTo(expected.daviesBouldin!, 9);
}

const bumps = bumpRows(2500, 3, 81);
test.each<[string, Rows, number[] | null, Partial<FitOptions>]>([
  ["one number of segments", bumps, null, {}],
  ["diagonal", bumps, null, { covariance: "diagonal" }],
  ["a range of k, three starts", bumps, null, { k: { asked: "range", candidates: [2, 3, 4, 5] }, starts: 3 }],
  ["weights", gridRows(2500, 2, 5, 82), eighths(2500, 83), { k: { asked: "one", candidates: [5] }, starts: 2 }],
  ["given centres", bumps, null, { init: Float64Array.of(0, 0, 0, 3, 3, 3, 0, 3, 0, 3, 0, 0) }],
])("where all rows are here too, the fit is that of the numeric core: %s", async (_, rows, weights, given) => {
  const { inEngine, inCore } = await fits(rows, weights, given);
  expectSame(inEngine, inCore);
});

test("from given centres a sample has no part in the mixture: it is that of all rows", async () => {
  const init = Float64Array.of(0, 0, 0, 3, 3, 3, 0, 3, 0, 3, 0, 0);
  const { inEngine, inCore } = await fits(bumps, null, { init }, 1000);
  const [found, expected] = [inEngine.chosen, inCore.chosen];
  expect(found.result.iterations).toBe(expected.result.iterations);
  expect([...found.sizes]).toEqual([...expected.sizes]);
  expect([...found.result.labels]).toEqual([...expected.result.labels.subarray(0, 1000)]);
  expectNear([found.result.likelihood!.logLikelihood], [expected.result.likelihood!.logLikelihood], 1e-9);
  expectNear([found.result.inertia], [expected.result.inertia], 1e-9);
});

test("from a sample the rounds of all rows end where those of the numeric core do, to the tolerance", async () => {
  const options = { k: { asked: "one", candidates: [8] }, tol: 1e-7, maxIter: 500 } as const;
  const { inEngine, inCore } = await fits(bumps, null, options, 1500);
  const [found, expected] = [inEngine.chosen, inCore.chosen];
  expect(found.result.converged).toBe(true);
  expect(found.sizes.reduce((sum, size) => sum + size, 0)).toBe(2500);
  const perRow = (found.result.likelihood!.logLikelihood - expected.result.likelihood!.logLikelihood) / 2500;
  expect(Math.abs(perRow)).toBeLessThan(1e-4);
});

test("more segments than distinct rows are refused", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => [i % 3]);
  await expect(fits(rows, null, {})).rejects.toMatchObject({
    code: "too-many-segments",
    message: "4 segments asked for, but only 3 distinct rows",
  });
});

test("a mixture whose query would be planned for minutes is refused with the ways out", async () => {
  const wide = bumpRows(50, 60, 84);
  await expect(fits(wide, null, {})).rejects.toMatchObject({
    code: "engine-refused",
    message: "a round of 4 components with full covariances of 60 columns is a query of 9211 products, more than 5000",
    hint: "fit diagonal covariances (--covariance diagonal), fewer columns, or those of --embed pca",
  });
});
