import type { Compute } from "../../core/compute.ts";
import { drawCandidates } from "./draw-candidates.ts";
import { fitKMeans } from "./k-means.ts";
import { preparePoints } from "./prepared-points.ts";
import type { Points } from "./prepared-points.ts";

/** Small clusters that stand for the rows in a fit of two stages. */
export interface MicroClusters {
  /** Their means and weights; in the numeric memory. */
  readonly points: Points;
  /** Of each row its small cluster; in the numeric memory. */
  readonly labels: Int32Array;
  /** Weighted sum of squared distances to the own small cluster: what the second stage cannot see. */
  readonly inertia: number;
}

/** Candidates that k-means‖ draws for each centre that it is asked for, on average. */
const candidatesOfCentre = 10;
const mostIterations = 10;

/**
 * At most about `many` small clusters by k-means: the candidates of k-means‖ as starting centres, then ten iterations at most.
 * O(n·many·d) time.
 */
export async function microClusters(
  compute: Compute,
  points: Points,
  { many, seed }: { readonly many: number; readonly seed: number },
): Promise<MicroClusters> {
  const columns = points.matrix.columns.length;
  const labels = compute.i32(points.matrix.rows);
  const values = compute.f64(many * columns);
  const weights = compute.f64(many);
  const mark = compute.mark();
  try {
    const prepared = preparePoints(compute, points);
    const drawn = await drawCandidates(compute, prepared, Math.max(1, Math.ceil(many / candidatesOfCentre)), seed);
    const k = Math.min(many, drawn.weights.length);
    const init = drawn.values.slice(0, k * columns);
    const fit = await fitKMeans(compute, prepared, { k, starts: 1, maxIter: mostIterations, tol: 1e-4, seed, init });
    labels.set(fit.labels);
    labels.forEach((label, row) => (weights[label]! += points.weights === null ? 1 : points.weights[row]!));
    for (let c = 0; c < k; c++) for (let j = 0; j < columns; j++) values[j * k + c] = fit.centres[c * columns + j]!;
    const matrix = { rows: k, columns: points.matrix.columns, values: values.subarray(0, k * columns) };
    return { points: { matrix, weights: weights.subarray(0, k) }, labels, inertia: fit.inertia };
  } finally {
    compute.release(mark);
  }
}
