import type { Compute } from "../../core/compute.ts";
import { inMemory } from "../in-memory.ts";
import { kneedle } from "../metrics/kneedle.ts";
import { smallestHashes } from "../metrics/structure-sample.ts";
import { kdTree } from "../neighbours/kd-tree.ts";
import { squaredCoreDistances } from "../neighbours/mutual-reachability.ts";
import { pickRows } from "../pick-rows.ts";
import { hdbscan } from "./hdbscan/hdbscan.ts";
import type { Points } from "./prepared-points.ts";
import { proposeSizes, rowsOf } from "./propose-density.ts";
import { standingSegments, type StandingSegments } from "./standing-segments.ts";

export interface ProposedEpsilon {
  readonly epsilon: number;
  /** The share of rows that are core points at ε. */
  readonly coreShare: number;
  /** HDBSCAN's segments that stand apart at ε; null where no two ever do. */
  readonly segments: number | null;
  /** Where there are no segments: whether the k-distance curve has a knee; without one ε holds the densest 90 % of the rows. */
  readonly hasKnee: boolean;
}

/** Rows that the tree of densities is built of at most. */
const treeRows = 50_000;

/**
 * ε for DBSCAN. Of the radii at which the most rows stand in HDBSCAN's segments, apart from one another
 * (`standingSegments`), the one about which the fewest rows begin or cease to be core points: the flattest place of the
 * k-distance curve (Ester et al. 1996), which lies between what is dense and what is scattered. Where fewer than two
 * segments are to be found, the knee of that curve (Satopää et al. 2011).
 *
 * The curve holds each row's distance to its `minSamples`th row, itself included. Whole weights from 1 act as repeated
 * rows there, others count as one row. Above 50,000 rows the tree is of so many drawn by hash, and the radius found among
 * them is made smaller as the median of the curve of all rows is. Null where no row has so many rows at a
 * distance above 0. Costs one fit of HDBSCAN.
 */
export async function proposeEpsilon(
  compute: Compute,
  points: Points,
  minSamples: number,
  seed: number,
): Promise<ProposedEpsilon | null> {
  const { matrix } = points;
  const { rows, columns } = matrix;
  if (rows === 0 || columns.length === 0) return null;
  const isWhole = points.weights?.every((weight) => Number.isInteger(weight) && weight >= 1) ?? false;
  const counted: Points = { matrix, weights: isWhole ? points.weights : null };
  const drawn = smallestHashes(rows, treeRows, seed);
  const isAll = drawn.length === rows;
  const mark = compute.mark();
  try {
    const sample = isAll ? counted : pick(compute, counted, drawn);
    const minClusterSize = proposeSizes(rowsOf(sample), columns.length).minClusterSize;
    const how = { minClusterSize, minSamples, selection: "eom", selectionEpsilon: 0, allowSingle: false } as const;
    const fit = await hdbscan(compute, sample, how);
    const distances = isAll ? fit.coreDistances : await coreDistances(compute, counted, minSamples);
    const reached = reachedDistances(distances);
    if (reached.length === 0) return null;
    const coreShare = (epsilon: number): number => shareWithin(distances, counted.weights, epsilon);
    const drawnReached = isAll ? reached : reachedDistances(fit.coreDistances);
    const flattest = flattestRadius(standingSegments(fit, sample.weights), drawnReached);
    if (flattest === null) {
      const { epsilon, hasKnee } = kneeOf(reached);
      return { epsilon, coreShare: coreShare(epsilon), segments: null, hasKnee };
    }
    const { radius, segments } = flattest;
    const epsilon = isAll ? radius : (radius * middle(reached)) / middle(drawnReached);
    return { epsilon, coreShare: coreShare(epsilon), segments, hasKnee: false };
  } finally {
    compute.release(mark);
  }
}

function pick(compute: Compute, { matrix, weights }: Points, drawn: Uint32Array): Points {
  return {
    matrix: pickRows(compute, matrix, drawn),
    weights: weights === null ? null : Float64Array.from(drawn, (row) => weights[row]!),
  };
}

