import type { Compute } from "../../../core/compute.ts";
import { assign } from "../assign.ts";
import { assignToMixture } from "../assign-mixture.ts";
import type { Clustering, Method, MethodOptions } from "../clustering.ts";
import { fitGaussianMixture, type MixtureOptions, type MixtureResult } from "../gaussian-mixture.ts";
import { keepComponents, ownersOf } from "../kept-components.ts";
import { type Points, type PreparedPoints, preparePoints } from "../prepared-points.ts";
import { segmentCentres } from "../segment-centres.ts";

/**
 * Starts where nobody says how many: 60 up to 45,000 points × columns², 20 up to three times as many, 10 up to 360,000, then
 * fewer, one at least.
 */
function usualStarts({ rows, columns }: PreparedPoints, most = Infinity): number {
  const cost = rows * columns ** 2;
  const starts = cost <= 45_000 ? 60 : cost <= 135_000 ? 20 : Math.max(1, Math.min(10, Math.floor(3_600_000 / cost)));
  return Math.min(starts, most);
}

/** Where a round costs so little that there are more than so many starts, the best one goes on to a finer tolerance. */
const startsOfMany = 10;
const fineTol = 1e-6;

/**
 * The ridge of scikit-learn for columns of variance 1, in proportion to the points' own variance, so that the unit of the columns
 * does not matter.
 */
export function mixtureRidge({ meanVariance, scale }: PreparedPoints): number {
  return (1e-6 * meanVariance) / scale ** 2;
}

/** What a mixture of the points goes by, but for k and given starts. */
export function mixtureSettings(
  prepared: PreparedPoints,
  options: Pick<MethodOptions, "covariance" | "maxIter" | "tol" | "seed" | "starts" | "mostStarts" | "init">,
): Omit<MixtureOptions, "k" | "init"> {
  const starts = options.init === null ? (options.starts ?? usualStarts(prepared, options.mostStarts)) : 1;
  return {
    covarianceType: options.covariance,
    starts,
    maxIter: options.maxIter ?? 300,
    tol: options.tol ?? 1e-3,
    lastTol: options.tol === null && starts > startsOfMany ? fineTol : null,
    regularisation: mixtureRidge(prepared),
    seed: options.seed,
  };
}

/** A mixture of Gaussians by EM. */
export const gmm: Method = {
  criterion: "inertia",
  parameters: ["starts", "maxIter", "tol", "init", "initLabels", "covariance"],
  iteration: ["round", "rounds"],
  k: "asked",
  figures: ["probability"],
  folds: true,
  async fit(compute, points, ks, options) {
    const prepared = preparePoints(compute, points);
    const settings = mixtureSettings(prepared, options);
    const results: Clustering[] = [];
    for (const k of ks) {
      options.progress(`gmm: k = ${k}`);
      const init = options.init === null ? null : initOf(compute, points, options.init, k);
      const fit = await fitGaussianMixture(compute, prepared, { ...settings, k, init });
      const result = ownedComponents(compute, points, fit, options, settings.starts);
      // A mixture that lost a component says nothing of its k that the one with a component less does not.
      if (results.length === 0 || result.k > results.at(-1)!.k) results.push(result);
    }
    return results;
  },
};

function initOf(
  compute: Compute,
  { matrix }: Points,
  means: Float64Array,
  k: number,
): { readonly labels: Int32Array; readonly means: Float64Array } {
  return { labels: assign(compute, matrix, means, k), means };
}

/** The clustering of a mixture, by the components that own a row. */
export function ownedComponents(
  compute: Compute,
  points: Points,
  fit: MixtureResult,
  options: Pick<MethodOptions, "covariance">,
  starts: number,
): Clustering {
  const kept = ownersOf(fit.labels, points.weights, fit.k);
  const isWhole = kept.length === fit.k;
  const model = keepComponents(fit, kept);
  const { labels, probabilities } = isWhole ? fit : assignToMixture(compute, points.matrix, model);
  const { logLikelihood, bic, aic, icl, iterations, converged } = fit;
  return {
    k: model.k,
    labels,
    probabilities,
    ...segmentCentres(compute, points, model.k, labels),
    iterations,
    converged,
    starts,
    likelihood: { logLikelihood, criteria: { bic, aic, icl } },
    emptied: fit.k - model.k,
    parameters: [{ option: "covariance", value: options.covariance, how: null }],
    rule: () => Promise.resolve({ kind: "mixture", model }),
  };
}
