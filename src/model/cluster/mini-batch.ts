import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Matrix } from "../../core/matrix.ts";
import { countDistinct } from "../count-distinct.ts";
import { createRandom, type Random } from "../random.ts";
import { sum } from "../stats/sum.ts";
import type { BlockSource } from "./block-source.ts";
import { drawRows } from "./draw-rows.ts";
import { kMeans } from "./k-means.ts";
import type { Points } from "./prepared-points.ts";
import { nearestPrototypes, openPrototypes, sumsOf, totalCost, type PrototypeWork } from "./prototype-work.ts";

export interface MiniBatchOptions {
  /** Number of segments, at least 1. */
  readonly k: number;
  /** Rows of a step. */
  readonly batch: number;
  /** Starts of the k-means on the rows that the centres begin with. */
  readonly starts: number;
  /** Passes over the rows at most, beside the one that draws rows to begin with and the one that measures the result. */
  readonly maxIter: number;
  /** Share of the heaviest segment's weight below which a centre is put on a row by chance; 0: never. */
  readonly reassignmentRatio: number;
  /** Steps without a new least smoothed inertia after which the fit ends; null: never. */
  readonly maxNoImprovement: number | null;
  readonly seed: number;
  progress?(text: string): void;
}

/** scikit-learn's, but for `starts`. */
export const miniBatchDefaults = {
  batch: 1024,
  starts: 3,
  maxIter: 100,
  reassignmentRatio: 0.01,
  maxNoImprovement: 10,
} as const;

export interface MiniBatchResult {
  readonly k: number;
  /** k × columns, row-major: rows are labelled by `assign`, block by block. */
  readonly centres: Float64Array;
  /** Rows of the stream. */
  readonly rows: number;
  /** Weight of the rows of each segment. */
  readonly sizes: Float64Array;
  /** Weighted sum of squared distances of all rows to the nearest centre. */
  readonly inertia: number;
  readonly steps: number;
  /** Passes begun over the rows in search of better centres. */
  readonly passes: number;
  /** Whether it ended before `maxIter` passes. */
  readonly converged: boolean;
  /** Centres that were put on a row by chance. */
  readonly reassigned: number;
}

/**
 * k-means on a table larger than memory (Sculley 2010, Web-scale k-means clustering): each step takes the next rows of the stream,
 * finds the nearest centre of each, and moves every centre to the mean of all the rows it has taken so far. Conventions of
 * scikit-learn's MiniBatchKMeans: centres that take too few rows are put on rows of the batch by chance, and the fit ends when the
 * inertia of the batches, smoothed exponentially over half a pass, has not fallen for some steps. Unlike there, batches are rows in
 * the stream's order and not drawn, so the fit never ends before one whole pass; and the centres begin as those of k-means on 3
 * batches of rows drawn from the whole stream, with the weight of these.
 *
 * The same for any number of threads and however the stream is cut into blocks. Memory O(batch · columns + k · columns); at least
 * three passes over the stream. Values must not be NaN or infinite; weights act as repeated rows. Throws `no-rows`, and
 * `too-many-segments` when k exceeds the distinct rows among those that it begins with.
 */
export async function fitMiniBatch(
  compute: Compute,
  source: BlockSource,
  options: MiniBatchOptions,
): Promise<MiniBatchResult> {
  const { k, seed } = options;
  const mark = compute.mark();
  try {
    const drawn = await drawRows(source, Math.max(3 * options.batch, 10 * k), seed);
    const like = { rows: drawn.count, columns: numbersTo(source.columns), values: compute.f64(drawn.values.length) };
    like.values.set(drawn.values);
    const begun = await firstCentres(compute, { matrix: like, weights: drawn.weights }, options);
    const work = openBatch(compute, like, Math.min(options.batch, drawn.rows), k);
    work.centres.set(begun.centres);
    const state = { counts: begun.counts, random: createRandom(seed, "mini-batch"), draws: 0, sinceReassign: 0 };
    const search = await improve(work, source, state, drawn.rows, options);
    return { k, centres: work.centres.slice(), rows: drawn.rows, ...search, ...(await measure(work, source)) };
  } finally {
    compute.release(mark);
  }
}

