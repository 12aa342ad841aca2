import { describe, expect, test } from "vitest";
import { assign } from "../../../../src/model/cluster/assign.ts";
import type { EmSettings } from "../../../../src/model/cluster/em-rounds.ts";
import {
  fitGaussianMixture,
  mixtureBeginning,
  mixtureDefaults,
  type MixtureOptions,
} from "../../../../src/model/cluster/gaussian-mixture.ts";
import { covarianceTypes } from "../../../../src/model/cluster/mixture-model.ts";
import { pointSpread } from "../../../../src/steps/cluster/in-engine/exact-sums.ts";
import { mixtureInEngine, nearestBeginning } from "../../../../src/steps/cluster/in-engine/mixture-in-engine.ts";
import { bumpRows, matrixOf } from "../../../model/cluster/data.ts";
import {
  expectNear,
  mixtureCases,
  mixtureOptions,
  mixtureRows,
  mixtureWeights,
} from "../../../model/cluster/mixture-cases.ts";
import { eighths, pointsOf, preparedOf, shuffled, withBoth, type Rows } from "./with-points.ts";

const both = withBoth();
const onOneThread = withBoth(1);

// A statement for 200 columns, or the 64 of digits, is planned for seconds.
const cases = mixtureCases.filter(
  ({ bayesian, data }) => bayesian === undefined && (data.columns ?? 0) < 100 && data.file !== "digits.csv",
);

async function spreadOf(rows: Rows, weights: readonly number[] | null, { engine } = both()) {
  const points = await pointsOf(engine, rows, weights);
  return { engine, points, spread: await pointSpread(engine, points) };
}

test.each(cases)("scikit-learn's mixture from the same labels, by sums in the engine: $name", async (expected) => {
  const rows = mixtureRows(expected.data);
  const weights = mixtureWeights(expected, rows.length);
  const { compute } = both();
  const mark = compute.mark();
  const prepared = preparedOf(compute, rows, weights);
  const options = mixtureOptions(expected, rows.length);
  const begin = await mixtureBeginning(compute, prepared, options, 0);
  const at = await spreadOf(rows, weights);
  const settings = { ...options, columns: prepared.columns, totalWeight: at.points.weight, progress: undefined };
  const { mixture, criteria } = await mixtureInEngine(at, begin, settings);
  compute.release(mark);
  expect(mixture.iterations).toBe(expected.iterations);
  expect(mixture.converged).toBe(expected.converged);
  expectNear([mixture.lowerBound], [expected.lowerBound]);
  expectNear([criteria.logLikelihood], [expected.logLikelihood!]);
  expectNear([criteria.bic], [expected.bic!]);
  expectNear([criteria.aic], [expected.aic!]);
  expectNear([criteria.icl], [expected.bic! + 2 * expected.entropy!]);
  expectNear(mixture.weights, expected.mixtureWeights);
  const shown = expected.means.length / expected.k;
  expectNear(
    mixture.means.filter((_, n) => n % prepared.columns < shown),
    expected.means,
  );
  if (expected.covariances !== null) expectNear(mixture.covariances, expected.covariances);
  expectNear([mixture.covariances.reduce((sum, one) => sum + Math.abs(one), 0)], [expected.covarianceSum]);
});

const settingsOf = (k: number, columns: number, totalWeight: number, given: Partial<EmSettings> = {}): EmSettings => ({
  k,
  columns,
  totalWeight,
  covarianceType: "full",
  maxIter: 20,
  tol: 0,
  regularisation: 1e-6,
  ...given,
});

