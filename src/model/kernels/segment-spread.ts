import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of a block of `segmentSums` and `segmentSpread`. */
export const segmentBlock = 8192;

/**
 * Sums by segment of `w * (x - c)` in each column, over a block of rows, where c is the row's segment's centre.
 *
 * args: rows, columns, k, values (f64, column-major), weights (f64 by row; 0: all one), labels (i32 by row), centres
 * (f64, k × columns), out (f64, blocks × k × columns, zero before). Rows are added one by one.
 */
export const segmentSums: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const k = argument(args, 2);
  const weightsAt = argument(args, 4);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt, rows);
  const labels = new Int32Array(memory, argument(args, 5), rows);
  const centres = new Float64Array(memory, argument(args, 6), k * columns);
  const out = new Float64Array(memory, argument(args, 7) + 8 * block * k * columns, k * columns);
  const from = block * segmentBlock;
  const to = Math.min(from + segmentBlock, rows);
  for (let j = 0; j < columns; j++) {
    const values = new Float64Array(memory, argument(args, 3) + 8 * j * rows, rows);
    for (let i = from; i < to; i++) {
      const at = labels[i]! * columns + j;
      const gap = values[i]! - centres[at]!;
      out[at]! += weights === null ? gap : gap * weights[i]!;
    }
  }
};

/**
 * Sums by segment of `w * |x - c|` and `w * |x - c|²` over a block of rows; args as for `segmentSums`, with out
 * (f64, blocks × k × 2, zero before). Columns are squared and added in order, rows are added one by one.
 */
export const segmentSpread: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const k = argument(args, 2);
  const values = new Float64Array(memory, argument(args, 3), rows * columns);
  const weightsAt = argument(args, 4);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt, rows);
  const labels = new Int32Array(memory, argument(args, 5), rows);
  const centres = new Float64Array(memory, argument(args, 6), k * columns);
  const out = new Float64Array(memory, argument(args, 7) + 16 * block * k, 2 * k);
  const to = Math.min((block + 1) * segmentBlock, rows);
  for (let i = block * segmentBlock; i < to; i++) {
    const label = labels[i]!;
    let squares = 0;
    for (let j = 0; j < columns; j++) {
      const gap = values[j * rows + i]! - centres[label * columns + j]!;
      squares += gap * gap;
    }
    const weight = weights === null ? 1 : weights[i]!;
    out[2 * label]! += weight * Math.sqrt(squares);
    out[2 * label + 1]! += weight * squares;
  }
};
