import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of a block of `columnExtent` and `columnPowers`. */
export const columnMomentsBlock = 8192;

/**
 * Extent of a block of a column, over rows that hold a value and have a positive weight.
 *
 * args: rows, values (f64), weights (f64; 0: all one), out (f64, blocks × 4): such rows, minimum and maximum (infinite
 * where there is none), and the sum of their weights, one by one.
 */
export const columnExtent: Kernel = (memory, block, args) => {
  const { values, weights } = blockOf(memory, block, args);
  const out = new Float64Array(memory, argument(args, 3) + 32 * block, 4);
  let count = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    const w = weights === null ? 1 : weights[i]!;
    if (x !== x || !(w > 0)) continue;
    count++;
    if (x < minimum) minimum = x;
    if (x > maximum) maximum = x;
    weight += w;
  }
  out.set([count, minimum, maximum, weight]);
};

/**
 * Sums over a block of a column of `w * g`, `w * g²` and `w * g³`, where g is `(x - shift) * unit`; NaN is skipped.
 *
 * args: rows, values (f64), weights (f64; 0: all one), frame (f64: shift, unit), out (f64, blocks × 3). Four partial
 * sums take turns by row, and are added as (0+1)+(2+3).
 */
export const columnPowers: Kernel = (memory, block, args) => {
  const { values, weights } = blockOf(memory, block, args);
  const frame = new Float64Array(memory, argument(args, 3), 2);
  const shift = frame[0]!;
  const unit = frame[1]!;
  const out = new Float64Array(memory, argument(args, 4) + 24 * block, 3);
  const sums = new Float64Array(12);
  for (let i = 0; i < values.length; i++) {
    const g = (values[i]! - shift) * unit;
    if (g !== g) continue;
    const w = weights === null ? 1 : weights[i]!;
    const square = g * g;
    sums[i & 3]! += g * w;
    sums[4 + (i & 3)]! += square * w;
    sums[8 + (i & 3)]! += square * g * w;
  }
  for (let p = 0; p < 3; p++) out[p] = sums[4 * p]! + sums[4 * p + 1]! + (sums[4 * p + 2]! + sums[4 * p + 3]!);
};

interface ColumnBlock {
  readonly values: Float64Array;
  readonly weights: Float64Array | null;
}

function blockOf(memory: SharedArrayBuffer, block: number, args: Float64Array): ColumnBlock {
  const first = block * columnMomentsBlock;
  const count = Math.min(columnMomentsBlock, argument(args, 0) - first);
  const weightsAt = argument(args, 2);
  return {
    values: new Float64Array(memory, argument(args, 1) + 8 * first, count),
    weights: weightsAt === 0 ? null : new Float64Array(memory, weightsAt + 8 * first, count),
  };
}
