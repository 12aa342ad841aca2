import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Clusters of a block. */
export const matrixClustersBlock = 2048;

/** Place of a distance in tiles (see `pairDistances`), low < high; `tileRows` is the first tile of a row less its number. */
function placeOf(tileRows: Int32Array, low: number, high: number): number {
  return (tileRows[low >> 3]! + (high >> 3)) * 64 + ((low & 7) << 3) + (high & 7);
}

/**
 * The nearest cluster to a given one in a matrix of distances, by block; of equals the lowest, and only below a given value.
 *
 * args: clusters, clusters of a block, their rows of the matrix (i32, rising), distances (f64, in tiles), first tile of each
 * row of tiles less its number (i32), row of the given cluster, the value to stay below, out: value and row (f64 by block; row
 * -1 where there is none).
 */
export const matrixNearest: Kernel = (memory, block, args) => {
  const clusters = argument(args, 0);
  const first = block * argument(args, 1);
  const end = Math.min(first + argument(args, 1), clusters);
  const alive = new Int32Array(memory, argument(args, 2), clusters);
  const distances = new Float64Array(memory, argument(args, 3));
  const tileRows = new Int32Array(memory, argument(args, 4));
  const own = argument(args, 5);
  const out = new Float64Array(memory, argument(args, 7) + 16 * block, 2);
  let best = argument(args, 6);
  let nearest = -1;
  for (let a = first; a < end; a++) {
    const row = alive[a]!;
    if (row === own) continue;
    const distance = distances[placeOf(tileRows, Math.min(row, own), Math.max(row, own))]!;
    if (distance < best) {
      best = distance;
      nearest = row;
    }
  }
  out[0] = best;
  out[1] = nearest;
};

/**
 * The distances of a cluster that has taken in another to those of a block: the greater of the two, or their mean by size.
 *
 * args: clusters, clusters of a block, their rows of the matrix (i32), distances (f64, in tiles), first tile of each row of
 * tiles less its number (i32), row of the cluster that is gone, row of the joint one, their sizes (both 0: the greater).
 */
export const matrixJoin: Kernel = (memory, block, args) => {
  const clusters = argument(args, 0);
  const first = block * argument(args, 1);
  const end = Math.min(first + argument(args, 1), clusters);
  const alive = new Int32Array(memory, argument(args, 2), clusters);
  const distances = new Float64Array(memory, argument(args, 3));
  const tileRows = new Int32Array(memory, argument(args, 4));
  const low = argument(args, 5);
  const high = argument(args, 6);
  const one = argument(args, 7);
  const other = argument(args, 8);
  for (let a = first; a < end; a++) {
    const row = alive[a]!;
    if (row === low || row === high) continue;
    const gone = distances[placeOf(tileRows, Math.min(row, low), Math.max(row, low))]!;
    const at = placeOf(tileRows, Math.min(row, high), Math.max(row, high));
    const kept = distances[at]!;
    if (one > 0) distances[at] = (one * gone + other * kept) / (one + other);
    else if (gone > kept) distances[at] = gone;
  }
};
