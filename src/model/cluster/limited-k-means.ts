import type { Compute } from "../../core/compute.ts";
import { fitKMeans, type KMeansOptions, type KMeansResult } from "./k-means.ts";
import { assignWithinLimits, type SizeLimits } from "./limited-sizes.ts";
import type { Points, PreparedPoints } from "./prepared-points.ts";
import { segmentCentres } from "./segment-centres.ts";

/**
 * k-means whose segments hold between so many rows: from the best free fit, rows at the least sum of squares that the limits
 * allow and centres at their means take turns until no row moves (Bradley, Bennett and Demiriz 2000). A free fit within the
 * limits is the result itself. Rows count one each. Leaves the labels in the numeric memory. Throws as `fitKMeans` and
 * `assignWithinLimits`.
 */
export async function fitLimitedKMeans(
  compute: Compute,
  points: Points,
  prepared: PreparedPoints,
  options: KMeansOptions & { readonly limits: SizeLimits; progress(text: string): void },
): Promise<KMeansResult> {
  const { k, limits, maxIter, progress } = options;
  const { matrix } = points;
  const labels = compute.i32(matrix.rows);
  const mark = compute.mark();
  try {
    const free = await fitKMeans(compute, prepared, options);
    labels.set(free.labels);
    const sizes = new Int32Array(k);
    for (const label of labels) sizes[label]!++;
    if (sizes.every((size) => size >= limits.least && size <= limits.most)) return { ...free, labels };
    let { centres, inertia } = free;
    let iterations = 0;
    let converged = false;
    while (!converged && iterations < maxIter) {
      const inner = compute.mark();
      const found = assignWithinLimits(compute, matrix, centres, k, limits);
      converged = iterations > 0 && found.every((label, row) => label === labels[row]);
      labels.set(found);
      compute.release(inner);
      ({ centres, inertia } = segmentCentres(compute, points, k, labels));
      iterations++;
      progress(`sizes within their limits: iteration ${iterations}`);
      await compute.breathe();
    }
    return { ...free, labels, centres, inertia, iterations: free.iterations + iterations, converged };
  } finally {
    compute.release(mark);
  }
}
