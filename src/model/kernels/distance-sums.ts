import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Anchors that a block of `distanceSumsF32` or `distanceSumsF64` takes: four tiles of four. */
export const distanceSumsBlock = 16;

/** Rows that stand side by side in a packed group. */
export const distanceSumsLanes = { f32: 4, f64: 2 } as const;

/**
 * Weighted sums of Euclidean distances from anchors to groups of rows, in f32 with f64 totals.
 *
 * Rows are packed in groups of four, `packed[(g * columns + j) * 4 + lane]`, and sorted into atoms: runs of whole
 * groups whose rows have the same segment in every labelling. Rows that fill an atom's last group have weight 0.
 * Anchors are packed in tiles of four, `anchors[(tile * columns + j) * 4 + a]`.
 *
 * args: columns, packed (f32), weights (f32 by packed row), groups, starts (i32, first group of each atom and the
 * end), slotsOf (i32, atoms × labelings), labelings, anchors (f32), tiles, out (f64, tiles × slots × 4, added to),
 * slots, groups of a chunk. A block is 16 anchors; chunks are taken in order, so that a chunk stays in the cache for
 * all of them, and an atom's part of a chunk is summed lane by lane in f32, then (0+1)+(2+3) in f64.
 */
export const distanceSumsF32: Kernel = (memory, block, args) => {
  const packed = new Float32Array(memory, argument(args, 1));
  const weights = new Float32Array(memory, argument(args, 2));
  const anchors = new Float32Array(memory, argument(args, 7));
  sumDistances(memory, block, args, packed, weights, anchors, 4, Math.fround);
};

/** The same in f64 throughout; rows are packed in groups of two, and an atom's lanes are added as 0+1. */
export const distanceSumsF64: Kernel = (memory, block, args) => {
  const packed = new Float64Array(memory, argument(args, 1));
  const weights = new Float64Array(memory, argument(args, 2));
  const anchors = new Float64Array(memory, argument(args, 7));
  sumDistances(memory, block, args, packed, weights, anchors, 2, (x) => x);
};

function sumDistances(
  memory: SharedArrayBuffer,
  block: number,
  args: Float64Array,
  packed: Float32Array | Float64Array,
  weights: Float32Array | Float64Array,
  anchors: Float32Array | Float64Array,
  lanes: number,
  round: (x: number) => number,
): void {
  const columns = argument(args, 0);
  const groups = argument(args, 3);
  const labelings = argument(args, 6);
  const slots = argument(args, 10);
  const chunk = argument(args, 11);
  const starts = new Int32Array(memory, argument(args, 4));
  const slotsOf = new Int32Array(memory, argument(args, 5));
  const out = new Float64Array(memory, argument(args, 9));
  const firstTile = block * (distanceSumsBlock / 4);
  const lastTile = Math.min(firstTile + distanceSumsBlock / 4, argument(args, 8));
  const partial = new Float64Array(4);
  let atomOfChunk = 0;
  for (let from = 0; from < groups; from += chunk) {
    const to = Math.min(from + chunk, groups);
    while (starts[atomOfChunk + 1]! <= from) atomOfChunk++;
    for (let anchor = 4 * firstTile; anchor < 4 * lastTile; anchor++) {
      const tile = anchor >> 2;
      const a = anchor & 3;
      const at = tile * columns * 4 + a;
      let atom = atomOfChunk;
      let group = from;
      while (group < to) {
        const end = Math.min(starts[atom + 1]!, to);
        partial.fill(0);
        for (; group < end; group++) {
          for (let lane = 0; lane < lanes; lane++) {
            let squares = 0;
            for (let j = 0; j < columns; j++) {
              const gap = round(packed[(group * columns + j) * lanes + lane]! - anchors[at + 4 * j]!);
              squares = round(squares + round(gap * gap));
            }
            const distance = round(Math.sqrt(squares));
            partial[lane] = round(partial[lane]! + round(weights[group * lanes + lane]! * distance));
          }
        }
        const total = partial[0]! + partial[1]! + (partial[2]! + partial[3]!);
        for (let l = 0; l < labelings; l++) out[(tile * slots + slotsOf[atom * labelings + l]!) * 4 + a]! += total;
        atom++;
      }
    }
  }
}
