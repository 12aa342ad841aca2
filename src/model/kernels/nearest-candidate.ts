import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Bytes of scratch that a thread needs. */
export function candidateScratch(columns: number): number {
  return 32 * columns;
}

/**
 * Lowers each row's squared distance to its nearest candidate where a new candidate is nearer (of equals the earlier
 * stays), in f64 and in units of 1/scale²; and the block's weighted sum of the result, in row order.
 *
 * args: rows, columns, rows of a block (a multiple of 4), values (f64, column-major), weights (f64 by row), new
 * candidates (f64, row-major, times scale), how many, number of the first, scale (a power of two), closest (f64 by
 * row), nearest (i32 by row), out (f64 by block), scratch, scratch bytes of a thread.
 */
export const nearestCandidate: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const values = new Float64Array(memory, argument(args, 3), rows * columns);
  const weights = new Float64Array(memory, argument(args, 4), rows);
  const many = argument(args, 6);
  const candidates = new Float64Array(memory, argument(args, 5), many * columns);
  const firstNumber = argument(args, 7);
  const scale = argument(args, 8);
  const closest = new Float64Array(memory, argument(args, 9), rows);
  const nearest = new Int32Array(memory, argument(args, 10), rows);
  const first = block * blockRows;
  let sum = 0;
  for (let i = first; i < Math.min(first + blockRows, rows); i++) {
    for (let n = 0; n < many; n++) {
      let squared = 0;
      for (let j = 0; j < columns; j++) {
        const x = values[j * rows + i]! * scale - candidates[n * columns + j]!;
        squared += x * x;
      }
      if (squared < closest[i]!) {
        closest[i] = squared;
        nearest[i] = firstNumber + n;
      }
    }
    sum += closest[i]! * weights[i]!;
  }
  new Float64Array(memory, argument(args, 11), block + 1)[block] = sum;
};
