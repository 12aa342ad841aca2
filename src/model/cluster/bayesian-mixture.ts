import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { estimatesOf } from "./mixture-estimates.ts";
import { keepComponents, ownersOf } from "./kept-components.ts";
import type { MixtureModel } from "./mixture-model.ts";
import { describeRows, openMixtureWork, setComponents, sumLabelled } from "./mixture-pass.ts";
import type { MixtureWork } from "./mixture-pass.ts";
import { bestStart, startEstimates } from "./mixture-starts.ts";
import type { MixtureOptions } from "./gaussian-mixture.ts";
import { preparePoints } from "./prepared-points.ts";
import type { Points, PreparedPoints } from "./prepared-points.ts";
import { factorsOf, thinComponents } from "./thin-components.ts";
import { defaultPrior, expectedLogWeights, expectedWeights, posteriorOf } from "./variational-posterior.ts";
import type { MixturePosterior, MixturePrior } from "./variational-posterior.ts";
import { placePosterior, variationalRounds } from "./variational-rounds.ts";
import type { VariationalRun } from "./variational-rounds.ts";

export interface BayesianMixtureOptions extends Omit<MixtureOptions, "k" | "init"> {
  /** Components at most. */
  readonly mostComponents: number;
  /** Starting component of each row, from 0; null: the labels of one k-means with `mostComponents` segments. */
  readonly init: Int32Array | null;
  /** Whether components are taken away as long as that raises the evidence bound (`thinComponents`). */
  readonly thins?: boolean;
  /** What is not given is scikit-learn's: see `defaultPrior`. */
  readonly prior: Partial<Pick<MixturePrior, "concentration" | "meanPrecision" | "degreesOfFreedom">>;
}

export interface BayesianMixtureResult extends MixtureModel {
  /** The means, under the name that every method gives them. */
  readonly centres: Float64Array;
  readonly logWeights: Float64Array;
  /** Component of the highest responsibility for each row, from 0, ties to the lowest; in the numeric memory. */
  readonly labels: Int32Array;
  /** Responsibility of the row's own component among those kept; in the numeric memory. */
  readonly probabilities: Float64Array;
  /** Weighted sum of the rows' expected ln densities. */
  readonly logLikelihood: number;
  /** -Σ r ln r over the kept components. */
  readonly entropy: number;
  /** Evidence lower bound without its constants: the higher the better, on the same rows. */
  readonly lowerBound: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** The start that was kept, from 0. */
  readonly start: number;
  readonly failedStarts: number;
  /** Components that were taken away though they owned rows. */
  readonly dropped: number;
  /** Which of `all` were kept, in order. */
  readonly kept: readonly number[];
  /** The components of the last rounds: all that were offered where none was dropped. */
  readonly all: MixtureModel & { readonly posterior: MixturePosterior };
}

/**
 * A mixture of at most so many Gaussians by variational Bayes with stick-breaking weights of a Dirichlet process, with the
 * conventions of scikit-learn's BayesianGaussianMixture (Blei and Jordan 2006; Bishop 2006, 10.2): the evidence bound,
 * of all rows together, decides on convergence. Passes and weights are those of `fitGaussianMixture`.
 *
 * A component is empty, and left out of the result, when no row of positive weight has its highest responsibility
 * there; leaving it out changes no label. Numbers of the kept components follow their order.
 *
 * Leaves labels and probabilities, and the working copy of the points, in the numeric memory above the caller's mark.
 * Throws `too-many-segments`, `singular-covariance` and `out-of-domain` as `gaussianMixture`, and `bad-option-value` for
 * a prior that is none.
 */
export async function bayesianMixture(
  compute: Compute,
  points: Points,
  options: BayesianMixtureOptions,
): Promise<BayesianMixtureResult> {
  return fitBayesianMixture(compute, preparePoints(compute, points), options);
}