interface DrawnPoints extends Points {
  readonly weights: Float64Array;
}

/** A batch, in the numeric memory, whose rows and weights are filled in by the caller. */
interface Batch extends PrototypeWork {
  readonly weights: Float64Array;
  readonly labels: Int32Array;
}

interface State {
  /** Weight of the rows that each centre has taken. */
  readonly counts: Float64Array;
  readonly random: Random;
  draws: number;
  sinceReassign: number;
}

async function firstCentres(compute: Compute, { matrix, weights }: DrawnPoints, { k, starts, seed }: MiniBatchOptions) {
  const { rows, values } = matrix;
  if (!(sum(weights) > 0)) throw new SegmentError("no-rows", "no row has a weight above 0");
  const distinct = countDistinct({ rows, values }, k, weights);
  if (distinct < k) {
    const among = `only ${distinct} distinct rows among the ${rows} to begin with`;
    throw new SegmentError("too-many-segments", `${k} segments asked for, but ${among}`, {
      hint: `ask for at most ${distinct} segments (--k), or use more columns`,
    });
  }
  const mark = compute.mark();
  const fit = await kMeans(compute, { matrix, weights }, { k, starts, maxIter: 300, tol: 1e-4, seed, init: null });
  const counts = new Float64Array(k);
  for (let i = 0; i < rows; i++) counts[fit.labels[i]!]! += weights[i]!;
  compute.release(mark);
  return { centres: fit.centres, counts };
}

function openBatch(compute: Compute, like: Matrix, rows: number, k: number): Batch {
  const labels = compute.i32(rows);
  const weights = compute.f64(rows);
  const matrix = { rows, columns: like.columns, values: compute.f64(rows * like.columns.length) };
  const none = { rows, columns: [], codes: compute.i32(0), sizes: [] };
  return { ...openPrototypes(compute, { matrix, weights }, none, k, 0, { like }), weights, labels };
}

/**
 * Fills the batch with the next rows of the stream, of which `filled` are left from before, and uses it whenever it is full, until
 * that says it is done; how many rows are left at the end.
 */
async function eachBatch(
  batch: Batch,
  source: BlockSource,
  left: number,
  use: () => boolean,
): Promise<{ readonly left: number; readonly done: boolean }> {
  let filled = left;
  await source.restart();
  for (let points = await source.next(); points !== null; points = await source.next()) {
    for (let from = 0; from < points.matrix.rows;) {
      const taken = fillRows(batch, filled, points, from);
      from += taken;
      filled += taken;
      if (filled < batch.rows) break;
      filled = 0;
      if (use()) return { left: 0, done: true };
      await batch.compute.breathe();
    }
  }
  return { left: filled, done: false };
}

async function improve(
  work: Batch,
  source: BlockSource,
  state: State,
  rows: number,
  options: MiniBatchOptions,
): Promise<Pick<MiniBatchResult, "steps" | "passes" | "converged" | "reassigned">> {
  const alpha = Math.min(1, (2 * work.rows) / (rows + 1));
  let smoothed = Infinity;
  let least = Infinity;
  let withoutImprovement = 0;
  let reassigned = 0;
  let steps = 0;
  let passes = 0;
  const step = (): boolean => {
    const weight = sum(work.weights);
    if (weight === 0) return false;
    nearestPrototypes(work, work.labels);
    const inertia = totalCost(work) / weight;
    moveCentres(work, state.counts);
    reassigned += reassign(work, state, options);
    steps++;
    options.progress?.(`mini-batch k-means: k = ${work.k}, pass ${passes}, step ${steps}`);
    smoothed = smoothed === Infinity ? inertia : smoothed * (1 - alpha) + inertia * alpha;
    withoutImprovement = smoothed < least ? 0 : withoutImprovement + 1;
    least = Math.min(least, smoothed);
    return passes > 1 && withoutImprovement >= (options.maxNoImprovement ?? Infinity);
  };
  let search = { left: 0, done: false };
  while (passes < options.maxIter && !search.done) {
    passes++;
    search = await eachBatch(work, source, search.left, step);
  }
  return { steps, passes, converged: search.done, reassigned };
}

