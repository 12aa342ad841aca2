import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of a block of `scaleColumn`. */
export const scaleColumnBlock = 8192;

/**
 * `(x - center) / scale` for a block of a column, and a value of its own for NaN.
 *
 * args: rows, values (f64), frame (f64: center, scale, the image of NaN), out (f64 by row; may be the values).
 */
export const scaleColumn: Kernel = (memory, block, args) => {
  const first = block * scaleColumnBlock;
  const count = Math.min(scaleColumnBlock, argument(args, 0) - first);
  const values = new Float64Array(memory, argument(args, 1) + 8 * first, count);
  const frame = new Float64Array(memory, argument(args, 2), 3);
  const out = new Float64Array(memory, argument(args, 3) + 8 * first, count);
  const center = frame[0]!;
  const scale = frame[1]!;
  const fill = frame[2]!;
  for (let i = 0; i < count; i++) {
    const scaled = (values[i]! - center) / scale;
    out[i] = scaled === scaled ? scaled : fill;
  }
};
