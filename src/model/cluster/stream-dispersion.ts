import type { Compute } from "../../core/compute.ts";
import { type Dispersion, indicesOf } from "../metrics/dispersion.ts";
import { assign } from "./assign.ts";
import type { BlockSource } from "./block-source.ts";
import type { Points } from "./prepared-points.ts";

/**
 * Weights, means and both indices of the segments that centres (k × columns, row-major) give the rows of a stream, as `dispersion`
 * finds them of a matrix. Two passes; memory O(block + k · columns). The same for any number of threads, sums in the stream's order.
 */
export async function streamDispersion(
  compute: Compute,
  source: BlockSource,
  { k, centres }: { readonly k: number; readonly centres: Float64Array },
): Promise<Dispersion> {
  const d = source.columns;
  const weights = new Float64Array(k);
  const means = new Float64Array(k * d);
  const squares = new Float64Array(k);
  const distances = new Float64Array(k);
  const each = async (use: (points: Points, row: number, segment: number, weight: number) => void): Promise<void> => {
    await source.restart();
    for (let points = await source.next(); points !== null; points = await source.next()) {
      const mark = compute.mark();
      const labels = assign(compute, points.matrix, centres, k);
      for (let i = 0; i < labels.length; i++) use(points, i, labels[i]!, points.weights?.[i] ?? 1);
      compute.release(mark);
    }
  };
  await each(({ matrix }, i, c, weight) => {
    weights[c]! += weight;
    for (let j = 0; j < d; j++) {
      means[c * d + j]! += weight * (matrix.values[j * matrix.rows + i]! - centres[c * d + j]!);
    }
  });
  for (let c = 0; c < k; c++) {
    for (let j = 0; j < d; j++) means[c * d + j] = centres[c * d + j]! + means[c * d + j]! / weights[c]!;
  }
  await each(({ matrix }, i, c, weight) => {
    let square = 0;
    for (let j = 0; j < d; j++) square += (matrix.values[j * matrix.rows + i]! - means[c * d + j]!) ** 2;
    squares[c]! += weight * square;
    distances[c]! += weight * Math.sqrt(square);
  });
  return { ...indicesOf(weights, means, squares, distances), weights, means };
}
