import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Columns of a block of `crossProducts`: so many on the left times so many on the right. */
export const crossProductsTile = { left: 2, right: 4 } as const;

const chunkRows = 1024;

/**
 * Sums over all rows of `(x_i - m_i) * (x_j - m_j)`, weighted or not, for pairs of columns i ≤ j.
 *
 * args: rows, columns, values (f64, column-major), weights (f64 by row; 0: all one), means (f64 by column), first
 * and count (the band of left columns), out (f64, count × columns; pairs with j < i of whole tiles are left as they
 * were). Block b is the tile of left columns `b / tiles` and right columns `b mod tiles`, tiles = columns / 4 rounded
 * up. Chunks of 1,024 rows are summed in two lanes (even and odd rows), then added up in order.
 */
export const crossProducts: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const weightsAt = argument(args, 3);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt, rows);
  const means = new Float64Array(memory, argument(args, 4), columns);
  const first = argument(args, 5);
  const count = argument(args, 6);
  const out = new Float64Array(memory, argument(args, 7), count * columns);
  const tiles = Math.ceil(columns / crossProductsTile.right);
  const left = crossProductsTile.left * Math.floor(block / tiles);
  const right = crossProductsTile.right * (block % tiles);
  const rightEnd = Math.min(right + crossProductsTile.right, columns);
  if (rightEnd <= first + left) return;
  for (let i = left; i < Math.min(left + crossProductsTile.left, count); i++) {
    const x = new Float64Array(memory, argument(args, 2) + 8 * (first + i) * rows, rows);
    const xMean = means[first + i]!;
    for (let j = right; j < rightEnd; j++) {
      const y = new Float64Array(memory, argument(args, 2) + 8 * j * rows, rows);
      const yMean = means[j]!;
      let total = 0;
      for (let from = 0; from < rows; from += chunkRows) {
        const to = Math.min(from + chunkRows, rows);
        let even = 0;
        let odd = 0;
        for (let r = from; r < to; r++) {
          const gap = x[r]! - xMean;
          const term = (weights === null ? gap : gap * weights[r]!) * (y[r]! - yMean);
          if ((r & 1) === 0) even += term;
          else odd += term;
        }
        total += even + odd;
      }
      out[i * columns + j] = total;
    }
  }
};
