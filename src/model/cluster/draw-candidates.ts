import type { Compute } from "../../core/compute.ts";
import { candidateScratch } from "../kernels/nearest-candidate.ts";
import { distinctWeights } from "./distinct-weights.ts";
import type { PreparedPoints } from "./prepared-points.ts";
import { drawKey, uniformDraw, writeRowIds, type RowIds } from "./row-hash.ts";

/** Distinct rows that stand for all, in the order they were drawn. */
export interface Candidates {
  /** m × columns, row-major, in the data's units. */
  readonly values: Float64Array;
  /** Sum of the weights of the rows nearest to each (of equals to the earlier); none is 0. */
  readonly weights: Float64Array;
}

/** Rounds of drawing; more follow only where they have not found as many candidates as there shall be centres. */
export const rounds = 5;
/** After so many a round takes the row of largest weight × squared distance. */
const mostRounds = 100;
const blockRows = 4096;
/** Values of candidates that a pass over the rows takes: they stay in a core's cache. */
const passValues = 2048;

/** Candidates that a round draws on average: l of the paper, which recommends a small multiple of k. */
export function oversampling(k: number): number {
  return 2 * k;
}

/** Candidates that a round takes at most, those of least value: only rows that share their ids are ever so many. */
export function mostDrawn(k: number): number {
  return 100 * oversampling(k);
}

/**
 * Candidates for k centres by the rounds of k-means‖ (Bahmani, Moseley, Vattani, Kumar, Vassilvitskii 2012, Scalable
 * K-Means++, algorithm 2, steps 1–7): each row is drawn by itself, with chance l × weight × squared distance to the
 * nearest candidate so far ÷ the sum of these. Whether it is drawn depends on its values and the seed (`row-hash.ts`),
 * so the order of the rows, and a row repeated or weighted, change no draw. At least k where there are k distinct rows.
 *
 * Costs at most about 10 k squared distances a row in all, and 28 bytes a row of the numeric memory while it runs.
 */
export async function drawCandidates(
  compute: Compute,
  points: PreparedPoints,
  k: number,
  seed: number,
): Promise<Candidates> {
  const mark = compute.mark();
  try {
    const weights = distinctWeights(compute, points);
    const ids = { first: compute.i32(points.rows), second: compute.i32(points.rows) };
    writeRowIds(points.values, points.rows, points.columns, ids);
    const state = openState(compute, points, weights);
    const found = [firstRow(points, weights, ids, drawKey(seed, 0))];
    let total = await lowerDistances(compute, points, state, found, 0);
    for (let round = 1; total > 0 && (round <= rounds || found.length < k); round++) {
      const drawn =
        round <= mostRounds
          ? drawRows(points, state, ids, drawKey(seed, round), oversampling(k) / total).slice(0, mostDrawn(k))
          : [heaviestRow(points, state)];
      if (drawn.length > 0) total = await lowerDistances(compute, points, state, drawn, found.length);
      for (const row of drawn) found.push(row);
    }
    for (const row of restRows(points, weights, found, k)) found.push(row);
    // Each its own, also where the squared distance to another underflows.
    found.forEach((row, n) => (state.nearest[row] = n));
    const totals = new Float64Array(found.length);
    for (let i = 0; i < points.rows; i++) totals[state.nearest[i]!]! += weights[i]!;
    return { values: rowValues(points, found, 1), weights: totals };
  } finally {
    compute.release(mark);
  }
}

/** By row, in the numeric memory. */
interface State {
  readonly weights: Float64Array;
  /** Squared distance to the nearest candidate, in units of 1/scale². */
  readonly closest: Float64Array;
  /** Number of that candidate. */
  readonly nearest: Int32Array;
}

function openState(compute: Compute, { rows }: PreparedPoints, weights: Float64Array): State {
  const closest = compute.f64(rows);
  closest.fill(Infinity);
  return { weights, closest, nearest: compute.i32(rows) };
}

