import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of a block. */
export const nearestDonorsBlock = 16;
/** Donors whose distances are held at a time, and the bytes of scratch that a thread needs for them. */
const tile = 256;
export const nearestDonorsScratch = 16 * tile;

/**
 * For each gap of each row the nearest donors that hold a value of its column, nearest first, ties to the lowest donor.
 * The squared distance is over the columns that both hold, a number's squared difference and 1 for two categories that
 * differ, times columns / columns that both hold (scikit-learn's nan_euclidean_distances); a donor that shares no
 * column is none.
 *
 * args: rows, columns, rows of a block, values (f64, column-major, NaN where missing), kinds (f64 by column: 1 for
 * categories), donors, donors from one column to the next (even, what is beyond the donors is NaN), donor values (f64,
 * column-major), gaps from … to of each row (i32, rows + 1), column of each gap (i32), neighbours wanted, out: donors
 * (i32, neighbours by gap, -1 where there are no more), out: squared distances (f64), scratch.
 */
export const nearestDonors: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const values = new Float64Array(memory, argument(args, 3), rows * columns);
  const kinds = new Float64Array(memory, argument(args, 4), columns);
  const donors = argument(args, 5);
  const step = argument(args, 6);
  const held = new Float64Array(memory, argument(args, 7), step * columns);
  const starts = new Int32Array(memory, argument(args, 8), rows + 1);
  const gaps = starts[rows]!;
  const columnOfGap = new Int32Array(memory, argument(args, 9), gaps);
  const wanted = argument(args, 10);
  const found = new Int32Array(memory, argument(args, 11), gaps * wanted);
  const distances = new Float64Array(memory, argument(args, 12), gaps * wanted);
  const first = block * blockRows;
  for (let i = first; i < Math.min(first + blockRows, rows); i++) {
    for (let g = starts[i]! * wanted; g < starts[i + 1]! * wanted; g++) {
      found[g] = -1;
      distances[g] = Infinity;
    }
    for (let n = 0; n < donors; n++) {
      let sum = 0;
      let shared = 0;
      for (let j = 0; j < columns; j++) {
        const x = values[j * rows + i]!;
        const y = held[j * step + n]!;
        if (x !== x || y !== y) continue;
        const difference = x - y;
        sum += kinds[j] === 1 ? (difference === 0 ? 0 : 1) : difference * difference;
        shared++;
      }
      if (shared === 0) continue;
      const squared = (sum * columns) / shared;
      for (let g = starts[i]!; g < starts[i + 1]!; g++) {
        const y = held[columnOfGap[g]! * step + n]!;
        if (y !== y) continue;
        let at = (g + 1) * wanted - 1;
        if (!(squared < distances[at]!)) continue;
        const start = g * wanted;
        for (; at > start && squared < distances[at - 1]!; at--) {
          distances[at] = distances[at - 1]!;
          found[at] = found[at - 1]!;
        }
        distances[at] = squared;
        found[at] = n;
      }
    }
  }
};
