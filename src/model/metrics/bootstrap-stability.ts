import type { Compute } from "../../core/compute.ts";
import { type Refit, refit } from "../cluster/refit.ts";
import { countDistinct } from "../count-distinct.ts";
import { pickWithWords, type RowsWithWords } from "../pick-rows.ts";
import { fixedSum } from "../fixed-sum.ts";
import { drawRowsBlock } from "../kernels/draw-rows.ts";
import { randomKey } from "../random.ts";
import type { Labeling } from "./labeling.ts";
import { rowHash } from "./row-hash.ts";

/** How often a segment is found again when the rows are drawn anew. */
export interface SegmentStability {
  /** Mean over the draws of the largest Jaccard coefficient with a segment of the draw's own fit. */
  readonly jaccard: number;
  /** Draws in which it is 0.5 or less. */
  readonly dissolved: number;
  /** Draws in which it is above 0.75. */
  readonly recovered: number;
}

export interface StabilityOptions {
  readonly draws: number;
  readonly seed: number;
  /** The method of each draw's fit. */
  readonly by: Refit;
  /** Called before each draw, from 1. */
  progress?(draw: number): void;
}

/**
 * Bootstrap stability of given segments by the largest Jaccard coefficients (Hennig 2007, Cluster-wise assessment of
 * cluster stability; `clusterboot` of R's fpc with its defaults): each draw takes as many rows as there are with
 * replacement and keeps the distinct ones, divides them by the method into as many segments as are given (or as it finds), from seeds of its
 * own, and compares each given segment, as far as it was drawn, with all of them. A given segment of which no row was drawn
 * scores 0 in that draw; so it is in fpc. Where fewer distinct values than segments were drawn, the draw has as many
 * segments as those; where the method refuses the draw, every segment scores 0.
 *
 * `labels` are those of the rows, -1 for one in no segment, whose numbers hold no NaN; segments without rows give NaN. Costs one fit
 * of about 63 % of the rows for each draw. The same for any number of threads.
 */
export async function bootstrapStability(
  compute: Compute,
  table: RowsWithWords,
  { k, labels }: Labeling,
  options: StabilityOptions,
): Promise<readonly SegmentStability[]> {
  const sizes = countLabels(labels, k);
  const wanted = sizes.reduce((used, size) => used + (size > 0 ? 1 : 0), 0);
  const byDraw = sizes.map(() => new Float64Array(options.draws));
  for (let draw = 0; draw < options.draws; draw++) {
    options.progress?.(draw + 1);
    const rows = await drawnRows(compute, table.matrix.rows, options.seed, draw);
    const found = await largestJaccards(compute, table, { k, labels }, rows, wanted, {
      seed: rowHash(options.seed, draw),
      by: options.by,
    });
    found.forEach((jaccard, c) => (byDraw[c]![draw] = jaccard));
    await compute.breathe();
  }
  return byDraw.map((jaccards, c) => ({
    jaccard: sizes[c] === 0 ? Number.NaN : fixedSum(jaccards) / options.draws,
    dissolved: sizes[c] === 0 ? 0 : countWhere(jaccards, (jaccard) => jaccard <= 0.5),
    recovered: countWhere(jaccards, (jaccard) => jaccard > 0.75),
  }));
}

/** The distinct rows of a draw with replacement, rising. Leaves nothing in the numeric memory. */
export async function drawnRows(compute: Compute, rows: number, seed: number, draw: number): Promise<Int32Array> {
  const mark = compute.mark();
  const { key, stream } = randomKey(seed, `bootstrap ${draw}`);
  const draws = compute.i32(rows);
  const words = [key[0] >>> 0, key[1] >>> 0, stream >>> 0];
  await compute.run("drawRows", Math.ceil(rows / drawRowsBlock), [rows, rows, ...words, draws.byteOffset]);
  const drawn = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) drawn[draws[i]!] = 1;
  compute.release(mark);
  let count = 0;
  for (let row = 0; row < rows; row++) count += drawn[row]!;
  const distinct = new Int32Array(count);
  let place = 0;
  for (let row = 0; row < rows; row++) if (drawn[row] === 1) distinct[place++] = row;
  return distinct;
}

async function largestJaccards(
  compute: Compute,
  table: RowsWithWords,
  { k, labels }: Labeling,
  rows: Int32Array,
  wanted: number,
  { seed, by }: { readonly seed: number; readonly by: Refit },
): Promise<Float64Array> {
  const mark = compute.mark();
  try {
    const own = pickWithWords(compute, table, rows);
    const most = own.categories === null ? countDistinct(own.matrix, wanted) : wanted;
    const fit = await refit(compute, own, by, Math.min(wanted, most), seed);
    const given = new Float64Array(k);
    if (fit === null) return given;
    const clusters = fit.k;
    const fitted = new Float64Array(clusters);
    const both = new Float64Array(k * clusters);
    for (let i = 0; i < rows.length; i++) {
      const a = labels[rows[i]!]!;
      const b = fit.labels[i]!;
      if (a >= 0) given[a]!++;
      if (b < 0) continue;
      fitted[b]!++;
      if (a >= 0) both[a * clusters + b]!++;
    }
    return given.map((size, a) => {
      let largest = 0;
      for (let b = 0; b < clusters; b++) {
        const shared = both[a * clusters + b]!;
        if (shared > 0) largest = Math.max(largest, shared / (size + fitted[b]! - shared));
      }
      return largest;
    });
  } finally {
    compute.release(mark);
  }
}

function countLabels(labels: Labeling["labels"], k: number): number[] {
  const sizes = Array.from({ length: k }, () => 0);
  for (let i = 0; i < labels.length; i++) if (labels[i]! >= 0) sizes[labels[i]!]!++;
  return sizes;
}

function countWhere(values: Float64Array, holds: (value: number) => boolean): number {
  return values.reduce((count, value) => count + (holds(value) ? 1 : 0), 0);
}
