import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/**
 * For each row the nearest centre but its own, ties to the lowest, and its distance, in f64.
 *
 * args: rows, columns, rows of a block, segments (at least 2), values (f64, column-major), centres (f64,
 * row-major), labels (i32), scale (a power of two), out: segment (i32), out: distance in the data's units (f64),
 * scratch (64 bytes a thread).
 */
export const secondNearest: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const segments = argument(args, 3);
  const values = new Float64Array(memory, argument(args, 4), rows * columns);
  const centres = new Float64Array(memory, argument(args, 5), segments * columns);
  const labels = new Int32Array(memory, argument(args, 6), rows);
  const scale = argument(args, 7);
  const seconds = new Int32Array(memory, argument(args, 8), rows);
  const distances = new Float64Array(memory, argument(args, 9), rows);
  const first = block * blockRows;
  for (let i = first; i < Math.min(first + blockRows, rows); i++) {
    let smallest = Infinity;
    for (let c = 0; c < segments; c++) {
      if (c === labels[i]) continue;
      let squared = 0;
      for (let j = 0; j < columns; j++) {
        const x = (values[j * rows + i]! - centres[c * columns + j]!) * scale;
        squared += x * x;
      }
      if (squared < smallest) {
        smallest = squared;
        seconds[i] = c;
      }
    }
    distances[i] = Math.sqrt(smallest) / scale;
  }
};
