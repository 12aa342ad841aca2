import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";

const blockRows = 4096;

/** Distance of each row to the centre of its own segment, in f64, in the numeric memory. One pass over the data. */
export function ownDistances(
  compute: Compute,
  matrix: Matrix,
  centres: Float64Array,
  labels: Int32Array,
): Float64Array {
  const distances = compute.f64(matrix.rows);
  const mark = compute.mark();
  const blocks = Math.ceil(matrix.rows / blockRows);
  const placed = placeCentres(compute, centres);
  const out = compute.f64(blocks);
  const data = [matrix.rows, matrix.columns.length, blockRows, matrix.values.byteOffset, 0];
  const rest = [placed.byteOffset, labels.byteOffset, scaleOf(matrix, centres), out.byteOffset, distances.byteOffset];
  compute.run("squaredErrors", blocks, [...data, ...rest]);
  compute.release(mark);
  return distances;
}

/** The nearest segment but a row's own (from 0; ties to the lowest) and the distance to its centre. Needs k ≥ 2. */
export function secondDistances(
  compute: Compute,
  matrix: Matrix,
  centres: Float64Array,
  labels: Int32Array,
): { readonly segments: Int32Array; readonly distances: Float64Array } {
  const columns = matrix.columns.length;
  const segments = compute.i32(matrix.rows);
  const distances = compute.f64(matrix.rows);
  const mark = compute.mark();
  const placed = placeCentres(compute, centres);
  const scratch = compute.u8(64 * compute.threads);
  const data = [matrix.rows, columns, blockRows, centres.length / columns, matrix.values.byteOffset];
  const rest = [placed.byteOffset, labels.byteOffset, scaleOf(matrix, centres), segments.byteOffset];
  const args = [...data, ...rest, distances.byteOffset, scratch.byteOffset];
  compute.run("secondNearest", Math.ceil(matrix.rows / blockRows), args);
  compute.release(mark);
  return { segments, distances };
}

function placeCentres(compute: Compute, centres: Float64Array): Float64Array {
  const placed = compute.f64(centres.length);
  placed.set(centres);
  return placed;
}

/** A power of two near the size of the data, so that no square over- or underflows. */
function scaleOf(matrix: Matrix, centres: Float64Array): number {
  let largest = 0;
  for (const x of centres) largest = Math.max(largest, Math.abs(x));
  const step = Math.max(1, Math.floor(matrix.values.length / 4096));
  for (let i = 0; i < matrix.values.length; i += step) largest = Math.max(largest, Math.abs(matrix.values[i]!));
  return largest === 0 ? 1 : 2 ** Math.max(-1000, Math.min(1000, -Math.floor(Math.log2(largest))));
}
