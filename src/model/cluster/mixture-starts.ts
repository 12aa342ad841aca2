import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { fitKMeans } from "./k-means.ts";
import type { PreparedPoints } from "./prepared-points.ts";
import { seedCentres } from "./seed-centres.ts";

/** What a run of EM from one start came to. */
export interface StartOutcome {
  readonly lowerBound: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const kMeansRun = { starts: 1, maxIter: 300, tol: 1e-4 } as const;

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

/**
 * Labels that a run begins with, and a centre for each: those of one k-means (leaves its labels in the numeric memory
 * above the caller's mark), or the given ones, copied there, and the first row of each.
 */
export async function startLabels(
  compute: Compute,
  points: PreparedPoints,
  k: number,
  seed: number,
  start: number,
  given: Int32Array | null,
): Promise<{ readonly labels: Int32Array; readonly centres: Float64Array }> {
  if (given === null) {
    const init = seedCentres(compute, points, k, seed, start);
    return fitKMeans(compute, points, { ...kMeansRun, k, seed, init });
  }
  const labels = compute.i32(points.rows);
  labels.set(given);
  const centres = new Float64Array(k * points.columns);
  const seen = new Uint8Array(k);
  for (let c = 0; c < k; c++) centres.set(points.means, c * points.columns);
  for (let i = 0; i < points.rows; i++) {
    const c = given[i]!;
    if (seen[c] === 1) continue;
    seen[c] = 1;
    for (let j = 0; j < points.columns; j++) centres[c * points.columns + j] = points.values[j * points.rows + i]!;
  }
  return { labels, centres };
}
