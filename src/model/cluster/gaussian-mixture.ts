import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { type EmOutcome, type EmPass, emRounds, type MixtureParameters, parametersOf } from "./em-rounds.ts";
import { mixtureCriteria } from "./mixture-criteria.ts";
import type { MixtureCriteria } from "./mixture-criteria.ts";
import { covarianceSize, factorsOfPrecisions } from "./mixture-model.ts";
import type { CovarianceType, MixtureModel } from "./mixture-model.ts";
import { describeRows, openMixtureWork, setComponents, sumComponents } from "./mixture-pass.ts";
import type { MixtureWork } from "./mixture-pass.ts";
import { bestStart, startEstimates } from "./mixture-starts.ts";
import type { StartOutcome } from "./mixture-starts.ts";
import { preparePoints } from "./prepared-points.ts";
import type { Points, PreparedPoints } from "./prepared-points.ts";

export interface MixtureOptions {
  /** Number of components, at least 1. */
  readonly k: number;
  readonly covarianceType: CovarianceType;
  /** Independent starts; the one of the highest likelihood is kept, of equals the first. Not used with `init`. */
  readonly starts: number;
  /** At least 1. */
  readonly maxIter: number;
  /** Change of the mean log likelihood of a row below which a run counts as converged. */
  readonly tol: number;
  /** The same for more rounds from where the best start ended; null or absent: none. */
  readonly lastTol?: number | null;
  /** Added to each variance, in squared units of the matrix. */
  readonly regularisation: number;
  readonly seed: number;
  readonly init: MixtureInit | null;
  readonly progress?: (text: string) => void;
}

/** scikit-learn's defaults; `k`, `seed` and `init` are the caller's. */
export const mixtureDefaults = {
  covarianceType: "full",
  starts: 1,
  maxIter: 100,
  tol: 1e-3,
  regularisation: 1e-6,
} as const;

/** Where EM begins. What is not given comes from labels: the given ones, else those of one k-means. */
export interface MixtureInit {
  /** Component of each row, from 0. */
  readonly labels?: Int32Array;
  /** k, adding up to 1. */
  readonly weights?: Float64Array;
  /** k × columns, row-major. */
  readonly means?: Float64Array;
  /** Inverse covariances, shaped as the type says. */
  readonly precisions?: Float64Array;
}

export interface MixtureResult extends MixtureModel, MixtureCriteria {
  /** The means, under the name that every method gives them. */
  readonly centres: Float64Array;
  /** Component of the highest responsibility for each row, from 0, ties to the lowest; in the numeric memory. */
  readonly labels: Int32Array;
  /** Responsibility of the row's own component; in the numeric memory. */
  readonly probabilities: Float64Array;
  /** Mean log likelihood of a row when the last parameters were made, one round before them. */
  readonly lowerBound: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** The start that was kept, from 0. */
  readonly start: number;
  /** Starts that ended in a singular covariance. */
  readonly failedStarts: number;
}

/**
 * A mixture of Gaussians by EM (Dempster, Laird and Rubin 1977), with the conventions of scikit-learn's
 * GaussianMixture: starts from the labels of one k-means each (every second one from its first round: k-means often ends
 * where it ended before), a ridge on every covariance, convergence by the mean log likelihood. Weights act as repeated rows. Responsibilities exist for 128 rows at a time; sums are taken in a fixed
 * tree, so that the result is the same for any number of threads. One round costs 2·n·k·d² multiplications (diagonal:
 * 4·n·k·d). The matrix must hold no NaN or infinity.
 *
 * A component that loses all its rows keeps its mean, its covariance becomes the ridge, and its weight almost 0.
 *
 * Leaves labels and probabilities, and the working copy of the points, in the numeric memory above the caller's mark.
 * Throws `too-many-segments` when k exceeds the distinct rows of positive weight, `singular-covariance` when every
 * start ends in one (rows in a plane at a scale where the ridge is nothing), `out-of-domain` when densities overflow.
 */
export async function gaussianMixture(
  compute: Compute,
  points: Points,
  options: MixtureOptions,
): Promise<MixtureResult> {
  return fitGaussianMixture(compute, preparePoints(compute, points), options);
}

/** The same on prepared points, for several fits on one table. Keeps only labels and probabilities in the memory. */
export async function fitGaussianMixture(
  compute: Compute,
  points: PreparedPoints,
  options: MixtureOptions,
): Promise<MixtureResult> {
  const { k, covarianceType } = options;
  checkInit(points, options);
  const labels = compute.i32(points.rows);
  const probabilities = compute.f64(points.rows);
  const mark = compute.mark();
  try {
    const work = openMixtureWork(compute, points, k, covarianceType);
    const starts = options.init === null ? options.starts : 1;
    const {
      best: found,
      start,
      failed,
    } = await bestStart(starts, (start) => run(compute, work, points, options, start));
    const best = await finish(compute, work, points, options, found);
    setComponents(work, best.means, best.factors, best.weights.map(Math.log));
    const totals = describeRows(compute, work, { labels, probabilities });
    const { weights, means, covariances, lowerBound, iterations, converged } = best;
    return {
      k,
      columns: points.columns,
      covarianceType,
      weights,
      means,
      covariances,
      centres: means,
      labels,
      probabilities,
      ...mixtureCriteria(totals, covarianceType, k, points.columns, points.totalWeight),
      lowerBound,
      iterations,
      converged,
      start,
      failedStarts: failed,
    };
  } finally {
    compute.release(mark);
  }
}

