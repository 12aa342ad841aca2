import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of a block. */
export const pairDistancesBlock = 16;
/** Rows and columns of a tile. */
export const distanceTile = 8;

/** Distances that the tiles of so many rows hold. */
export function tiledLength(rows: number): number {
  const tiles = Math.ceil(rows / distanceTile);
  return ((tiles * (tiles + 1)) / 2) * distanceTile ** 2;
}

/**
 * Euclidean distances of all pairs of rows, in tiles of 8 × 8 (row-major), those on and right of the diagonal, row by row: a
 * column of the matrix is read in an eighth of the pages that rows one behind the other would lie in.
 *
 * args: rows, columns, rows of a block, values (f64, column-major), out: distances (f64, `tiledLength`), row at which block 0
 * begins (a multiple of 8).
 */
export const pairDistances: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const first = argument(args, 5) + block * argument(args, 2);
  const end = Math.min(first + argument(args, 2), rows);
  const values = new Float64Array(memory, argument(args, 3), rows * columns);
  const out = new Float64Array(memory, argument(args, 4), tiledLength(rows));
  const tiles = Math.ceil(rows / distanceTile);
  for (let i = first; i < end; i++) {
    const tileRow = Math.floor(i / distanceTile);
    const from = tileRow * tiles - (tileRow * (tileRow + 1)) / 2;
    for (let k = tileRow * distanceTile; k < rows; k++) {
      let squared = 0;
      for (let j = 0; j < columns; j++) {
        const x = values[j * rows + k]! - values[j * rows + i]!;
        squared += x * x;
      }
      const tile = from + Math.floor(k / distanceTile);
      out[(tile * distanceTile + (i % distanceTile)) * distanceTile + (k % distanceTile)] = Math.sqrt(squared);
    }
  }
};
