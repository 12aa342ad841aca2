import type { Compute } from "../../core/compute.ts";
import { sum } from "../stats/sum.ts";
import { assign } from "./assign.ts";
import { ownDistances } from "./distances.ts";
import type { Points } from "./prepared-points.ts";

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
  const centres = meansOf({ matrix, weights }, rowOfLeaf, clusterOfLeaf, k);
  if (rowOfLeaf.length < matrix.rows) {
    const nearest = assign(compute, matrix, centres, k);
    for (let row = 0; row < matrix.rows; row++) if (labels[row]! < 0) labels[row] = nearest[row]!;
  }
  const distances = ownDistances(compute, matrix, centres, labels);
  for (let row = 0; row < matrix.rows; row++) distances[row]! *= distances[row]!;
  const inertia = sum(distances, weights);
  compute.release(mark);
  return { k, labels, centres, inertia };
}

/** Weighted means, about the first row of each cluster, so that far columns lose no digits. */
function meansOf({ matrix, weights }: Points, rows: Int32Array, clusters: Int32Array, k: number): Float64Array {
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
