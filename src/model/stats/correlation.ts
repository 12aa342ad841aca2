import type { Compute } from "../../core/compute.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Matrix } from "../../core/matrix.ts";
import { placeInMemory } from "../in-memory.ts";
import { crossProductsTile } from "../kernels/cross-products.ts";
import { moments } from "./moments.ts";

/** Two columns, by index with `left < right`, and Pearson's r. */
export interface CorrelatedPair {
  readonly left: number;
  readonly right: number;
  readonly r: number;
}

const bandValues = 2 ** 22;

/**
 * All pairs of columns with |r| above `limit`, in column order, under frequency weights. Columns have no NaN; a
 * constant column correlates with none. About 0.5 ns a pair of columns and row and thread; 32 MB at most besides.
 */
export function correlatedPairs(
  compute: Compute,
  matrix: Matrix,
  weights: Float64Array | null,
  limit: number,
): CorrelatedPair[] {
  const d = matrix.columns.length;
  const summaries = matrix.columns.map((_, j) => moments(compute, columnOf(matrix, j), weights));
  const means = Float64Array.from(summaries, (m) => m.mean);
  const pairs: CorrelatedPair[] = [];
  eachProductRow(compute, matrix, weights, means, (left, products) => {
    for (let right = left + 1; right < d; right++) {
      const a = summaries[left]!;
      const b = summaries[right]!;
      const r = products[right]! / a.weight / a.standardDeviation / b.standardDeviation;
      if (Math.abs(r) > limit) pairs.push({ left, right, r: Math.max(-1, Math.min(1, r)) });
    }
  });
  return pairs;
}

/** The covariance matrix (ddof 0), `d × d` row-major, under frequency weights; columns have no NaN. */
export function covariance(compute: Compute, matrix: Matrix, weights: Float64Array | null): Float64Array {
  const d = matrix.columns.length;
  const summaries = matrix.columns.map((_, j) => moments(compute, columnOf(matrix, j), weights));
  const means = Float64Array.from(summaries, (m) => m.mean);
  const result = new Float64Array(d * d);
  eachProductRow(compute, matrix, weights, means, (left, products) => {
    for (let right = left; right < d; right++) {
      const value = products[right]! / summaries[left]!.weight;
      result[left * d + right] = value;
      result[right * d + left] = value;
    }
  });
  return result;
}

function eachProductRow(
  compute: Compute,
  matrix: Matrix,
  weights: Float64Array | null,
  means: Float64Array,
  use: (left: number, products: Float64Array) => void,
): void {
  const d = matrix.columns.length;
  const mark = compute.mark();
  try {
    const band = crossProductsTile.left * Math.max(1, Math.floor(bandValues / d / crossProductsTile.left));
    const shifts = compute.f64(d);
    shifts.set(means);
    const out = compute.f64(Math.min(band, d) * d);
    const shared = placeInMemory(compute, weights);
    for (let first = 0; first < d; first += band) {
      const count = Math.min(band, d - first);
      const blocks = Math.ceil(count / crossProductsTile.left) * Math.ceil(d / crossProductsTile.right);
      compute.run("crossProducts", blocks, [
        matrix.rows,
        d,
        matrix.values.byteOffset,
        shared,
        shifts.byteOffset,
        first,
        count,
        out.byteOffset,
      ]);
      for (let i = 0; i < count; i++) use(first + i, out.subarray(i * d, (i + 1) * d));
    }
  } finally {
    compute.release(mark);
  }
}
