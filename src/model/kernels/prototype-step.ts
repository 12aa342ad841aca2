import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Bytes of scratch that a thread needs for both kernels. */
export function prototypeScratch(columns: number, categoryColumns: number): number {
  return 32 * columns + 16 * categoryColumns + 64;
}

/**
 * One step of k-prototypes on a block: the nearest prototype of every row (squared Euclidean distance of the numbers, columns in
 * order, plus gamma for each category that is not the prototype's; the lowest segment of equals), and the block's sums by segment.
 * A code of -1 equals no prototype's.
 *
 * args: 0 rows, 1 columns, 2 category columns, 3 rows of a block (a multiple of 4), 4 segments, 5 values (f64, column-major),
 * 6 weights (f64; 0: all one), 7 codes (i32, column-major), 8 centres (f64, row-major), 9 modes (i32, row-major), 10 gamma in units
 * of 1/scale², 11 scale (a power of two), 12 labels (i32, in and out), 13 out: cost of each row in units of 1/scale² (f64), 14 out:
 * changed labels (i32 by block), 15 out: weighted sum of the costs in row order (f64 by block), 16 out: sums by block (f64; 0: not
 * wanted; for each segment of (x - shift) * w, then of w, then of w by code), 17 shift (f64), 18 where the codes of each category
 * column begin among all (i32), 19 codes of all category columns, 20 scratch, 21 scratch bytes of a thread.
 */
export const prototypeStep: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const categoryColumns = argument(args, 2);
  const blockRows = argument(args, 3);
  const segments = argument(args, 4);
  const first = block * blockRows;
  const end = Math.min(first + blockRows, rows);
  const values = new Float64Array(memory, argument(args, 5), rows * columns);
  const weightsAt = argument(args, 6);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt, rows);
  const codes = new Int32Array(memory, argument(args, 7), rows * categoryColumns);
  const centres = new Float64Array(memory, argument(args, 8), segments * columns);
  const modes = new Int32Array(memory, argument(args, 9), segments * categoryColumns);
  const gamma = argument(args, 10);
  const scale = argument(args, 11);
  const labels = new Int32Array(memory, argument(args, 12), rows);
  const costs = new Float64Array(memory, argument(args, 13), rows);
  let changed = 0;
  let total = 0;
  for (let i = first; i < end; i++) {
    let least = Infinity;
    let label = 0;
    for (let c = 0; c < segments; c++) {
      const cost = costOf(values, codes, rows, i, centres, modes, c, columns, categoryColumns, gamma, scale);
      if (cost < least) {
        least = cost;
        label = c;
      }
    }
    costs[i] = least;
    if (label !== labels[i]) changed++;
    labels[i] = label;
    total += weights === null ? least : least * weights[i]!;
  }
  new Int32Array(memory, argument(args, 14), block + 1)[block] = changed;
  new Float64Array(memory, argument(args, 15), block + 1)[block] = total;

  const sumsAt = argument(args, 16);
  if (sumsAt === 0) return;
  const width = columns + 1 + argument(args, 19);
  const sums = new Float64Array(memory, sumsAt + 8 * block * segments * width, segments * width);
  const shift = new Float64Array(memory, argument(args, 17), columns);
  const offsets = new Int32Array(memory, argument(args, 18), categoryColumns);
  sums.fill(0);
  for (let i = first; i < end; i++) {
    const at = labels[i]! * width;
    const w = weights === null ? 1 : weights[i]!;
    for (let j = 0; j < columns; j++) sums[at + j]! += (values[j * rows + i]! - shift[j]!) * w;
    sums[at + columns]! += w;
    for (let j = 0; j < categoryColumns; j++) {
      const code = codes[j * rows + i]!;
      if (code >= 0) sums[at + columns + 1 + offsets[j]! + code]! += w;
    }
  }
};

/**
 * For each candidate for the next prototype, the weighted sum over the rows of a block, in row order, of the lesser of the cost to
 * the prototypes there are and the cost to it; or the candidate taken for good.
 *
 * args: 0 rows, 1 columns, 2 category columns, 3 rows of a block (a multiple of 4), 4 candidates, 5 values, 6 weights, 7 codes,
 * 8 candidates' values (f64, row-major), 9 their codes (i32, row-major), 10 gamma, 11 scale: as of `prototypeStep`, 12 closest (f64
 * by row: least cost to the prototypes there are), 13 whether the candidates' costs go into it, 14 out (f64, blocks × candidates),
 * 15 scratch, 16 scratch bytes of a thread.
 */
export const prototypePotentials: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const categoryColumns = argument(args, 2);
  const blockRows = argument(args, 3);
  const many = argument(args, 4);
  const first = block * blockRows;
  const values = new Float64Array(memory, argument(args, 5), rows * columns);
  const weightsAt = argument(args, 6);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt, rows);
  const codes = new Int32Array(memory, argument(args, 7), rows * categoryColumns);
  const centres = new Float64Array(memory, argument(args, 8), many * columns);
  const modes = new Int32Array(memory, argument(args, 9), many * categoryColumns);
  const gamma = argument(args, 10);
  const scale = argument(args, 11);
  const closest = new Float64Array(memory, argument(args, 12), rows);
  const keep = argument(args, 13) === 1;
  const out = new Float64Array(memory, argument(args, 14) + 8 * block * many, many);
  out.fill(0);
  for (let i = first; i < Math.min(first + blockRows, rows); i++) {
    const w = weights === null ? 1 : weights[i]!;
    for (let n = 0; n < many; n++) {
      const cost = costOf(values, codes, rows, i, centres, modes, n, columns, categoryColumns, gamma, scale);
      const least = Math.min(closest[i]!, cost);
      if (keep) closest[i] = least;
      out[n]! += least * w;
    }
  }
};

function costOf(
  values: Float64Array,
  codes: Int32Array,
  rows: number,
  row: number,
  centres: Float64Array,
  modes: Int32Array,
  c: number,
  columns: number,
  categoryColumns: number,
  gamma: number,
  scale: number,
): number {
  let squared = 0;
  for (let j = 0; j < columns; j++) {
    const x = (values[j * rows + row]! - centres[c * columns + j]!) * scale;
    squared += x * x;
  }
  let unlike = 0;
  for (let j = 0; j < categoryColumns; j++) {
    if (codes[j * rows + row] !== modes[c * categoryColumns + j]) unlike++;
  }
  return squared + gamma * unlike;
}
