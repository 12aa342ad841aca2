import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { structureSample } from "../metrics/structure-sample.ts";
import { sum } from "../stats/sum.ts";
import { assign } from "./assign.ts";
import type { Clustering } from "./clustering.ts";
import { ownDistances } from "./distances.ts";
import { kMedoids, type KMedoidsOptions } from "./k-medoids.ts";
import type { Points } from "./prepared-points.ts";

/** Points up to which medoids are found among all of them: every pass looks at all pairs. */
export const mostMedoidPoints = 20_000;

/**
 * k-medoids; of more than 20,000 points the medoids are found among so many drawn by a hash of their number, and every point
 * belongs to the nearest. `inertia` is the weighted sum of the distances of all points to their medoid. Throws as `kMedoids`.
 */
export async function fitMedoids(compute: Compute, points: Points, options: KMedoidsOptions): Promise<Clustering> {
  const { matrix, weights } = points;
  if (matrix.rows <= mostMedoidPoints) {
    const { k, medoids, labels, deviation, passes, converged } = await kMedoids(compute, points, options);
    return {
      k,
      labels,
      centres: rowsOf(matrix, medoids),
      inertia: deviation,
      iterations: passes,
      converged,
      sample: null,
    };
  }
  const labels = compute.i32(matrix.rows);
  const mark = compute.mark();
  try {
    const drawn = structureSample(points, mostMedoidPoints, options.seed);
    const own: Matrix = { ...drawn.matrix, values: compute.f64(drawn.matrix.values.length) };
    own.values.set(drawn.matrix.values);
    const { k, medoids, passes, converged } = await kMedoids(compute, { matrix: own, weights: drawn.weights }, options);
    const centres = rowsOf(own, medoids);
    labels.set(assign(compute, matrix, centres, k));
    const inertia = sum(ownDistances(compute, matrix, centres, labels), weights);
    return { k, labels, centres, inertia, iterations: passes, converged, sample: drawn.matrix.rows };
  } finally {
    compute.release(mark);
  }
}

/** Rows of a matrix, row-major. */
function rowsOf({ rows, columns, values }: Matrix, list: Int32Array): Float64Array {
  const out = new Float64Array(list.length * columns.length);
  list.forEach((row, c) => {
    for (let j = 0; j < columns.length; j++) out[c * columns.length + j] = values[j * rows + row]!;
  });
  return out;
}