/** The same on prepared points, for several fits on one table. Keeps only labels and probabilities in the memory. */
export async function fitBayesianMixture(
  compute: Compute,
  points: PreparedPoints,
  options: BayesianMixtureOptions,
): Promise<BayesianMixtureResult> {
  const { rows, columns } = points;
  const { mostComponents: k, covarianceType, init } = options;
  if (init !== null && (init.length !== rows || !init.every((c) => c >= 0 && c < k))) {
    throw new SegmentError("bad-init", `the start's labels do not fit ${rows} rows and ${k} components`);
  }
  const labels = compute.i32(rows);
  const probabilities = compute.f64(rows);
  const mark = compute.mark();
  try {
    const prior = { ...priorOf(compute, points, options), ...options.prior };
    checkPrior(prior, columns);
    const work = openMixtureWork(compute, points, k, covarianceType);
    const starts = init === null ? options.starts : 1;
    const { best, start, failed } = await bestStart(starts, (start) =>
      run(compute, work, points, options, prior, start),
    );
    const rounds = { ...options, points, prior };
    const whole = { ...best, dropped: 0, work };
    const last = options.thins === true ? await thinComponents(compute, whole, rounds, labels) : whole;
    const { posterior, lowerBound, iterations, converged, dropped } = last;
    const all = {
      k: last.work.k,
      columns,
      covarianceType,
      weights: expectedWeights(posterior),
      means: posterior.means,
      covariances: posterior.covariances,
      logWeights: expectedLogWeights(posterior, columns),
    };
    placePosterior(last.work, posterior, columns);
    describeRows(compute, last.work, { labels, probabilities });
    const kept = ownersOf(labels, points.weights, all.k);
    const model = keepComponents(all, kept);
    const fewer = openMixtureWork(compute, points, kept.length, covarianceType, false);
    setComponents(fewer, model.means, factorsOf(posterior, all.k, kept), model.logWeights);
    const { logLikelihood, entropy } = describeRows(compute, fewer, { labels, probabilities });
    return {
      ...model,
      centres: model.means,
      labels,
      probabilities,
      logLikelihood,
      entropy,
      lowerBound,
      iterations,
      converged,
      start,
      failedStarts: failed,
      dropped,
      kept,
      all: { ...all, posterior },
    };
  } finally {
    compute.release(mark);
  }
}

async function run(
  compute: Compute,
  work: MixtureWork,
  points: PreparedPoints,
  options: BayesianMixtureOptions,
  prior: MixturePrior,
  start: number,
): Promise<VariationalRun> {
  const { mostComponents: k, covarianceType, regularisation } = options;
  const from = { k, covarianceType, regularisation, seed: options.seed, start, labels: options.init };
  const begun = await startEstimates(compute, work, points, from);
  const posterior = posteriorOf(begun, prior, covarianceType, k, points.columns);
  return variationalRounds(compute, work, posterior, { ...options, points, prior }, `start ${start + 1}`);
}

/** From the rows' mean and covariance: one component that holds them all. */
function priorOf(compute: Compute, points: PreparedPoints, options: BayesianMixtureOptions): MixturePrior {
  const mark = compute.mark();
  const work = openMixtureWork(compute, points, 1, "full");
  work.means.set(points.means);
  const sums = sumLabelled(compute, work, compute.i32(points.rows));
  const moments = estimatesOf(sums, points.means, 1, points.columns, "full", 0);
  compute.release(mark);
  const { covarianceType, mostComponents, regularisation } = options;
  return defaultPrior(moments, points.totalWeight, covarianceType, mostComponents, regularisation);
}

function checkPrior({ concentration, meanPrecision, degreesOfFreedom }: MixturePrior, columns: number): void {
  const wrong = (what: string): SegmentError => new SegmentError("bad-option-value", `the prior's ${what}`);
  if (!(concentration > 0)) throw wrong(`concentration must be above 0, not ${concentration}`);
  if (!(meanPrecision > 0)) throw wrong(`mean precision must be above 0, not ${meanPrecision}`);
  if (!(degreesOfFreedom > columns - 1)) {
    throw wrong(`degrees of freedom must be above ${columns - 1}, the columns less one, not ${degreesOfFreedom}`);
  }
}
