import type { Compute } from "../../core/compute.ts";
import { drawCandidates } from "./draw-candidates.ts";
import { kMeans } from "./k-means.ts";
import type { PreparedPoints } from "./prepared-points.ts";

export interface ParallelSeeding {
  /** Starts of the k-means on the candidates, each by greedy k-means++. */
  readonly starts: number;
  readonly seed: number;
}

/**
 * Starting centres (k × columns, row-major, in the data's units) for each k, by k-means‖ (Bahmani, Moseley, Vattani,
 * Kumar, Vassilvitskii 2012, Scalable K-Means++, algorithm 2): candidates are drawn once, for the largest k, and
 * clustered for each. Throws `too-many-segments` when a k exceeds the distinct rows of positive weight.
 */
export async function seedParallel(
  compute: Compute,
  points: PreparedPoints,
  ks: readonly number[],
  options: ParallelSeeding,
): Promise<readonly Float64Array[]> {
  const { values, weights } = await drawCandidates(compute, points, Math.max(...ks), options.seed);
  const centres: Float64Array[] = [];
  for (const k of ks) centres.push(await reclusterCandidates(compute, values, weights, k, options));
  return centres;
}

/**
 * The centres (k × columns, row-major) of k-means on weighted candidates (m × columns, row-major, m the length of
 * `weights`): step 8 of the algorithm. Throws `too-many-segments` when k exceeds the distinct candidates.
 */
export async function reclusterCandidates(
  compute: Compute,
  candidates: Float64Array,
  weights: Float64Array,
  k: number,
  { starts, seed }: ParallelSeeding,
): Promise<Float64Array> {
  const rows = weights.length;
  const width = candidates.length / rows;
  const mark = compute.mark();
  try {
    const values = compute.f64(candidates.length);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < width; j++) values[j * rows + i] = candidates[i * width + j]!;
    }
    const matrix = { rows, columns: Array.from({ length: width }, (_, j) => `${j}`), values };
    const options = { k, starts, maxIter: 300, tol: 1e-4, seed, init: null };
    const { centres } = await kMeans(compute, { matrix, weights }, options);
    return centres;
  } finally {
    compute.release(mark);
  }
}
