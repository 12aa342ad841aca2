import { digamma, logBeta, logGamma } from "../stats/gamma-functions.ts";
import { choleskyFactor, triangleSize } from "./cholesky.ts";
import type { MixtureEstimates } from "./mixture-estimates.ts";
import { covarianceSize, factorsOf, isDiagonal } from "./mixture-model.ts";
import type { CovarianceType, MixtureFactors } from "./mixture-model.ts";

/** What is believed of the components before the rows are seen. */
export interface MixturePrior {
  /** Of the Dirichlet process: the lower, the fewer components. */
  readonly concentration: number;
  /** Rows that the belief in the means is worth. */
  readonly meanPrecision: number;
  /** By column. */
  readonly mean: Float64Array;
  /** More than columns - 1. */
  readonly degreesOfFreedom: number;
  /** Scatter: columns × columns for full and tied, columns for diagonal, one number for spherical. */
  readonly covariance: Float64Array;
}

/** The variational posterior of a mixture: Beta for each broken stick, Gauss and Wishart for each component. */
export interface MixturePosterior {
  /** Shape parameters of the sticks' Beta distributions. */
  readonly sticks: readonly [Float64Array, Float64Array];
  readonly meanPrecisions: Float64Array;
  readonly means: Float64Array;
  /** By component, or one number where the covariance is tied. */
  readonly degreesOfFreedom: Float64Array;
  readonly covariances: Float64Array;
  readonly factors: MixtureFactors;
}

/**
 * Posterior from what responsibilities say (Bishop 2006, Pattern Recognition and Machine Learning, 10.58–10.63; Blei and
 * Jordan 2006 for the sticks), covariances divided by their degrees of freedom as in scikit-learn. Throws
 * `singular-covariance`.
 */
export function posteriorOf(
  { counts, means: found, covariances: scatter }: MixtureEstimates,
  prior: MixturePrior,
  type: CovarianceType,
  k: number,
  columns: number,
): MixturePosterior {
  const ones = counts.map((count) => 1 + count);
  const rest = new Float64Array(k);
  let after = 0;
  for (let c = k - 1; c >= 0; c--) {
    rest[c] = prior.concentration + after;
    after += counts[c]!;
  }
  const meanPrecisions = counts.map((count) => prior.meanPrecision + count);
  const means = found.map((x, n) => {
    const c = Math.floor(n / columns);
    return (prior.meanPrecision * prior.mean[n % columns]! + counts[c]! * x) / meanPrecisions[c]!;
  });
  const degreesOfFreedom =
    type === "tied"
      ? Float64Array.of(prior.degreesOfFreedom + after / k)
      : counts.map((count) => prior.degreesOfFreedom + count);

  const covariances = new Float64Array(covarianceSize(type, k, columns));
  const gap = (c: number, j: number): number => found[c * columns + j]! - prior.mean[j]!;
  const pull = (c: number): number => (counts[c]! * prior.meanPrecision) / meanPrecisions[c]!;
  const size = covariances.length / (type === "tied" ? 1 : k);
  for (let n = 0; n < covariances.length; n++) {
    const c = Math.floor(n / size);
    const i = Math.floor((n % size) / (isDiagonal(type) ? 1 : columns));
    const j = isDiagonal(type) ? i : n % columns;
    let sum = prior.covariance[n % size]!;
    switch (type) {
      case "full":
      case "diagonal":
        sum += counts[c]! * scatter[n]! + pull(c) * gap(c, i) * gap(c, j);
        break;
      case "tied":
        sum += (scatter[n]! * after) / k;
        for (let l = 0; l < k; l++) sum += (pull(l) / k) * gap(l, i) * gap(l, j);
        break;
      case "spherical": {
        let squares = 0;
        for (let l = 0; l < columns; l++) squares += gap(c, l) ** 2;
        sum += counts[c]! * scatter[n]! + (pull(c) * squares) / columns;
      }
    }
    covariances[n] = sum / degreesOfFreedom[type === "tied" ? 0 : c]!;
  }
  const factors = factorsOf(type, covariances, k, columns);
  return { sticks: [ones, rest], meanPrecisions, means, degreesOfFreedom, covariances, factors };
}