/** The mixture that a start begins its rounds with. Leaves nothing in the numeric memory. */
export async function mixtureBeginning(
  compute: Compute,
  points: PreparedPoints,
  options: MixtureOptions,
  start: number,
): Promise<MixtureParameters> {
  const mark = compute.mark();
  try {
    const work = openMixtureWork(compute, points, options.k, options.covarianceType);
    return await begin(compute, work, points, options, start);
  } finally {
    compute.release(mark);
  }
}

async function run(
  compute: Compute,
  work: MixtureWork,
  points: PreparedPoints,
  options: MixtureOptions,
  start: number,
): Promise<EmOutcome> {
  return rounds(
    compute,
    work,
    points,
    options,
    await begin(compute, work, points, options, start),
    `start ${start + 1}`,
  );
}

/** Goes on to the finer tolerance. A run that converged stays one, even where that is not reached. */
async function finish(
  compute: Compute,
  work: MixtureWork,
  points: PreparedPoints,
  options: MixtureOptions,
  found: EmOutcome,
): Promise<MixtureParameters & StartOutcome> {
  const { lastTol = null } = options;
  if (lastTol === null || found.change < lastTol) return found;
  const finer = { ...options, tol: lastTol };
  const last = await rounds(compute, work, points, finer, found, "the best start", found.lowerBound);
  const iterations = found.iterations + last.iterations;
  return { ...last, iterations, converged: found.converged || last.converged };
}

function rounds(
  compute: Compute,
  work: MixtureWork,
  points: PreparedPoints,
  options: MixtureOptions,
  begun: MixtureParameters,
  name: string,
  boundBefore = -Infinity,
): Promise<EmOutcome> {
  const { columns, totalWeight } = points;
  const { progress } = options;
  const settings = {
    ...options,
    columns,
    totalWeight,
    progress: progress === undefined ? undefined : (text: string) => progress(`${name}, ${text}`),
  };
  const pass = async ({ means, factors, weights }: MixtureParameters): Promise<EmPass> => {
    await compute.breathe();
    setComponents(work, means, factors, weights.map(Math.log));
    return sumComponents(compute, work);
  };
  return emRounds(begun, settings, pass, boundBefore);
}

async function begin(
  compute: Compute,
  work: MixtureWork,
  points: PreparedPoints,
  options: MixtureOptions,
  start: number,
): Promise<MixtureParameters> {
  const { k, covarianceType, init } = options;
  const precisions = init?.precisions;
  if (init?.weights !== undefined && init.means !== undefined && precisions !== undefined) {
    const factors = factorsOfPrecisions(covarianceType, precisions, k, points.columns);
    // Covariances are those of the first round, which is always made.
    return { weights: init.weights, means: init.means, covariances: new Float64Array(0), factors };
  }
  const { regularisation, seed } = options;
  const from = { k, covarianceType, regularisation, seed, start, labels: init?.labels ?? null };
  const shape = { k, covarianceType, columns: points.columns };
  const found = parametersOf(await startEstimates(compute, work, points, from), shape);
  return {
    weights: init?.weights ?? found.weights,
    means: init?.means ?? found.means,
    covariances: found.covariances,
    factors:
      precisions === undefined ? found.factors : factorsOfPrecisions(covarianceType, precisions, k, points.columns),
  };
}

function checkInit({ rows, columns }: PreparedPoints, { k, covarianceType, init, maxIter }: MixtureOptions): void {
  if (maxIter < 1) throw new SegmentError("bad-option-value", `a mixture needs a round at least, not ${maxIter}`);
  if (init === null) return;
  const wrong = (what: string): SegmentError =>
    new SegmentError("bad-init", `the start's ${what} do not fit ${k} components of ${columns} columns`);
  if (init.weights !== undefined) {
    const sum = init.weights.reduce((a, b) => a + b, 0);
    if (init.weights.length !== k || !init.weights.every((x) => x >= 0) || !(Math.abs(sum - 1) < 1e-6)) {
      throw wrong("weights (none negative, adding up to 1)");
    }
  }
  if (init.means !== undefined && (init.means.length !== k * columns || !init.means.every(Number.isFinite))) {
    throw wrong("means");
  }
  if (init.precisions !== undefined && init.precisions.length !== covarianceSize(covarianceType, k, columns))
    throw wrong("precisions");
  if (init.labels !== undefined && (init.labels.length !== rows || !init.labels.every((c) => c >= 0 && c < k))) {
    throw wrong("labels");
  }
}
