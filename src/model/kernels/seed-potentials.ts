import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Bytes of scratch that a thread needs. */
export function seedScratch(padded: number, candidates: number): number {
  return 32 * padded + 64 + 64 * candidates;
}

/**
 * For each candidate centre the block's weighted sum of `min(closest, squared distance)`, distances in f32 from
 * the packed points.
 *
 * args: rows, columns, padded columns, rows of a block, packed points (f32), weights (f64 by row, zero-padded to
 * a multiple of 8; 0: all one), candidates (f32, row-major, padded), how many, closest (f32 by row, room for a
 * multiple of 8), not 0: the minimum replaces `closest` (one candidate), out (f64, blocks × candidates),
 * scratch, scratch bytes of a thread.
 *
 * Eight partial sums take turns by row, and are added as ((0+1)+(2+3))+((4+5)+(6+7)).
 */
export const seedPotentials: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const padded = argument(args, 2);
  const blockRows = argument(args, 3);
  const first = block * blockRows;
  const count = Math.min(blockRows, rows - first);
  const packed = new Float32Array(memory, argument(args, 4) + 4 * first * padded, count * padded);
  const weightsAt = argument(args, 5);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt + 8 * first, count);
  const many = argument(args, 7);
  const candidates = new Float32Array(memory, argument(args, 6), many * padded);
  const closest = new Float32Array(memory, argument(args, 8) + 4 * first, count);
  const keep = argument(args, 9) !== 0;
  const out = new Float64Array(memory, argument(args, 10) + 8 * block * many, many);
  const lanes = new Float64Array(8);
  for (let n = 0; n < many; n++) {
    lanes.fill(0);
    for (let i = 0; i < count; i++) {
      let squared = 0;
      for (let j = 0; j < columns; j++) {
        const x = Math.fround(packed[i * padded + j]! - candidates[n * padded + j]!);
        squared = Math.fround(squared + Math.fround(x * x));
      }
      const nearer = Math.min(closest[i]!, squared);
      if (keep) closest[i] = nearer;
      lanes[i & 7]! += weights === null ? nearer : nearer * weights[i]!;
    }
    out[n] = lanes[0]! + lanes[1]! + (lanes[2]! + lanes[3]!) + (lanes[4]! + lanes[5]! + (lanes[6]! + lanes[7]!));
  }
};
