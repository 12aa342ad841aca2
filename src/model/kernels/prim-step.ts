import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Points of a block. */
export const primStepBlock = 2048;

/**
 * A step of Prim's algorithm: brings the squared distance of each point outside the tree to its nearest point of the tree up
 * to date with the point that joined last, and finds the least of each block, of equals the first.
 *
 * args: points, columns, points of a block, values (f64, column-major), place of the point that joined, its number, squared
 * distances to the tree (f64, NaN for points inside), the tree's point that each is nearest to (i32, of equals the one that
 * joined first), out: least squared distance and place (f64 by block; place -1 where no point is outside).
 */
export const primStep: Kernel = (memory, block, args) => {
  const count = argument(args, 0);
  const columns = argument(args, 1);
  const first = block * argument(args, 2);
  const end = Math.min(first + argument(args, 2), count);
  const values = new Float64Array(memory, argument(args, 3), count * columns);
  const joined = argument(args, 4);
  const number = argument(args, 5);
  const distances = new Float64Array(memory, argument(args, 6), count);
  const nearest = new Int32Array(memory, argument(args, 7), count);
  const out = new Float64Array(memory, argument(args, 8) + 16 * block, 2);
  let least = Infinity;
  let place = -1;
  for (let i = first; i < end; i++) {
    let squared = 0;
    for (let j = 0; j < columns; j++) {
      const x = values[j * count + i]! - values[j * count + joined]!;
      squared += x * x;
    }
    if (squared < distances[i]!) {
      distances[i] = squared;
      nearest[i] = number;
    }
    if (distances[i]! < least) {
      least = distances[i]!;
      place = i;
    }
  }
  out[0] = least;
  out[1] = place;
};
