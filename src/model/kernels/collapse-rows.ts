import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/**
 * The distinct rows of a block, in order of first appearance. Rows are equal when all their values are (0 and -0
 * are).
 *
 * args: rows, columns, rows of a block, most distinct rows a block may have, values (f64, column-major), weights
 * (f64 by row; 0: all one), out: number of its distinct row by row (i32, from 0 in each block), out: first row of
 * each distinct one (i32, blocks × most), out: summed weights (f64, blocks × most), out: how many (i32 by block;
 * -1 when there were more than may be, and then the rest is unfinished), hash tables (i32), slots of a thread's
 * table (a power of two above `most`).
 */
export const collapseRows: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const most = argument(args, 3);
  const first = block * blockRows;
  const count = Math.min(blockRows, rows - first);
  const values = new Float64Array(memory, argument(args, 4), rows * columns);
  const weightsAt = argument(args, 5);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt, rows);
  const local = new Int32Array(memory, argument(args, 6), rows);
  const firstRows = new Int32Array(memory, argument(args, 7) + 4 * block * most, most);
  const sums = new Float64Array(memory, argument(args, 8) + 8 * block * most, most);
  const found = new Int32Array(memory, argument(args, 9) + 4 * block, 1);
  const seen = new Map<string, number>();
  const key = new Float64Array(columns);
  for (let i = first; i < first + count; i++) {
    for (let j = 0; j < columns; j++) key[j] = values[j * rows + i]! + 0;
    const text = key.join();
    let id = seen.get(text);
    if (id === undefined) {
      id = seen.size;
      if (id === most) {
        found[0] = -1;
        return;
      }
      seen.set(text, id);
      firstRows[id] = i;
      sums[id] = 0;
    }
    local[i] = id;
    sums[id]! += weights === null ? 1 : weights[i]!;
  }
  found[0] = seen.size;
};
