import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of a block of `columnSums`. */
export const columnSumsBlock = 8192;

/**
 * Sums of each column over a block of rows, weighted or not, of `x - shift` or its square.
 *
 * args: rows, columns, values (f64, column-major), weights (f64 by row; 0: all one), shift (f64 by column),
 * power (1 or 2), out (f64, blocks × columns). Eight partial sums take turns by row, and are added as
 * ((0+1)+(2+3))+((4+5)+(6+7)).
 */
export const columnSums: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const first = block * columnSumsBlock;
  const count = Math.min(columnSumsBlock, rows - first);
  const weightsAt = argument(args, 3);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt + 8 * first, count);
  const shift = new Float64Array(memory, argument(args, 4), columns);
  const squared = argument(args, 5) === 2;
  const out = new Float64Array(memory, argument(args, 6) + 8 * block * columns, columns);
  const lanes = new Float64Array(8);
  for (let j = 0; j < columns; j++) {
    const values = new Float64Array(memory, argument(args, 2) + 8 * (j * rows + first), count);
    const origin = shift[j]!;
    lanes.fill(0);
    for (let i = 0; i < count; i++) {
      const x = values[i]! - origin;
      const term = squared ? x * x : x;
      lanes[i & 7]! += weights === null ? term : term * weights[i]!;
    }
    out[j] = lanes[0]! + lanes[1]! + (lanes[2]! + lanes[3]!) + (lanes[4]! + lanes[5]! + (lanes[6]! + lanes[7]!));
  }
};
