import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/**
 * Weighted sum of squared distances of the rows of a block to their own centre, directly from x - c, in f64 and
 * in units of 1/scale; and the distances themselves, in the data's units.
 *
 * args: rows, columns, rows of a block, values (f64, column-major), weights (f64; 0: all one), centres (f64,
 * row-major), labels (i32), scale (a power of two), out (f64 by block), distances (f64 by row; 0: not wanted).
 */
export const squaredErrors: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const first = block * blockRows;
  const count = Math.min(blockRows, rows - first);
  const values = new Float64Array(memory, argument(args, 3), rows * columns);
  const weightsAt = argument(args, 4);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt, rows);
  const centresAt = argument(args, 5);
  const labels = new Int32Array(memory, argument(args, 6), rows);
  const scale = argument(args, 7);
  const distancesAt = argument(args, 9);
  const distances = distancesAt === 0 ? null : new Float64Array(memory, distancesAt, rows);
  const lanes = new Float64Array(4);
  const quads = count - (count % 4);
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (i === quads) total = lanes[0]! + lanes[1]! + (lanes[2]! + lanes[3]!);
    const row = first + i;
    const centre = new Float64Array(memory, centresAt + 8 * labels[row]! * columns, columns);
    let squared = 0;
    for (let j = 0; j < columns; j++) {
      const x = (values[j * rows + row]! - centre[j]!) * scale;
      squared += x * x;
    }
    if (distances !== null) distances[row] = Math.sqrt(squared) / scale;
    if (weights !== null) squared *= weights[row]!;
    if (i < quads) lanes[i & 3]! += squared;
    else total += squared;
  }
  if (quads === count) total = lanes[0]! + lanes[1]! + (lanes[2]! + lanes[3]!);
  new Float64Array(memory, argument(args, 8), block + 1)[block] = total;
};
