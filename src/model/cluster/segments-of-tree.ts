import type { Compute } from "../../core/compute.ts";
import { assign } from "./assign.ts";
import type { Points } from "./prepared-points.ts";
import { segmentInertia, segmentMeans } from "./segment-centres.ts";

/** A cut of a tree as segments of rows. */
export interface TreeSegments {
  readonly k: number;
  /** Segment of each row, from 0, in the order of their first rows; in the numeric memory. */
  readonly labels: Int32Array;
  /** Means, k × columns, row-major, in the units of the matrix. */
  readonly centres: Float64Array;
  /** Weighted sum of squared distances to the own mean. */
  readonly inertia: number;
}

/**
 * The segments of rows from the cluster of each leaf (from 0, by first leaf). A row of weight 0 is no leaf and goes to the
 * segment of the nearest mean. Leaves only the labels in the numeric memory.
 */
export function segmentsOfTree(
  compute: Compute,
  { matrix, weights }: Points,
  rowOfLeaf: Int32Array,
  clusterOfLeaf: Int32Array,
): TreeSegments {
  const k = clusterOfLeaf.reduce((most, cluster) => Math.max(most, cluster), 0) + 1;
  const labels = compute.i32(matrix.rows);
  const mark = compute.mark();
  labels.fill(-1);
  rowOfLeaf.forEach((row, leaf) => (labels[row] = clusterOfLeaf[leaf]!));
  const centres = segmentMeans({ matrix, weights }, rowOfLeaf, clusterOfLeaf, k);
  if (rowOfLeaf.length < matrix.rows) {
    const nearest = assign(compute, matrix, centres, k);
    for (let row = 0; row < matrix.rows; row++) if (labels[row]! < 0) labels[row] = nearest[row]!;
  }
  const inertia = segmentInertia(compute, { matrix, weights }, labels, centres);
  compute.release(mark);
  return { k, labels, centres, inertia };
}
