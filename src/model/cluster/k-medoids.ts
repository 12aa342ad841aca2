import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { medoidGainBlock } from "../kernels/medoid-gain.ts";
import { createRandom } from "../random.ts";
import { sum } from "../stats/sum.ts";
import { euclideanSpace, type MedoidCaches, type MedoidSpace } from "./medoid-space.ts";
import type { Points } from "./prepared-points.ts";

export interface KMedoidsOptions {
  /** Number of segments, at least 2. */
  readonly k: number;
  /** Independent starts; the one of least deviation is kept, of equals the first. Not used with `init`. */
  readonly starts: number;
  /** Passes over all candidates at most. */
  readonly maxIter: number;
  readonly seed: number;
  /** Starting medoids, as rows; null: the first by chance, each next with a chance that grows with its distance. */
  readonly init: readonly number[] | null;
  /** How far rows are from one another; absent: `euclideanSpace`. */
  readonly space?: MedoidSpace;
  progress?(text: string): void;
}

export interface KMedoidsResult {
  readonly k: number;
  /** The row that each segment is about. */
  readonly medoids: Int32Array;
  /** Segment of each point, from 0; in the numeric memory. */
  readonly labels: Int32Array;
  /** Weighted sum of the distances to the own medoid. */
  readonly deviation: number;
  /** Medoids that were replaced. */
  readonly swaps: number;
  /** Passes over all candidates, the last one begun included. */
  readonly passes: number;
  readonly converged: boolean;
}

/**
 * k-medoids by FasterPAM (Schubert and Rousseeuw 2021, Fast and eager k-medoids clustering, Information Systems 101): each row
 * in turn takes the place of a medoid at once where that lowers the total deviation, until no row does. Distances, in f64 and
 * Euclidean where no other space is given, are computed where they are needed: O(n) memory beside the points, O(n²·d) time a pass. A row belongs to the nearest
 * medoid, ties to the lowest segment. Weights act as repeated rows. The same for any number of threads. Throws
 * `too-many-segments` when k exceeds the distinct rows of positive weight.
 */
export async function kMedoids(compute: Compute, points: Points, options: KMedoidsOptions): Promise<KMedoidsResult> {
  const labels = compute.i32(points.matrix.rows);
  const mark = compute.mark();
  try {
    const work = openWork(compute, points, options);
    const starts = options.init === null ? options.starts : 1;
    let best: Omit<KMedoidsResult, "labels"> | null = null;
    for (let start = 0; start < starts; start++) {
      work.medoids.set(options.init ?? drawMedoids(work, options.seed, start));
      place(work);
      const { swaps, passes, converged } = await improve(compute, work, options);
      const deviation = deviationOf(work);
      if (best !== null && !(deviation < best.deviation)) continue;
      best = { k: options.k, medoids: work.medoids.slice(), deviation, swaps, passes, converged };
      labels.set(work.nearest);
    }
    if (best === null) throw new SegmentError("bug", "k-medoids was asked for no start");
    return { ...best, labels };
  } finally {
    compute.release(mark);
  }
}

/** Share of the deviation that a swap must gain. */
const roundingShare = 1e-13;

/** By row: the nearest medoid, its distance, and that of the second. */
interface Work extends MedoidCaches {
  readonly rows: number;
  readonly space: MedoidSpace;
  readonly medoids: Int32Array;
  readonly runnerUp: Int32Array;
}

function openWork(compute: Compute, points: Points, { k, space }: KMedoidsOptions): Work {
  const { rows } = points.matrix;
  const blocks = Math.ceil(rows / medoidGainBlock);
  const weights = points.weights === null ? null : compute.f64(rows);
  if (points.weights !== null) weights!.set(points.weights);
  return {
    rows,
    space: space ?? euclideanSpace(compute, points),
    k,
    medoids: new Int32Array(k),
    weights,
    nearest: compute.i32(rows),
    runnerUp: compute.i32(rows),
    own: compute.f64(rows),
    second: compute.f64(rows),
    distances: compute.f64(rows),
    changes: compute.f64(blocks * (k + 1)),
    blocks,
  };
}

/** k rows of positive weight, no two equal. */
function drawMedoids(work: Work, seed: number, start: number): Int32Array {
  const { rows, k, own, distances, weights } = work;
  const random = createRandom(seed, `k-medoids ${start}`);
  const chances = new Float64Array(rows);
  const medoids = new Int32Array(k);
  for (let c = 0; c < k; c++) {
    for (let i = 0; i < rows; i++) chances[i] = (c === 0 ? 1 : own[i]!) * (weights === null ? 1 : weights[i]!);
    const row = drawRow(chances, random.uniform(c));
    if (row < 0) {
      throw new SegmentError("too-many-segments", `${k} segments asked for, but only ${c} distinct rows`, {
        hint: `ask for at most ${c} segments (--k), or use more columns`,
      });
    }
    medoids[c] = row;
    work.space.tryCandidate(row, work);
    if (c === 0) own.set(distances);
    else for (let i = 0; i < rows; i++) own[i] = Math.min(own[i]!, distances[i]!);
  }
  return medoids;
}

