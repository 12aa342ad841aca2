import { usualOptions } from "../../../../src/model/cluster/refit.ts";
import { describe, expect, test } from "vitest";
import { fitSegments, type FitOptions } from "../../../../src/steps/cluster/fit.ts";
import { fitInEngine } from "../../../../src/steps/cluster/in-engine/fit-in-engine.ts";
import { bumpRows, matrixOf } from "../../../model/cluster/data.ts";
import { eighths, gridRows, pointsOf, withBoth, type Rows } from "./with-points.ts";

const both = withBoth();

const defaults: FitOptions = {
  ...usualOptions,
  method: "k-means",
  k: { asked: "one", candidates: [4] },
  seeding: "parallel",
  starts: 3,
  maxIter: 300,
  tol: 1e-4,
  seed: 42,
  judged: true,
};

async function fits(rows: Rows, weights: readonly number[] | null, given: Partial<FitOptions>, isSample = false) {
  const { engine, compute } = both();
  const options = { ...defaults, ...given };
  const matrix = matrixOf(compute, rows);
  const rowWeights = weights === null ? null : Float64Array.from(weights);
  const points = await pointsOf(engine, rows, weights);
  const inEngine = await fitInEngine(both(), points, { matrix, weights: rowWeights, isSample }, options);
  return { inEngine, inCore: await fitSegments(compute, matrix, rowWeights, options) };
}

const bumps = bumpRows(2500, 3, 81);
const cases: [string, Rows, number[] | null, Partial<FitOptions>][] = [
  ["one number of segments", bumps, null, {}],
  ["a range of them", bumps, null, { k: { asked: "auto", candidates: [2, 3, 4, 5, 6, 7, 8, 9, 10] } }],
  ["weights", gridRows(2500, 2, 5, 82), eighths(2500, 83), { k: { asked: "range", candidates: [3, 4, 5] } }],
  ["given centres", bumps, null, { init: Float64Array.of(0, 0, 0, 3, 3, 3, 0, 3, 0, 9, 0, 0) }],
  [
    "more candidates than distinct rows",
    bumps.slice(0, 5),
    null,
    { k: { asked: "auto", candidates: [2, 3, 4, 5, 6, 7] } },
  ],
];

describe.each(cases)("the fit is that of the numeric core: %s", (_, rows, weights, given) => {
  // Evidence that is called a sample is judged by sums over all rows, which are the same rows here.
  test.each([false, true])("a sample: %s", async (isSample) => {
    const { inEngine, inCore } = await fits(rows, weights, given, isSample);
    expect(inEngine.chosen.result.k).toBe(inCore.chosen.result.k);
    expect(inEngine.choice).toEqual(
      inCore.choice === null ? null : { ...inCore.choice, k: inEngine.choice!.k, rule: inCore.choice.rule },
    );
    expect(inEngine.structure).toEqual(inCore.structure);
    expect(inEngine.tried).toHaveLength(inCore.tried.length);
    inEngine.tried.forEach((found, i) => {
      const expected = inCore.tried[i]!;
      expect(found.result.iterations).toBe(expected.result.iterations);
      expect(found.result.converged).toBe(expected.result.converged);
      expect([...found.result.labels]).toEqual([...expected.result.labels]);
      expectNear(found.result.inertia, expected.result.inertia);
      expect([...found.sizes]).toEqual([...expected.sizes]);
      expectNear(found.silhouette!.mean, expected.silhouette!.mean);
      expectNear(found.calinskiHarabasz, expected.calinskiHarabasz);
      expectNear(found.daviesBouldin, expected.daviesBouldin);
    });
  });
});

function expectNear(found: number | null, expected: number | null): void {
  if (found === null || expected === null) expect(found).toBe(expected);
  else expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(expected)));
}

test("more segments than distinct rows are refused", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => [i % 3]);
  await expect(fits(rows, null, { k: { asked: "one", candidates: [4] } })).rejects.toMatchObject({
    code: "too-many-segments",
    message: "4 segments asked for, but only 3 distinct rows",
  });
});

test("rows that are all alike are refused", async () => {
  await expect(fits([[1], [1], [1]], null, { k: { asked: "auto", candidates: [2] } })).rejects.toMatchObject({
    code: "all-rows-equal",
  });
});

test("greedy starts come within 0.1 % of the numeric core's", async () => {
  const { inEngine, inCore } = await fits(bumps, null, {
    seeding: "greedy",
    k: { asked: "one", candidates: [8] },
    starts: 10,
  });
  expect(inEngine.chosen.result.inertia / inCore.chosen.result.inertia).toBeLessThanOrEqual(1.001);
});
