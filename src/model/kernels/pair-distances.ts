import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of a block. */
export const pairDistancesBlock = 16;

/**
 * Euclidean distances of each row to those after it, condensed as SciPy's `pdist`: row 0 with 1, 2 …, then row 1 with 2, 3 ….
 *
 * args: rows, columns, rows of a block, values (f64, column-major), out: distances (f64, rows · (rows - 1) / 2), row at which
 * block 0 begins.
 */
export const pairDistances: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const first = argument(args, 5) + block * argument(args, 2);
  const end = Math.min(first + argument(args, 2), rows);
  const values = new Float64Array(memory, argument(args, 3), rows * columns);
  const out = new Float64Array(memory, argument(args, 4), (rows * (rows - 1)) / 2);
  for (let i = first; i < end; i++) {
    const from = i * rows - (i * (i + 1)) / 2 - i - 1;
    for (let k = i + 1; k < rows; k++) {
      let squared = 0;
      for (let j = 0; j < columns; j++) {
        const x = values[j * rows + k]! - values[j * rows + i]!;
        squared += x * x;
      }
      out[from + k] = Math.sqrt(squared);
    }
  }
};
