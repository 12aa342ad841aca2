import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { countDistinct } from "../count-distinct.ts";
import { lloyd, openWorkspace, scaledInertia } from "./lloyd.ts";
import { preparePoints } from "./prepared-points.ts";
import type { Points, PreparedPoints } from "./prepared-points.ts";
import { seedCentres } from "./seed-centres.ts";

export interface KMeansOptions {
  /** Number of segments, at least 1. */
  readonly k: number;
  /** Independent starts; the one of least inertia is kept, of equals the first. Not used with `init`. */
  readonly starts: number;
  readonly maxIter: number;
  /** Times the mean variance of the columns: the squared centre shift at which a run counts as converged. */
  readonly tol: number;
  readonly seed: number;
  /** Starting centres, k × columns, row-major; null: greedy k-means++. */
  readonly init: Float64Array | null;
}

export interface KMeansResult {
  readonly k: number;
  /** k × columns, row-major, in the units of the matrix. */
  readonly centres: Float64Array;
  /** Segment of each point, from 0; in the numeric memory. */
  readonly labels: Int32Array;
  /** Weighted sum of squared distances to the own centre. */
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** The start that was kept, from 0. */
  readonly start: number;
}

/**
 * k-means by Lloyd's algorithm, exact: every label is the nearest centre in f64, ties to the lowest segment, and
 * every centre the mean of its rows; the same for any number of threads. The matrix must hold no NaN or infinity.
 *
 * Conventions are those of scikit-learn's KMeans (algorithm lloyd); weights act as repeated rows. Leaves the
 * labels, and the working copy of the points, in the numeric memory above the caller's mark. Throws
 * `too-many-segments` when k exceeds the distinct rows of positive weight.
 */
export async function kMeans(compute: Compute, points: Points, options: KMeansOptions): Promise<KMeansResult> {
  return fitKMeans(compute, preparePoints(compute, points), options);
}

/** The same on prepared points, for several fits on one table. Keeps only the labels in the numeric memory. */
export async function fitKMeans(
  compute: Compute,
  points: PreparedPoints,
  options: KMeansOptions,
): Promise<KMeansResult> {
  const { k } = options;
  checkDistinct(points, k);
  const labels = compute.i32(points.rows);
  const mark = compute.mark();
  try {
    const work = openWorkspace(compute, points, k);
    const starts = options.init === null ? options.starts : 1;
    const spare = starts > 1 ? compute.i32(points.rows) : labels;
    const tolerance = options.tol * points.meanVariance;
    let own = spare;
    let best: Omit<KMeansResult, "labels"> | null = null;
    let lowest = Infinity;
    let kept = labels;
    for (let start = 0; start < starts; start++) {
      own = start === 0 ? labels : kept === labels ? spare : labels;
      work.centres.set(options.init ?? seedCentres(compute, points, k, options.seed, start));
      const { iterations, converged } = await lloyd(compute, work, own, options.maxIter, tolerance);
      const scaled = scaledInertia(compute, work, own);
      if (best !== null && !(scaled < lowest)) continue;
      lowest = scaled;
      kept = own;
      const inertia = scaled / points.scale / points.scale;
      best = { k, centres: work.centres.slice(), inertia, iterations, converged, start };
    }
    if (best === null) throw new SegmentError("bug", "k-means was asked for no start");
    if (kept !== labels) labels.set(kept);
    return { ...best, labels };
  } finally {
    compute.release(mark);
  }
}

/** One fit for each k, in order; what `each` is given lives until it returns. */
export async function sweepKMeans(
  compute: Compute,
  points: PreparedPoints,
  ks: readonly number[],
  options: Omit<KMeansOptions, "k" | "init">,
  each: (result: KMeansResult) => Promise<void>,
): Promise<void> {
  for (const k of ks) {
    const mark = compute.mark();
    await each(await fitKMeans(compute, points, { ...options, k, init: null }));
    compute.release(mark);
  }
}

/** Looks for k distinct rows, and no further. */
function checkDistinct(points: PreparedPoints, k: number): void {
  const distinct = countDistinct(points, k, points.weights);
  if (distinct >= k) return;
  throw new SegmentError("too-many-segments", `${k} segments asked for, but only ${distinct} distinct rows`, {
    hint: `ask for at most ${distinct} segments (--k), or use more columns`,
  });
}
