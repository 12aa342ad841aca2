import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Bytes of scratch that a thread needs for blocks of so many rows. */
export function lloydScratch(blockRows: number, padded: number, segments: number): number {
  return 12 * (blockRows + 8) + 8 * segments + 32 * padded + 128;
}

/**
 * One step of Lloyd's algorithm on a block: the nearest centre of every row (squared distance in f64, columns in
 * order, the lowest segment of equals), and the block's sums by segment.
 *
 * args: 0 rows, 1 columns, 2 padded columns, 3 rows of a block, 4 segments, 5 values (f64, column-major),
 * 6 weights (f64; 0: all one), 7 packed points (f32), 8 centres (f64, row-major), 9 centres (f32 of
 * (c - shift) * scale, groups of four: the four's column 0, column 1 …), 10 half their squared norms (f32),
 * 11 drift by segment (f32), 12 bound by row (f32), 13 labels (i32, in and out), 14 and 20 error of a score: the
 * part that is the same for all rows, and the factor of the row's squared norm, 15 mode (0: labels and sums
 * continue those of the step before, 1: both are new, 2: sums are new, 3: sums are new and labels stay), 16 out: changed labels by block (i32), 17 out: sums by block (f64, segments × (columns + 1), of
 * (x - shift) * w, then of w; 0: not wanted), 18 scratch, 19 scratch bytes of a thread, 21 scale, 22 shift.
 *
 * The compiled version scores in f32 and comes back to f64 where the two best scores are nearer than their
 * error; by `bound > drift` it skips rows whose label cannot have changed (Hamerly 2010: the distance to the
 * second-nearest centre less that to the own one, less what centres have moved since). Neither can be seen in
 * the labels, so this version does without.
 */
export const lloydStep: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 3);
  const segments = argument(args, 4);
  const first = block * blockRows;
  const count = Math.min(blockRows, rows - first);
  const values = new Float64Array(memory, argument(args, 5), rows * columns);
  const weightsAt = argument(args, 6);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt, rows);
  const centres = new Float64Array(memory, argument(args, 8), segments * columns);
  const labels = new Int32Array(memory, argument(args, 13), rows);
  const mode = argument(args, 15);
  const scale = argument(args, 21);
  const changedRows: number[] = [];
  const oldLabels: number[] = [];
  const end = mode === 3 ? first : first + count;
  for (let i = first; i < end; i++) {
    const label = nearestCentre(values, rows, columns, i, centres, segments, scale);
    const old = labels[i]!;
    if (label === old) continue;
    labels[i] = label;
    changedRows.push(i);
    oldLabels.push(old);
  }
  new Int32Array(memory, argument(args, 16), block + 1)[block] = changedRows.length;

  const sumsAt = argument(args, 17);
  if (sumsAt === 0) return;
  const width = columns + 1;
  const sums = new Float64Array(memory, sumsAt + 8 * block * segments * width, segments * width);
  const shift = new Float64Array(memory, argument(args, 22), columns);
  const add = (row: number, label: number, sign: number): void => {
    const w = weights === null ? 1 : weights[row]!;
    for (let j = 0; j < columns; j++) {
      sums[label * width + j]! += sign * ((values[j * rows + row]! - shift[j]!) * w);
    }
    sums[label * width + columns]! += sign * w;
  };
  if (mode !== 0 || changedRows.length * 8 > count) {
    sums.fill(0);
    for (let i = first; i < first + count; i++) add(i, labels[i]!, 1);
    return;
  }
  changedRows.forEach((row, n) => {
    add(row, oldLabels[n]!, -1);
    add(row, labels[row]!, 1);
  });
};

function nearestCentre(
  values: Float64Array,
  rows: number,
  columns: number,
  row: number,
  centres: Float64Array,
  segments: number,
  scale: number,
): number {
  let smallest = Infinity;
  let label = 0;
  for (let c = 0; c < segments; c++) {
    let distance = 0;
    for (let j = 0; j < columns; j++) {
      const x = (values[j * rows + row]! - centres[c * columns + j]!) * scale;
      distance += x * x;
    }
    if (distance < smallest) {
      smallest = distance;
      label = c;
    }
  }
  return label;
}
