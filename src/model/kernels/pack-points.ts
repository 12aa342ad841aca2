import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/**
 * The f32 working copy of the points, row-major and padded to a multiple of four columns:
 * `(x - shift[j]) * scale`, rounded.
 *
 * args: rows, columns, padded columns, rows of a block, values (f64, column-major), weights (f64; 0: all one),
 * shift (f64 by column), scale (a power of two), packed (f32), out (f64 by block: for each column the weighted
 * sums of the scaled x and x², then the largest |x| of the block).
 */
export const packPoints: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const padded = argument(args, 2);
  const blockRows = argument(args, 3);
  const first = block * blockRows;
  const count = Math.min(blockRows, rows - first);
  const weightsAt = argument(args, 5);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt + 8 * first, count);
  const shift = new Float64Array(memory, argument(args, 6), columns);
  const scale = argument(args, 7);
  const packed = new Float32Array(memory, argument(args, 8) + 4 * first * padded, count * padded);
  const out = new Float64Array(memory, argument(args, 9) + 8 * block * (2 * columns + 1), 2 * columns + 1);
  let largest = 0;
  const sums = new Float64Array(4);
  const squares = new Float64Array(4);
  const quads = count - (count % 4);
  for (let j = 0; j < columns; j++) {
    const values = new Float64Array(memory, argument(args, 4) + 8 * (j * rows + first), count);
    const origin = shift[j]!;
    sums.fill(0);
    squares.fill(0);
    for (let i = 0; i < quads; i++) {
      const x = (values[i]! - origin) * scale;
      const weighted = weights === null ? x : x * weights[i]!;
      sums[i & 3]! += weighted;
      squares[i & 3]! += weighted * x;
      largest = Math.max(largest, Math.abs(x));
      packed[i * padded + j] = x;
    }
    let sum = sums[0]! + sums[1]! + (sums[2]! + sums[3]!);
    let square = squares[0]! + squares[1]! + (squares[2]! + squares[3]!);
    for (let i = quads; i < count; i++) {
      const x = (values[i]! - origin) * scale;
      const weighted = weights === null ? x : x * weights[i]!;
      sum += weighted;
      square += weighted * x;
      largest = Math.max(largest, Math.abs(x));
      packed[i * padded + j] = x;
    }
    out[2 * j] = sum;
    out[2 * j + 1] = square;
  }
  out[2 * columns] = largest;
};
