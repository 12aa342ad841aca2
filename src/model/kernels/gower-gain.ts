import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import { addGains } from "./medoid-gain.ts";

/**
 * Gower's distance of every row of a block to a candidate, and what that one would change as a medoid, as of `medoidGain`: the sum of
 * |x - y| × price over the numeric columns, then of the price of each category that is not the candidate's. A code of -1 is like
 * itself alone.
 *
 * args: 0 rows, 1 columns, 2 category columns, 3 rows of a block, 4 values (f64, column-major), 5 codes (i32, column-major),
 * 6 prices (f64; of the columns, then of the category columns), 7 candidate's values (f64), 8 its codes (i32), 9 weights (f64; 0: all
 * one), 10 medoids, 11 nearest medoid of each row (i32), 12 distance to it (f64; 0: only distances are wanted), 13 distance to the
 * second (f64), 14 out: distances to the candidate (f64), 15 out: 1 + medoids changes (f64 by block).
 */
export const gowerGain: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const categoryColumns = argument(args, 2);
  const blockRows = argument(args, 3);
  const first = block * blockRows;
  const end = Math.min(first + blockRows, rows);
  const values = new Float64Array(memory, argument(args, 4), rows * columns);
  const codes = new Int32Array(memory, argument(args, 5), rows * categoryColumns);
  const prices = new Float64Array(memory, argument(args, 6), columns + categoryColumns);
  const numbers = new Float64Array(memory, argument(args, 7), columns);
  const words = new Int32Array(memory, argument(args, 8), categoryColumns);
  const distances = new Float64Array(memory, argument(args, 14), rows);
  for (let i = first; i < end; i++) {
    let distance = 0;
    for (let j = 0; j < columns; j++) distance += Math.abs(values[j * rows + i]! - numbers[j]!) * prices[j]!;
    for (let j = 0; j < categoryColumns; j++) {
      if (codes[j * rows + i] !== words[j]) distance += prices[columns + j]!;
    }
    distances[i] = distance;
  }
  const ownAt = argument(args, 12);
  if (ownAt === 0) return;
  const k = argument(args, 10);
  const weightsAt = argument(args, 9);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt, rows);
  const nearest = new Int32Array(memory, argument(args, 11), rows);
  const own = new Float64Array(memory, ownAt, rows);
  const second = new Float64Array(memory, argument(args, 13), rows);
  const out = new Float64Array(memory, argument(args, 15) + 8 * block * (k + 1), k + 1);
  addGains({ nearest, own, second, distances, weights }, first, end, out);
};
