import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Points of a block, a multiple of 4. */
export const copheneticSumsBlock = 64;

/**
 * Sums over pairs of points in the order of a dendrogram's leaves, each point with those after it: of weight · distance,
 * weight · squared distance and weight · distance · cophenetic distance, where the cophenetic distance of two points is the
 * greatest height between neighbours from the one to the other. Four points at a time, each with sums of its own.
 *
 * args: points, columns, points of a block, values (f64, column-major, in leaf order), weights (f64), heights (f64: at i that
 * between points i and i + 1), out: three sums (f64 by point).
 */
export const copheneticSums: Kernel = (memory, block, args) => {
  const count = argument(args, 0);
  const columns = argument(args, 1);
  const first = block * argument(args, 2);
  const end = Math.min(first + argument(args, 2), count);
  const values = new Float64Array(memory, argument(args, 3), count * columns);
  const weights = new Float64Array(memory, argument(args, 4), count);
  const heights = new Float64Array(memory, argument(args, 5), count);
  const out = new Float64Array(memory, argument(args, 6), 3 * count);
  for (let i = first; i < end; i++) {
    let height = 0;
    let [sum, squares, products] = [0, 0, 0];
    for (let k = i + 1; k < count; k++) {
      height = Math.max(height, heights[k - 1]!);
      let squared = 0;
      for (let j = 0; j < columns; j++) {
        const x = values[j * count + i]! - values[j * count + k]!;
        squared += x * x;
      }
      const distance = Math.sqrt(squared);
      const weighted = weights[k]! * distance;
      sum += weighted;
      squares += weighted * distance;
      products += weighted * height;
    }
    out[3 * i] = sum * weights[i]!;
    out[3 * i + 1] = squares * weights[i]!;
    out[3 * i + 2] = products * weights[i]!;
  }
};
