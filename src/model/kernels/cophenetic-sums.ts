import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Points of a block, a multiple of 4. */
export const copheneticSumsBlock = 64;

/**
 * Sums over pairs of points in the order of a dendrogram's leaves, each point with those after it: the weighted sums of the
 * distance, its square, the cophenetic distance, its square, and the product of the two. The cophenetic distance of two points
 * is the greatest height between neighbours from the one to the other.
 *
 * args: points, columns, points of a block, values (f64, column-major, in leaf order), weights (f64), heights (f64: at i that
 * between points i and i + 1), out: five sums (f64 by point), point at which block 0 begins.
 */
export const copheneticSums: Kernel = (memory, block, args) => {
  const count = argument(args, 0);
  const columns = argument(args, 1);
  const first = argument(args, 7) + block * argument(args, 2);
  const end = Math.min(first + argument(args, 2), count);
  const values = new Float64Array(memory, argument(args, 3), count * columns);
  const weights = new Float64Array(memory, argument(args, 4), count);
  const heights = new Float64Array(memory, argument(args, 5), count);
  const out = new Float64Array(memory, argument(args, 6), 5 * count);
  for (let i = first; i < end; i++) {
    let height = 0;
    let [sum, squares, heightSum, heightSquares, products] = [0, 0, 0, 0, 0];
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
      const high = weights[k]! * height;
      heightSum += high;
      heightSquares += high * height;
      products += weighted * height;
    }
    const weight = weights[i]!;
    out[5 * i] = sum * weight;
    out[5 * i + 1] = squares * weight;
    out[5 * i + 2] = heightSum * weight;
    out[5 * i + 3] = heightSquares * weight;
    out[5 * i + 4] = products * weight;
  }
};