/** What a component's ln density at the posterior's means and covariances is to be raised by, in expectation (10.46). */
export function expectedLogWeights(posterior: MixturePosterior, columns: number): Float64Array {
  const { sticks, meanPrecisions, degreesOfFreedom } = posterior;
  let before = 0;
  return meanPrecisions.map((precision, c) => {
    const freedom = degreesOfFreedom[degreesOfFreedom.length === 1 ? 0 : c]!;
    let determinant = columns * Math.LN2;
    for (let j = 0; j < columns; j++) determinant += digamma(0.5 * (freedom - j));
    const [one, rest] = [sticks[0][c]!, sticks[1][c]!];
    const both = digamma(one + rest);
    const weight = digamma(one) - both + before;
    before += digamma(rest) - both;
    return weight - 0.5 * columns * Math.log(freedom) + 0.5 * (determinant - columns / precision);
  });
}

/** Expected weights of the components, made to add up to 1. */
export function expectedWeights({ sticks: [ones, rest] }: MixturePosterior): Float64Array {
  let left = 1;
  const weights = ones.map((one, c) => {
    const weight = left * (one / (one + rest[c]!));
    left *= rest[c]! / (one + rest[c]!);
    return weight;
  });
  const all = weights.reduce((sum, x) => sum + x, 0);
  return weights.map((x) => x / all);
}

/** Evidence lower bound without its constants, as scikit-learn gives it; `entropy` is that of the responsibilities. */
export function evidenceBound(
  { sticks, meanPrecisions, degreesOfFreedom, factors }: MixturePosterior,
  entropy: number,
  columns: number,
): number {
  const k = meanPrecisions.length;
  let bound = entropy;
  for (let c = 0; c < k; c++) {
    const freedom = degreesOfFreedom[degreesOfFreedom.length === 1 ? 0 : c]!;
    const determinant = factors.logDeterminants[c]! - 0.5 * columns * Math.log(freedom);
    bound += freedom * determinant + freedom * columns * 0.5 * Math.LN2;
    for (let j = 0; j < columns; j++) bound += logGamma(0.5 * (freedom - j));
    bound += logBeta(sticks[0][c]!, sticks[1][c]!) - 0.5 * columns * Math.log(meanPrecisions[c]!);
  }
  return bound;
}

/**
 * scikit-learn's priors: concentration 1/k, means worth one row at the rows' mean, columns degrees of freedom, the rows'
 * covariance (divisor n - 1) of the type. A covariance that is not positive definite gets the ridge on its diagonal.
 */
export function defaultPrior(
  { means, covariances }: MixtureEstimates,
  totalWeight: number,
  type: CovarianceType,
  k: number,
  regularisation: number,
): MixturePrior {
  const columns = means.length;
  const all = covariances.map((x) => (totalWeight > 1 ? (x * totalWeight) / (totalWeight - 1) : x));
  const diagonal = Float64Array.from({ length: columns }, (_, j) => all[j * columns + j]!);
  const isDefinite = isDiagonal(type)
    ? diagonal.every((x) => x > 0)
    : choleskyFactor(all, columns, new Float64Array(triangleSize(columns)));
  if (!isDefinite) for (let j = 0; j < columns; j++) all[j * columns + j]! += regularisation;
  const variances = diagonal.map((x) => (isDefinite ? x : x + regularisation));
  const covariance = {
    full: all,
    tied: all,
    diagonal: variances,
    spherical: Float64Array.of(variances.reduce((sum, x) => sum + x, 0) / columns),
  }[type];
  return { concentration: 1 / k, meanPrecision: 1, mean: means, degreesOfFreedom: columns, covariance };
}
