import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/**
 * `out[i] = table[indices[i]]`, all i32; each block may have a table of its own.
 *
 * args: rows, rows of a block, table, from one block's table to the next (0: one for all), indices, out (may be
 * `indices`).
 */
export const lookUp: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const blockRows = argument(args, 1);
  const first = block * blockRows;
  const count = Math.min(blockRows, rows - first);
  const indices = new Int32Array(memory, argument(args, 4) + 4 * first, count);
  const out = new Int32Array(memory, argument(args, 5) + 4 * first, count);
  const from = argument(args, 2) + 4 * block * argument(args, 3);
  const length = indices.reduce((most, i) => Math.max(most, i), -1) + 1;
  const table = new Int32Array(memory, from, length);
  for (let i = 0; i < count; i++) out[i] = table[indices[i]!]!;
};
