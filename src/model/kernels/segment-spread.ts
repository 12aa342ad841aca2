import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of a block of `segmentSums` and `segmentSpread`. */
export const segmentBlock = 8192;

/**
 * Sums by segment of `w * (x - c)` in each column, over a block of rows, where c is the row's segment's centre.
 *
 * args: rows, columns, k, values (f64, column-major), weights (f64 by row; 0: all one), labels (i32 by row), centres
 * (f64, k × columns), order (i32 by row, written: the block's rows sorted by segment), ends (i32, blocks × k, written:
 * where each segment ends in the block's part of `order`), out (f64, blocks × k × columns). The rows of a segment are
 * added one by one in row order.
 */
export const segmentSums: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const k = argument(args, 2);
  const weights = weightsOf(memory, args);
  const labels = new Int32Array(memory, argument(args, 5), rows);
  const centres = new Float64Array(memory, argument(args, 6), k * columns);
  const order = new Int32Array(memory, argument(args, 7), rows);
  const ends = new Int32Array(memory, argument(args, 8) + 4 * block * k, k);
  const out = new Float64Array(memory, argument(args, 9) + 8 * block * k * columns, k * columns);
  const from = block * segmentBlock;
  const to = Math.min(from + segmentBlock, rows);
  for (let i = from; i < to; i++) ends[labels[i]!]!++;
  let place = from;
  for (let c = 0; c < k; c++) {
    const size = ends[c]!;
    ends[c] = place;
    place += size;
  }
  for (let i = from; i < to; i++) order[ends[labels[i]!]!++] = i;
  for (let c = 0, start = from; c < k; start = ends[c++]!) {
    for (let j = 0; j < columns; j++) {
      const values = new Float64Array(memory, argument(args, 3) + 8 * j * rows, rows);
      let total = 0;
      for (let p = start; p < ends[c]!; p++) {
        const row = order[p]!;
        const gap = values[row]! - centres[c * columns + j]!;
        total += weights === null ? gap : gap * weights[row]!;
      }
      out[c * columns + j] = total;
    }
  }
};

/**
 * Sums by segment of `w * |x - c|` and `w * |x - c|²` over a block of rows; args as for `segmentSums`, whose `order`
 * and `ends` are read, with out (f64, blocks × k × 2). Columns are squared and added in order, rows are added one by
 * one.
 */
export const segmentSpread: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const k = argument(args, 2);
  const values = new Float64Array(memory, argument(args, 3), rows * columns);
  const weights = weightsOf(memory, args);
  const centres = new Float64Array(memory, argument(args, 6), k * columns);
  const order = new Int32Array(memory, argument(args, 7), rows);
  const ends = new Int32Array(memory, argument(args, 8) + 4 * block * k, k);
  const out = new Float64Array(memory, argument(args, 9) + 16 * block * k, 2 * k);
  for (let c = 0, start = block * segmentBlock; c < k; start = ends[c++]!) {
    let distances = 0;
    let inertia = 0;
    for (let p = start; p < ends[c]!; p++) {
      const row = order[p]!;
      let squares = 0;
      for (let j = 0; j < columns; j++) {
        const gap = values[j * rows + row]! - centres[c * columns + j]!;
        squares += gap * gap;
      }
      const weight = weights === null ? 1 : weights[row]!;
      distances += weight * Math.sqrt(squares);
      inertia += weight * squares;
    }
    out[2 * c] = distances;
    out[2 * c + 1] = inertia;
  }
};

function weightsOf(memory: SharedArrayBuffer, args: Float64Array): Float64Array | null {
  const at = argument(args, 4);
  return at === 0 ? null : new Float64Array(memory, at, argument(args, 0));
}
