import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows that a block of `pairSums` takes: four tiles of sixteen. */
export const pairSumsBlock = 64;

/** Rows that stand side by side in a tile. */
export const pairSumsTile = 16;

/** Arguments of each table of `pairSums`. */
export const pairSumsArguments = 6;

/**
 * Sums of Euclidean distances from every row of small tables to the segments of several labellings of the same table,
 * in f32 with f64 totals; several tables of equal size in one run.
 *
 * args: blocks of a table, table arguments (f64, `pairSumsArguments` each), out (f64, tables × tiles × slots × 16),
 * scratch, scratch bytes of a thread (64 × rows). A table's: rows, columns, values (f32, rows × columns row-major;
 * see `pairSumsLayout` for what follows them: weights by row, and the rows again in tiles of 16, tiles × columns ×
 * 16), order (i32: the rows of slot 0, of slot 1 …, where a slot is a segment of a labelling), ends (i32 by slot:
 * where its rows end in `order`), slots. The distances of a tile are computed once; a slot's rows are added in chunks
 * of 256 in f32.
 */
export const pairSums: Kernel = (memory, block, args) => {
  const perTable = argument(args, 0);
  const table = Math.floor(block / perTable);
  const own = new Float64Array(memory, argument(args, 1) + 8 * pairSumsArguments * table, pairSumsArguments);
  const rows = argument(own, 0);
  const columns = argument(own, 1);
  const layout = pairSumsLayout(rows, columns);
  const values = new Float32Array(memory, argument(own, 2), rows * columns);
  const weights = new Float32Array(memory, argument(own, 2) + layout.weights, rows);
  const tiles = Math.ceil(rows / pairSumsTile);
  const tiled = new Float32Array(memory, argument(own, 2) + layout.tiles, tiles * columns * pairSumsTile);
  const slots = argument(own, 5);
  const ends = new Int32Array(memory, argument(own, 4), slots);
  const order = new Int32Array(memory, argument(own, 3), ends[slots - 1]!);
  const length = tiles * slots * pairSumsTile;
  const out = new Float64Array(memory, argument(args, 2) + 8 * table * length, length);
  const distances = new Float32Array(rows);
  const first = (block % perTable) * pairSumsBlock;
  for (let anchor = first; anchor < Math.min(first + pairSumsBlock, tiles * pairSumsTile); anchor++) {
    const tile = Math.floor(anchor / pairSumsTile);
    const lane = anchor % pairSumsTile;
    for (let row = 0; row < rows; row++) {
      let squares = 0;
      for (let j = 0; j < columns; j++) {
        const gap = Math.fround(values[row * columns + j]! - tiled[(tile * columns + j) * pairSumsTile + lane]!);
        squares = Math.fround(squares + Math.fround(gap * gap));
      }
      distances[row] = weights[row]! * Math.fround(Math.sqrt(squares));
    }
    let place = 0;
    for (let slot = 0; slot < slots; slot++) {
      let total = 0;
      while (place < ends[slot]!) {
        const end = Math.min(place + 256, ends[slot]!);
        let sum = 0;
        for (; place < end; place++) sum = Math.fround(sum + distances[order[place]!]!);
        total += sum;
      }
      out[(tile * slots + slot) * pairSumsTile + lane] = total;
    }
  }
};

/** Byte offsets, from `values`, of the arrays that follow them, and the length of all. */
export function pairSumsLayout(rows: number, columns: number): { weights: number; tiles: number; bytes: number } {
  const weights = 16 * Math.ceil((4 * rows * columns) / 16);
  const tiles = weights + 16 * Math.ceil((4 * rows) / 16);
  return { weights, tiles, bytes: tiles + 4 * pairSumsTile * Math.ceil(rows / pairSumsTile) * columns };
}