/** By row, in the order of the tree; 0 for rows that coincide with enough others, infinite where there are not so many rows. */
async function coreDistances(compute: Compute, { matrix, weights }: Points, minSamples: number): Promise<Float64Array> {
  const tree = kdTree(compute, inMemory(compute, matrix.values), matrix.rows);
  await compute.breathe();
  const placed = weights === null ? null : compute.f64(matrix.rows);
  if (weights !== null) tree.order.forEach((row, position) => (placed![position] = weights[row]!));
  const squares = await squaredCoreDistances(compute, tree, placed, minSamples);
  const distances = new Float64Array(matrix.rows);
  tree.order.forEach((row, position) => (distances[row] = Math.sqrt(squares[position]!) / tree.scale));
  return distances;
}

/** Rising, without 0 and infinity. */
function reachedDistances(distances: Float64Array): Float64Array {
  return distances.filter((distance) => distance > 0 && distance < Infinity).sort();
}

function middle(rising: Float64Array): number {
  return rising[rising.length >> 1]!;
}

function shareWithin(distances: Float64Array, weights: Float64Array | null, radius: number): number {
  let within = 0;
  let all = 0;
  distances.forEach((distance, row) => {
    const weight = weights?.[row] ?? 1;
    all += weight;
    if (distance <= radius) within += weight;
  });
  return within / all;
}

/** Radii that are looked at in each range. */
const radii = 400;

/**
 * Of the ranges, the radius with the fewest distances about it, on a logarithmic scale; of equals the middle of the longest
 * stretch. Null without ranges above the least distance that is not 0.
 */
function flattestRadius(
  ranges: readonly StandingSegments[],
  rising: Float64Array,
): { readonly radius: number; readonly segments: number } | null {
  if (ranges.length === 0 || rising.length === 0) return null;
  const logs = rising.map(Math.log);
  const half = bandwidth(logs);
  const best = { changing: Infinity, length: 0, radius: 0, segments: 0 };
  for (const { from, to, segments } of ranges) {
    const low = Math.max(Math.log(from), logs[0]!);
    const step = (Math.log(to) - low) / radii;
    if (!(step > 0)) continue;
    let begun = 0;
    let before = -1;
    for (let n = 0; n < radii; n++) {
      const at = low + n * step;
      const changing = countUpTo(logs, at + half) - countUpTo(logs, at - half);
      if (changing !== before) begun = n;
      before = changing;
      const length = (n - begun + 1) * step;
      if (changing > best.changing || (changing === best.changing && length <= best.length)) continue;
      Object.assign(best, { changing, length, radius: Math.exp((at + low + begun * step) / 2), segments });
    }
  }
  return best.radius > 0 ? best : null;
}

/** Of the ordered numbers, by Silverman's rule of thumb (1986, 3.31). */
function bandwidth(ordered: Float64Array): number {
  const n = ordered.length;
  const mean = ordered.reduce((sum, x) => sum + x, 0) / n;
  const deviation = Math.sqrt(ordered.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
  const quarters = ordered[Math.floor(0.75 * (n - 1))]! - ordered[Math.floor(0.25 * (n - 1))]!;
  return 0.9 * (quarters > 0 ? Math.min(deviation, quarters / 1.34) : deviation) * n ** -0.2;
}

/** How many of the rising numbers are at most so large. */
function countUpTo(rising: Float64Array, most: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle]! <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Points of the k-distance curve that the knee is looked for on. */
const curvePoints = 1000;

/** The knee of the rising distances, all above 0, drawn as the falling curve. */
function kneeOf(rising: Float64Array): { readonly epsilon: number; readonly hasKnee: boolean } {
  const count = Math.min(curvePoints, rising.length);
  const at = (n: number): number => (count === 1 ? 0 : Math.round((n * (rising.length - 1)) / (count - 1)));
  const curve = Array.from({ length: count }, (_, n) => rising[rising.length - 1 - at(n)]!);
  const knee = kneedle(
    curve.map((_, n) => n),
    curve,
  );
  return { epsilon: curve[knee ?? Math.floor(count / 10)]!, hasKnee: knee !== null };
}
