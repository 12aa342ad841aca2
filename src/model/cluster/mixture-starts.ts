import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { fitKMeans } from "./k-means.ts";
import { estimatesOf } from "./mixture-estimates.ts";
import type { MixtureEstimates } from "./mixture-estimates.ts";
import type { CovarianceType } from "./mixture-model.ts";
import { sumLabelled } from "./mixture-pass.ts";
import type { MixtureWork } from "./mixture-pass.ts";
import type { PreparedPoints } from "./prepared-points.ts";
import { seedCentres } from "./seed-centres.ts";

/** What a run of EM from one start came to. */
export interface StartOutcome {
  readonly lowerBound: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const kMeansRun = { starts: 1, tol: 1e-4 } as const;
/** Rounds of k-means in even starts, to its end, and in odd ones, which begin in places where k-means does not end. */
const kMeansRounds = [300, 1] as const;

/**
 * The run of the highest lower bound, of equals the first. Starts that end in a singular covariance are counted and
 * left out; when all do, the first one's error is thrown.
 */
export async function bestStart<Run extends StartOutcome>(
  starts: number,
  run: (start: number) => Promise<Run>,
): Promise<{ readonly best: Run; readonly start: number; readonly failed: number }> {
  let kept: { best: Run; start: number } | null = null;
  let failed = 0;
  let failure: unknown = new SegmentError("bug", "a mixture was asked for no start");
  for (let start = 0; start < starts; start++) {
    try {
      const best = await run(start);
      if (kept === null || best.lowerBound > kept.best.lowerBound) kept = { best, start };
    } catch (error) {
      if (!(error instanceof SegmentError) || error.code !== "singular-covariance") throw error;
      if (failed++ === 0) failure = error;
    }
  }
  if (kept === null) throw failure;
  return { ...kept, failed };
}

/** What a start of a mixture depends on. */
export interface MixtureStart {
  readonly k: number;
  readonly covarianceType: CovarianceType;
  readonly regularisation: number;
  readonly seed: number;
  /** Number of the start, from 0. */
  readonly start: number;
  /** Component of each row; null: the labels of one k-means, in odd starts of its first round. */
  readonly labels: Int32Array | null;
}

/** What the labels of a start say of the components. Throws `too-many-segments` as k-means does. */
export async function startEstimates(
  compute: Compute,
  work: MixtureWork,
  points: PreparedPoints,
  { k, covarianceType, regularisation, seed, start, labels: given }: MixtureStart,
): Promise<MixtureEstimates> {
  const mark = compute.mark();
  const estimate = (labels: Int32Array, centres: Float64Array): MixtureEstimates => {
    work.means.set(centres);
    const sums = sumLabelled(compute, work, labels);
    return estimatesOf(sums, centres, k, points.columns, covarianceType, regularisation);
  };
  try {
    if (given === null) {
      const init = seedCentres(compute, points, k, seed, start);
      const maxIter = kMeansRounds[start % 2 === 0 ? 0 : 1];
      const { labels, centres } = await fitKMeans(compute, points, { ...kMeansRun, k, seed, init, maxIter });
      return estimate(labels, centres);
    }
    const labels = compute.i32(points.rows);
    labels.set(given);
    const centres = new Float64Array(k * points.columns);
    for (let c = 0; c < k; c++) centres.set(points.means, c * points.columns);
    // Sums about the rows' mean lose digits where a component is far from it: once more, about its own.
    return estimate(labels, estimate(labels, centres).means);
  } finally {
    compute.release(mark);
  }
}