/** The row of the least -ln(u) / weight: drawn by weight (Efraimidis and Spirakis 2006). */
function firstRow(points: PreparedPoints, weights: Float64Array, ids: RowIds, key: number): number {
  let first = -1;
  let least = Infinity;
  for (let i = 0; i < points.rows; i++) {
    const weight = weights[i]!;
    if (weight === 0) continue;
    const wait = -Math.log(uniformDraw(ids.first[i]!, ids.second[i]!, key)) / weight;
    if (wait > least || (wait === least && first >= 0 && compareRows(points, first, i) < 0)) continue;
    least = wait;
    first = i;
  }
  return first;
}

/** Takes new candidates, the first of them number `from`, into the state; gives the weighted sum of `closest`. */
async function lowerDistances(
  compute: Compute,
  points: PreparedPoints,
  { weights, closest, nearest }: State,
  added: readonly number[],
  from: number,
): Promise<number> {
  const { rows, columns, values, scale } = points;
  const mark = compute.mark();
  const blocks = Math.ceil(rows / blockRows);
  const most = Math.max(1, Math.floor(passValues / columns));
  const candidates = compute.f64(Math.min(most, added.length) * columns);
  const out = compute.f64(blocks);
  const scratchBytes = Math.ceil(candidateScratch(columns) / 64) * 64;
  const scratch = compute.u8(scratchBytes * compute.threads);
  const data = [rows, columns, blockRows, values.byteOffset, weights.byteOffset, candidates.byteOffset];
  const rest = [scale, closest.byteOffset, nearest.byteOffset, out.byteOffset, scratch.byteOffset, scratchBytes];
  for (let at = 0; at < added.length; at += most) {
    const part = added.slice(at, at + most);
    candidates.set(rowValues(points, part, scale));
    compute.run("nearestCandidate", blocks, [...data, part.length, from + at, ...rest]);
    await compute.breathe();
  }
  const total = out.reduce((sum, part) => sum + part, 0);
  compute.release(mark);
  return total;
}

/** The rows whose draw is below `factor` × weight × squared distance, by value. */
function drawRows(
  points: PreparedPoints,
  { weights, closest }: State,
  ids: RowIds,
  key: number,
  factor: number,
): number[] {
  const drawn: number[] = [];
  for (let i = 0; i < points.rows; i++) {
    const chance = weights[i]! * closest[i]! * factor;
    if (chance > 0 && uniformDraw(ids.first[i]!, ids.second[i]!, key) < chance) drawn.push(i);
  }
  return drawn.sort((a, b) => compareRows(points, a, b));
}

function heaviestRow(points: PreparedPoints, { weights, closest }: State): number {
  let heaviest = -1;
  let most = 0;
  for (let i = 0; i < points.rows; i++) {
    const share = weights[i]! * closest[i]!;
    if (share < most || share === 0 || (share === most && compareRows(points, heaviest, i) < 0)) continue;
    most = share;
    heaviest = i;
  }
  return heaviest;
}

/** The rows of least value that complete k where squared distances underflow. */
function restRows(points: PreparedPoints, weights: Float64Array, found: readonly number[], k: number): number[] {
  if (found.length >= k) return [];
  const taken = new Set(found);
  const rest: number[] = [];
  for (let i = 0; i < points.rows; i++) if (weights[i]! > 0 && !taken.has(i)) rest.push(i);
  return rest.sort((a, b) => compareRows(points, a, b)).slice(0, k - found.length);
}

/** By values in column order; rows of the state are distinct, so never 0. */
function compareRows({ rows, columns, values }: PreparedPoints, a: number, b: number): number {
  for (let j = 0; j < columns; j++) {
    const difference = values[j * rows + a]! - values[j * rows + b]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The listed rows, row-major, times `factor`. */
function rowValues({ rows, columns, values }: PreparedPoints, list: readonly number[], factor: number): Float64Array {
  const out = new Float64Array(list.length * columns);
  list.forEach((row, n) => {
    for (let j = 0; j < columns; j++) out[n * columns + j] = values[j * rows + row]! * factor + 0;
  });
  return out;
}