/** The row at a share of the total of all chances; -1 where that is 0. */
function drawRow(chances: Float64Array, uniform: number): number {
  let left = uniform * sum(chances);
  let last = -1;
  for (let i = 0; i < chances.length; i++) {
    if (!(chances[i]! > 0)) continue;
    last = i;
    left -= chances[i]!;
    if (left < 0) return i;
  }
  return last;
}

/** Places every row by the medoids that there are. */
function place(work: Work): void {
  const { k, medoids, nearest, runnerUp, own, second, distances } = work;
  own.fill(Infinity);
  second.fill(Infinity);
  for (let c = 0; c < k; c++) {
    work.space.tryCandidate(medoids[c]!, work);
    for (let i = 0; i < own.length; i++) {
      const distance = distances[i]!;
      if (distance < own[i]!) {
        second[i] = own[i]!;
        runnerUp[i] = nearest[i]!;
        own[i] = distance;
        nearest[i] = c;
      } else if (distance < second[i]!) {
        second[i] = distance;
        runnerUp[i] = c;
      }
    }
  }
}

async function improve(
  compute: Compute,
  work: Work,
  { maxIter, progress }: KMedoidsOptions,
): Promise<Pick<KMedoidsResult, "swaps" | "passes" | "converged">> {
  const { rows, k, medoids, changes, blocks } = work;
  const isMedoid = new Uint8Array(rows);
  for (const row of medoids) isMedoid[row] = 1;
  const removal = removals(work);
  const column = new Float64Array(blocks);
  const total = (slot: number): number => {
    for (let b = 0; b < blocks; b++) column[b] = changes[b * (k + 1) + slot]!;
    return sum(column);
  };
  // What rounding alone may show is no gain.
  let smallest = -roundingShare * deviationOf(work);
  let swaps = 0;
  let sinceSwap = 0;
  for (let pass = 0; pass < maxIter; pass++) {
    for (let candidate = 0; candidate < rows && sinceSwap < rows; candidate++) {
      sinceSwap++;
      if (isMedoid[candidate] === 1 || work.weights?.[candidate] === 0) continue;
      if (candidate % 64 === 0) await compute.breathe();
      work.space.tryCandidate(candidate, work);
      let worst = 0;
      let least = Infinity;
      for (let c = 0; c < k; c++) {
        const change = removal[c]! + total(1 + c);
        if (change < least) [worst, least] = [c, change];
      }
      if (!(least + total(0) < smallest)) continue;
      isMedoid[medoids[worst]!] = 0;
      isMedoid[candidate] = 1;
      medoids[worst] = candidate;
      swap(work, worst);
      removal.set(removals(work));
      smallest = -roundingShare * deviationOf(work);
      swaps++;
      sinceSwap = 0;
    }
    if (sinceSwap >= rows) return { swaps, passes: pass + 1, converged: true };
    progress?.(`k-medoids: k = ${k}, ${swaps} swaps`);
  }
  return { swaps, passes: maxIter, converged: false };
}

/** What the removal of each medoid alone costs: its rows go to their second. */
function removals({ k, nearest, own, second, weights }: Work): Float64Array {
  const costs = new Float64Array(k);
  for (let i = 0; i < own.length; i++)
    costs[nearest[i]!]! += (second[i]! - own[i]!) * (weights === null ? 1 : weights[i]!);
  return costs;
}

/** Places the rows after medoid `c` has become the last candidate. */
function swap(work: Work, c: number): void {
  const { rows, k, medoids, nearest, runnerUp, own, second, distances, space } = work;
  for (let i = 0; i < rows; i++) {
    const distance = distances[i]!;
    const [isOwn, isSecond] = [nearest[i] === c, runnerUp[i] === c];
    if (!isOwn && !isSecond) {
      if (isNearer(distance, c, own[i]!, nearest[i]!)) {
        second[i] = own[i]!;
        runnerUp[i] = nearest[i]!;
        own[i] = distance;
        nearest[i] = c;
      } else if (isNearer(distance, c, second[i]!, runnerUp[i]!)) {
        second[i] = distance;
        runnerUp[i] = c;
      }
      continue;
    }
    // One of the two is gone: look at all.
    let [first, to1, next, to2] = [-1, Infinity, -1, Infinity];
    for (let m = 0; m < k; m++) {
      const to = m === c ? distance : space.distance(i, medoids[m]!);
      if (to < to1) [first, to1, next, to2] = [m, to, first, to1];
      else if (to < to2) [next, to2] = [m, to];
    }
    nearest[i] = first;
    own[i] = to1;
    runnerUp[i] = next;
    second[i] = to2;
  }
}

/** Ties go to the lowest segment. */
function isNearer(distance: number, c: number, than: number, other: number): boolean {
  return distance < than || (distance === than && c < other);
}

function deviationOf({ own, weights }: Work): number {
  return sum(own, weights);
}
