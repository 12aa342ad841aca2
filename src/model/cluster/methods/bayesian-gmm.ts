import { fitBayesianMixture } from "../bayesian-mixture.ts";
import type { Method } from "../clustering.ts";
import { keepComponents } from "../kept-components.ts";
import { preparePoints } from "../prepared-points.ts";
import { segmentCentres } from "../segment-centres.ts";
import { mixtureRidge } from "./gmm.ts";

/** A mixture of Gaussians by variational Bayes, which empties components that it does not need. */
export const bayesianGmm: Method = {
  criterion: "inertia",
  parameters: ["starts", "maxIter", "tol", "covariance"],
  iteration: ["round", "rounds"],
  k: "most",
  figures: ["probability"],
  folds: true,
  async fit(compute, points, ks, options) {
    const mostComponents = Math.max(...ks);
    const starts = options.starts ?? 1;
    options.progress(`bayesian-gmm: at most ${mostComponents} components`);
    const prepared = preparePoints(compute, points);
    const fit = await fitBayesianMixture(compute, prepared, {
      mostComponents,
      covarianceType: options.covariance,
      starts,
      maxIter: options.maxIter ?? 300,
      tol: options.tol ?? 1e-3,
      regularisation: mixtureRidge(prepared),
      seed: options.seed,
      init: null,
      thins: true,
      prior: {},
    });
    const { k, labels, probabilities, iterations, converged, logLikelihood, lowerBound, dropped } = fit;
    const model = keepComponents(fit, [...Array.from({ length: k }).keys()]);
    return [
      {
        k,
        labels,
        probabilities,
        ...segmentCentres(compute, points, k, labels),
        iterations,
        converged,
        starts,
        likelihood: { logLikelihood, evidence: lowerBound, criteria: null },
        emptied: mostComponents - k - dropped,
        dropped,
        parameters: [{ option: "covariance", value: options.covariance, how: null }],
        rule: () => Promise.resolve({ kind: "mixture", model }),
      },
    ];
  },
};