/** Copies as many rows as the batch has room for, from row `from` on; how many these are. */
function fillRows(batch: Batch, filled: number, { matrix, weights }: Points, from: number): number {
  const count = Math.min(batch.rows - filled, matrix.rows - from);
  for (let j = 0; j < batch.columns; j++) {
    const at = j * matrix.rows + from;
    batch.values.set(matrix.values.subarray(at, at + count), j * batch.rows + filled);
  }
  if (weights === null) batch.weights.fill(1, filled, filled + count);
  else batch.weights.set(weights.subarray(from, from + count), filled);
  return count;
}

function moveCentres(work: Batch, counts: Float64Array): void {
  const { k, columns, width, centres, shift } = work;
  const total = sumsOf(work);
  for (let c = 0; c < k; c++) {
    const weight = total[c * width + columns]!;
    if (!(weight > 0)) continue;
    counts[c]! += weight;
    for (let j = 0; j < columns; j++) {
      const centre = centres[c * columns + j]!;
      const gap = total[c * width + j]! + (shift[j]! - centre) * weight;
      centres[c * columns + j] = centre + gap / counts[c]!;
    }
  }
}

/** Puts centres of too little weight on rows of the batch, no more than half of these; how many. */
function reassign(work: Batch, state: State, { k, reassignmentRatio }: MiniBatchOptions): number {
  const { counts } = state;
  state.sinceReassign += work.rows;
  if (state.sinceReassign < 10 * k && !counts.includes(0)) return 0;
  state.sinceReassign = 0;
  const heaviest = counts.reduce((most, n) => Math.max(most, n), 0);
  const bound = Math.min(reassignmentRatio, 1) * heaviest;
  const carried = work.weights.reduce((n, w) => n + (w > 0 ? 1 : 0), 0);
  const light = Array.from({ length: k }, (_, c) => c)
    .filter((c) => counts[c]! < bound)
    .sort((a, b) => counts[a]! - counts[b]! || a - b)
    .slice(0, Math.floor(carried / 2));
  if (light.length === 0) return 0;
  const rest = counts.filter((_, c) => !light.includes(c)).reduce((least, n) => Math.min(least, n), Infinity);
  const chosen = new Set<number>();
  for (const c of light) {
    let row = Math.floor(state.random.uniform(state.draws++) * work.rows);
    while (chosen.has(row) || work.weights[row] === 0) row = (row + 1) % work.rows;
    chosen.add(row);
    for (let j = 0; j < work.columns; j++) work.centres[c * work.columns + j] = work.values[j * work.rows + row]!;
    counts[c] = rest;
  }
  return light.length;
}

/** One pass that changes nothing. */
async function measure(work: Batch, source: BlockSource): Promise<Pick<MiniBatchResult, "inertia" | "sizes">> {
  const { k, width, columns } = work;
  const sizes = new Float64Array(k);
  const parts: number[] = [];
  const take = (): boolean => {
    nearestPrototypes(work, work.labels);
    parts.push(totalCost(work));
    const total = sumsOf(work);
    for (let c = 0; c < k; c++) sizes[c]! += total[c * width + columns]!;
    return false;
  };
  const { left } = await eachBatch(work, source, 0, take);
  if (left > 0) {
    work.weights.fill(0, left);
    take();
  }
  return { inertia: sum(Float64Array.from(parts)), sizes };
}

function numbersTo(count: number): string[] {
  return Array.from({ length: count }, (_, j) => `${j}`);
}
