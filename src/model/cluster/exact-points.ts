import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { firstEqualRows } from "../first-equal-rows.ts";
import type { Points } from "./prepared-points.ts";

/** Points whose differences are those of the data, bit for bit, times a power of two that brings them near 1. */
export interface ExactPoints {
  readonly count: number;
  readonly columns: number;
  /** count × columns, column-major, in the numeric memory. */
  readonly values: Float64Array;
  readonly weights: Float64Array;
  /** Of each leaf (a row of positive weight, in row order) its point. */
  readonly pointOfLeaf: Int32Array;
  /** Of each point its last leaf: of equal rows the last one stands for all. Rises. */
  readonly lastLeaf: Int32Array;
  /** The row of each leaf. */
  readonly rowOfLeaf: Int32Array;
  /** Times a distance of these points: the data's. */
  readonly unit: number;
}

/**
 * The points that a tree is made of. Rows of weight 0 are left out; with `joinEqual` equal rows are one point of their summed
 * weight. A column is moved only where that is exact (all its values within a factor of two), which is where it matters.
 * Stays in the numeric memory. One pass over the data. Throws `no-rows` when no row has a positive weight.
 */
export function exactPoints(compute: Compute, points: Points, joinEqual: boolean): ExactPoints {
  const { matrix, weights } = points;
  const columns = matrix.columns.length;
  const leaves = leavesOf(matrix.rows, weights);
  if (leaves.length === 0) throw new SegmentError("no-rows", "no row has a weight above 0");
  const { pointOfLeaf, lastLeaf } = joinEqual ? joined(compute, points, leaves) : separate(leaves.length);
  const count = lastLeaf.length;
  const own = compute.f64(count);
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    own[pointOfLeaf[leaf]!]! += weights === null ? 1 : weights[leaves[leaf]!]!;
  }
  const values = compute.f64(count * columns);
  let largest = 0;
  for (let j = 0; j < columns; j++) {
    const shift = exactShift(matrix.values, j * matrix.rows, leaves);
    for (let p = 0; p < count; p++) {
      const x = matrix.values[j * matrix.rows + leaves[lastLeaf[p]!]!]! - shift;
      values[j * count + p] = x;
      largest = Math.max(largest, Math.abs(x));
    }
  }
  const scale = largest === 0 ? 1 : 2 ** Math.max(-1000, Math.min(1000, -Math.floor(Math.log2(largest))));
  for (let at = 0; at < values.length; at++) values[at]! *= scale;
  return { count, columns, values, weights: own, pointOfLeaf, lastLeaf, rowOfLeaf: leaves, unit: 1 / scale };
}

function leavesOf(rows: number, weights: Float64Array | null): Int32Array {
  const leaves = new Int32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) if (weights === null || weights[row]! > 0) leaves[count++] = row;
  return leaves.subarray(0, count);
}

function separate(leaves: number): Pick<ExactPoints, "pointOfLeaf" | "lastLeaf"> {
  const same = new Int32Array(leaves);
  for (let leaf = 0; leaf < leaves; leaf++) same[leaf] = leaf;
  return { pointOfLeaf: same, lastLeaf: same };
}

function joined(compute: Compute, points: Points, leaves: Int32Array): Pick<ExactPoints, "pointOfLeaf" | "lastLeaf"> {
  const { rows, columns, values } = points.matrix;
  const mark = compute.mark();
  const first = firstEqualRows(compute, { rows, columns: columns.length, values });
  const pointOfRow = new Int32Array(rows).fill(-1);
  const lastLeaf = new Int32Array(leaves.length);
  let count = leaves.length;
  for (let leaf = leaves.length - 1; leaf >= 0; leaf--) {
    const row = first[leaves[leaf]!]!;
    if (pointOfRow[row]! >= 0) continue;
    pointOfRow[row] = --count;
    lastLeaf[count] = leaf;
  }
  const pointOfLeaf = new Int32Array(leaves.length);
  for (let leaf = 0; leaf < leaves.length; leaf++) pointOfLeaf[leaf] = pointOfRow[first[leaves[leaf]!]!]! - count;
  compute.release(mark);
  return { pointOfLeaf, lastLeaf: lastLeaf.slice(count) };
}

/** By Sterbenz's lemma a difference of two numbers within a factor of two is exact; elsewhere moving gains at most a bit. */
function exactShift(values: Float64Array, from: number, rows: Int32Array): number {
  let low = Infinity;
  let high = -Infinity;
  for (const row of rows) {
    low = Math.min(low, values[from + row]!);
    high = Math.max(high, values[from + row]!);
  }
  if (low > 0 && high <= 2 * low) return low;
  if (high < 0 && low >= 2 * high) return high;
  return 0;
}