describe.each(covarianceTypes)("from given centres, %s covariances", (covarianceType) => {
  test.each([
    ["plain rows", bumpRows(1500, 3, 91), null],
    ["weights, some of them 0", bumpRows(1500, 3, 92), eighths(1500, 93)],
  ])("the mixture, its segments and their spread are those of the numeric core: %s", async (_, rows, weights) => {
    const { compute } = both();
    const mark = compute.mark();
    const k = 4;
    const centres = Float64Array.of(0, 0, 0, 4, 0, 1, 0, 4, 2, 4, 4, 3);
    const prepared = preparedOf(compute, rows, weights);
    const matrix = matrixOf(compute, rows);
    const options: MixtureOptions = {
      ...mixtureDefaults,
      k,
      covarianceType,
      maxIter: 20,
      tol: 0,
      seed: 1,
      init: { labels: assign(compute, matrix, centres, k), means: centres },
    };
    const expected = await fitGaussianMixture(compute, prepared, options);
    const at = await spreadOf(rows, weights);
    const settings = settingsOf(k, 3, at.points.weight, { covarianceType });
    const found = await mixtureInEngine(at, await nearestBeginning(at, centres, settings), settings);
    expectNear([found.criteria.logLikelihood], [expected.logLikelihood], 1e-12);
    expectNear([found.criteria.entropy], [expected.entropy], 1e-11);
    expectNear(found.mixture.means, [...expected.means], 1e-11);
    expectNear(found.mixture.covariances, [...expected.covariances], 1e-11);
    const { segments } = found;
    for (let c = 0; c < k; c++) {
      const own = rows.flatMap((row, i) => (expected.labels[i] === c ? [{ row, weight: weights?.[i] ?? 1 }] : []));
      const size = own.reduce((sum, { weight }) => sum + weight, 0);
      expect(segments.weights[c]).toBe(size);
      if (size === 0) continue;
      const mean = [0, 1, 2].map((j) => own.reduce((sum, { row, weight }) => sum + weight * row[j]!, 0) / size);
      expectNear(segments.means.subarray(3 * c, 3 * c + 3), mean, 1e-12);
      const squared = own.map(({ row }) => row.reduce((sum, one, j) => sum + (one - mean[j]!) ** 2, 0));
      const squares = squared.reduce((sum, one, i) => sum + own[i]!.weight * one, 0);
      const distances = squared.reduce((sum, one, i) => sum + own[i]!.weight * Math.sqrt(one), 0);
      expectNear([segments.squares[c]!], [squares], 1e-12);
      expectNear([segments.distances[c]!], [distances], 1e-12);
    }
    compute.release(mark);
  });
});

test("the same bits whatever the order of the rows and the number of threads", async () => {
  const rows = bumpRows(3000, 3, 94);
  const centres = Float64Array.of(0, 0, 0, 3, 3, 3);
  const run = async (of: Rows, where: typeof both) => {
    const at = await spreadOf(of, null, where());
    const settings = settingsOf(2, 3, at.points.weight, { maxIter: 8 });
    return mixtureInEngine(at, await nearestBeginning(at, centres, settings), settings);
  };
  const once = await run(rows, both);
  expect(await run(shuffled(rows, 95), onOneThread)).toEqual(once);
});

test("a far outlier takes no digits from the others: 200,000 away, and the likelihood is that of the numeric core to 1e-12", async () => {
  const rows = [...bumpRows(2000, 2, 96), [200_000, -200_000]];
  const centres = Float64Array.of(0, 0, 3, 3, 200_000, -200_000);
  const { compute } = both();
  const mark = compute.mark();
  const labels = assign(compute, matrixOf(compute, rows), centres, 3);
  const options = { ...mixtureDefaults, k: 3, maxIter: 15, tol: 0, seed: 1, init: { labels, means: centres } };
  const expected = await fitGaussianMixture(compute, preparedOf(compute, rows, null), options);
  const at = await spreadOf(rows, null);
  const settings = settingsOf(3, 2, at.points.weight, { maxIter: 15 });
  const found = await mixtureInEngine(at, await nearestBeginning(at, centres, settings), settings);
  compute.release(mark);
  expectNear([found.criteria.logLikelihood], [expected.logLikelihood], 1e-12);
  expectNear(found.mixture.covariances.subarray(0, 8), [...expected.covariances.subarray(0, 8)], 1e-9);
});

test("units do not matter: rows times a power of two, the mixture times it", async () => {
  const rows = bumpRows(800, 2, 97);
  const unit = 2 ** -30;
  const centres = Float64Array.of(0, 0, 3, 3);
  const run = async (times: number) => {
    const at = await spreadOf(
      rows.map((row) => row.map((one) => one * times)),
      null,
    );
    const regularisation = 1e-6 * times ** 2;
    const settings = settingsOf(2, 2, at.points.weight, { maxIter: 10, regularisation });
    const from = centres.map((one) => one * times);
    return (await mixtureInEngine(at, await nearestBeginning(at, from, settings), settings)).mixture;
  };
  const [plain, small] = [await run(1), await run(unit)];
  expectNear(
    small.means.map((one) => one / unit),
    [...plain.means],
    1e-12,
  );
  expectNear(
    small.covariances.map((one) => one / unit ** 2),
    [...plain.covariances],
    1e-12,
  );
});
