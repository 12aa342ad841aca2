import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of a block of `groupSums`. */
export const groupSumsBlock = 8192;

/**
 * Sums by group over a block of a column.
 *
 * args: rows, values (f64), weights (f64; 0: all one), groups (i32 by row, -1: none), k, out (f64, blocks × k × 3, from
 * zero): weight of all rows, weight of those that hold a value, and their weighted sum, one by one; NaN is no value.
 */
export const groupSums: Kernel = (memory, block, args) => {
  const first = block * groupSumsBlock;
  const count = Math.min(groupSumsBlock, argument(args, 0) - first);
  const values = new Float64Array(memory, argument(args, 1) + 8 * first, count);
  const weightsAt = argument(args, 2);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt + 8 * first, count);
  const groups = new Int32Array(memory, argument(args, 3) + 4 * first, count);
  const k = argument(args, 4);
  const out = new Float64Array(memory, argument(args, 5) + 24 * block * k, 3 * k);
  for (let i = 0; i < count; i++) {
    const group = groups[i]!;
    if (group < 0) continue;
    const x = values[i]!;
    const w = weights === null ? 1 : weights[i]!;
    out[3 * group]! += w;
    if (x !== x) continue;
    out[3 * group + 1]! += w;
    out[3 * group + 2]! += w * x;
  }
};
