import type { Compute } from "../../core/compute.ts";
import { sum } from "../stats/sum.ts";
import { assignedPoints } from "./assigned-points.ts";
import { ownDistances } from "./distances.ts";
import type { Points } from "./prepared-points.ts";

/** Segments by their means. */
export interface SegmentCentres {
  /** k × columns, row-major, in the units of the matrix. */
  readonly centres: Float64Array;
  /** Weighted sum of squared distances to the own mean, of the points that are in a segment. */
  readonly inertia: number;
}

/** The means of segments (labels from 0, -1 for none), each of which has a point of positive weight. */
export function segmentCentres(compute: Compute, points: Points, k: number, labels: Int32Array): SegmentCentres {
  const mark = compute.mark();
  const { points: own, labeling } = assignedPoints(compute, points, { k, labels });
  const centres = segmentMeans(own, Int32Array.from(labeling.labels.keys()), labeling.labels, k);
  const inertia = segmentInertia(compute, own, labeling.labels, centres);
  compute.release(mark);
  return { centres, inertia };
}

/** Weighted sum of squared distances to the own centre. */
export function segmentInertia(
  compute: Compute,
  { matrix, weights }: Points,
  labels: Int32Array,
  centres: Float64Array,
): number {
  const mark = compute.mark();
  const distances = ownDistances(compute, matrix, centres, labels);
  for (let row = 0; row < matrix.rows; row++) distances[row]! *= distances[row]!;
  const inertia = sum(distances, weights);
  compute.release(mark);
  return inertia;
}

/** Weighted means of segments, k × columns, row-major, of `rows` with the segment of each; about the first row of each cluster, so that far columns lose no digits. */
export function segmentMeans(
  { matrix, weights }: Points,
  rows: Int32Array,
  clusters: Int32Array,
  k: number,
): Float64Array {
  const columns = matrix.columns.length;
  const totals = new Float64Array(k);
  const firsts = new Int32Array(k).fill(-1);
  clusters.forEach((c, leaf) => {
    if (firsts[c]! < 0) firsts[c] = rows[leaf]!;
    totals[c]! += weights === null ? 1 : weights[rows[leaf]!]!;
  });
  const means = new Float64Array(k * columns);
  for (let j = 0; j < columns; j++) {
    const from = j * matrix.rows;
    clusters.forEach((c, leaf) => {
      const row = rows[leaf]!;
      const share = (weights === null ? 1 : weights[row]!) / totals[c]!;
      means[c * columns + j]! += (matrix.values[from + row]! - matrix.values[from + firsts[c]!]!) * share;
    });
    for (let c = 0; c < k; c++) means[c * columns + j]! += matrix.values[from + firsts[c]!]!;
  }
  return means;
}
