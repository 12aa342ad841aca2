import { philox } from "../random.ts";
import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Draws of a block of `drawRows`. */
export const drawRowsBlock = 16_384;

/**
 * `out[i] = ⌊uniform(i) · rows⌋` (i32), the uniform numbers those of `createRandom`.
 *
 * args: draws, rows, the two words of the key, the stream, out.
 */
export const drawRows: Kernel = (memory, block, args) => {
  const first = block * drawRowsBlock;
  const end = Math.min(first + drawRowsBlock, argument(args, 0));
  const rows = argument(args, 1);
  const key: [number, number] = [argument(args, 2), argument(args, 3)];
  const stream = argument(args, 4);
  const out = new Int32Array(memory, argument(args, 5), argument(args, 0));
  for (let i = first; i < end; i++) {
    const words = philox([i, 0, stream, 0], key);
    const uniform = ((words[0] >>> 5) * 2 ** 26 + (words[1] >>> 6)) / 2 ** 53;
    out[i] = Math.min(rows - 1, Math.floor(uniform * rows));
  }
};
