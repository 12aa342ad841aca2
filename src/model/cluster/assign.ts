import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { nearestLabels, openWorkspace } from "./lloyd.ts";
import { preparePointsAbout } from "./prepared-points.ts";

/**
 * The nearest of k centres (row-major, in the units of the matrix) for every row, in f64, ties to the lowest
 * segment: the labels that a fit which ended in these centres gave. Leaves only the labels (from 0) in the
 * numeric memory. The matrix must hold no NaN or infinity.
 */
export function assign(compute: Compute, matrix: Matrix, centres: Float64Array, k: number): Int32Array {
  const labels = compute.i32(matrix.rows);
  const mark = compute.mark();
  const columns = matrix.columns.length;
  const origin = new Float64Array(columns);
  for (let c = 0; c < k; c++) {
    for (let j = 0; j < columns; j++) origin[j]! += centres[c * columns + j]! / k;
  }
  const work = openWorkspace(compute, preparePointsAbout(compute, matrix, origin), k, false);
  work.centres.set(centres);
  nearestLabels(compute, work, labels);
  compute.release(mark);
  return labels;
}
