import type { Compute } from "../../core/compute.ts";
import type { Points } from "../cluster/prepared-points.ts";
import { sum } from "../stats/sum.ts";
import { anchorDraw } from "./anchors.ts";
import { distanceSums, frameOf, sumPlace } from "./distance-sums.ts";
import type { Anchors, Frame } from "./distance-sums.ts";
import { areCounts, ownWeight, segmentWeights } from "./labeling.ts";
import type { Labeling } from "./labeling.ts";
import { anchorQuotas, sampledMean } from "./stratified-mean.ts";
import { segmentSilhouettes } from "./segment-silhouette.ts";
import type { SegmentSilhouette } from "./segment-silhouette.ts";

/** The silhouette of one labelling. */
export interface Silhouette {
  /** Mean over all rows, under their weights. */
  readonly mean: number;
  /** 95 % interval of the anchors' sampling, and of nothing else; null when exact. */
  readonly ci95: readonly [number, number] | null;
  /** Rows whose silhouette was computed, each against all rows; null when that is every row. */
  readonly anchors: number | null;
  /** By segment, 0 … k-1. */
  readonly segments: readonly SegmentSilhouette[];
  /** By point, when exact. */
  readonly rows: Float64Array | null;
}

export interface SilhouetteOptions {
  readonly seed: number;
  /** Half-width of the interval that anchors are added for. Default .01. */
  readonly halfWidth?: number;
  /** Anchors per segment at least, or all its rows. Default 50; down to 10 where very many segments and rows meet. */
  readonly anchorsPerSegment?: number;
}

/** Points up to which silhouettes are always exact; beyond, as long as all pairs stay within `exactWork`. */
const exactPoints = 5000;
const exactWork = 5e9;
/** Pairs of anchor and row, times columns, that are spent at most on narrowing the intervals. */
const anchorWork = 4e11;
const roundsMaximum = 5;

/** Whether `silhouettes` computes every row's against every other: up to 5,000 points, about 20,000 of 8 columns. */
export function isExact(rows: number, columns: number): boolean {
  return rows <= exactPoints || rows * rows * (columns + 4) <= exactWork;
}

/**
 * Silhouettes (Rousseeuw 1987; Euclidean) of several labellings of the same points, in one pass over the distances.
 *
 * Few points (`isExact`): exact, in f64. Many: of anchors, each against all points (f32 distances, f64 sums). Anchors
 * are drawn in each segment by the hash of the row index and the seed, at least `anchorsPerSegment`, then as many as
 * the first ones' spread says are needed for `halfWidth` (Neyman's allocation); the interval is that of the stratified
 * mean, with finite population correction. Where the cost would pass about 10^12 operations anchors end sooner, and
 * the interval is as wide as it then is.
 *
 * Weights are frequencies: integer weights give the exact result of the repeated rows. Weights that are not counts
 * leave out only the row itself. The silhouette of a singleton is 0, as is every silhouette when one segment holds all.
 */
export async function silhouettes(
  compute: Compute,
  points: Points,
  labelings: readonly Labeling[],
  options: SilhouetteOptions,
): Promise<Silhouette[]> {
  const judges = labelings.map((labeling) => judgeOf(points, labeling));
  if (isExact(points.matrix.rows, points.matrix.columns.length))
    return exactSilhouettes(compute, points, labelings, judges);
  return anchoredSilhouettes(compute, points, labelings, judges, options);
}

async function exactSilhouettes(
  compute: Compute,
  points: Points,
  labelings: readonly Labeling[],
  judges: readonly Judge[],
): Promise<Silhouette[]> {
  const values = await silhouettesOf(compute, points, labelings, judges, everyRow(points), frameOf(points, "f64"));
  return labelings.map((labeling, l) => {
    const own = values[l]!;
    const members: number[][] = Array.from({ length: labeling.k }, () => []);
    for (let i = 0; i < own.length; i++) members[labeling.labels[i]!]!.push(i);
    const segments = segmentSilhouettes(members, (row) => own[row]!, points.weights);
    return { mean: weightedMean(own, points.weights), ci95: null, anchors: null, segments, rows: own };
  });
}

function everyRow({ matrix }: Points): Anchors {
  return { matrix, rows: Uint32Array.from({ length: matrix.rows }, (_, i) => i) };
}

function weightedMean(values: Float64Array, weights: Float64Array | null): number {
  const total = weights === null ? values.length : sum(weights);
  return total > 0 ? sum(values, weights) / total : 0;
}

async function anchoredSilhouettes(
  compute: Compute,
  points: Points,
  labelings: readonly Labeling[],
  judges: readonly Judge[],
  options: SilhouetteOptions,
): Promise<Silhouette[]> {
  const { rows, columns } = points.matrix;
  const target = options.halfWidth ?? 0.01;
  const frame = frameOf(points, "f32");
  const draw = anchorDraw(rows, points.weights, options.seed);
  const maximum = Math.floor(anchorWork / (rows * (columns.length + 4)));
  const known = labelings.map(() => new Map<number, number>());
  const populations = labelings.map((labeling) => segmentCounts(labeling, points.weights));
  const segmentsInAll = labelings.reduce((total, { k }) => total + k, 0);
  const least = options.anchorsPerSegment ?? Math.max(10, Math.min(50, Math.floor(maximum / segmentsInAll)));
  let quotas: Float64Array[] = labelings.map(({ k }) => new Float64Array(k).fill(least));
  for (let round = 1; ; round++) {
    const lists = labelings.map((labeling, l) => draw.first(labeling, quotas[l]!));
    const fresh = [...new Set(lists.flat(2))].filter((row) => !known[0]?.has(row));
    const values = await silhouettesOf(
      compute,
      points,
      labelings,
      judges,
      { matrix: points.matrix, rows: fresh },
      frame,
    );
    known.forEach((map, l) => fresh.forEach((row, i) => map.set(row, values[l]![i]!)));
    const estimates = lists.map((list, l) => {
      const valueOf = (row: number): number => known[l]!.get(row)!;
      return sampledMean(list, valueOf, points.weights, populations[l]!, judges[l]!.weights);
    });
    const room = maximum - (known[0]?.size ?? 0);
    if (round === roundsMaximum || room <= 0 || estimates.every((estimate) => estimate.halfWidth <= target)) {
      return estimates.map((estimate, l) => ({
        mean: estimate.mean,
        ci95: [estimate.mean - estimate.halfWidth, estimate.mean + estimate.halfWidth],
        anchors: estimate.anchors,
        segments: segmentSilhouettes(lists[l]!, (row) => known[l]!.get(row)!, points.weights),
        rows: null,
      }));
    }
    quotas = estimates.map((estimate, l) => anchorQuotas(estimate, quotas[l]!, populations[l]!, target, maximum));
  }
}

/** Points of positive weight in each segment. */
function segmentCounts({ k, labels }: Labeling, weights: Float64Array | null): Float64Array {
  const counts = new Float64Array(k);
  for (let i = 0; i < labels.length; i++) if (weights === null || weights[i]! > 0) counts[labels[i]!]!++;
  return counts;
}

/** What turns sums of distances into a silhouette. */
interface Judge {
  readonly labeling: Labeling;
  /** Sum of weights by segment. */
  readonly weights: Float64Array;
  /** The part of its segment's weight that row i does not compare itself with. */
  own(row: number): number;
}

function judgeOf(points: Points, labeling: Labeling): Judge {
  const { weights } = points;
  const counts = areCounts(weights);
  return {
    labeling,
    weights: segmentWeights(labeling, weights),
    own: (row) => ownWeight(weights, counts, row),
  };
}

/** The silhouettes of the anchors, rows of the points' own matrix, in each labelling. */
async function silhouettesOf(
  compute: Compute,
  points: Points,
  labelings: readonly Labeling[],
  judges: readonly Judge[],
  anchors: Anchors,
  frame: Frame,
): Promise<Float64Array[]> {
  const results = labelings.map(() => new Float64Array(anchors.rows.length));
  const slots = labelings.reduce((total, labeling) => total + labeling.k, 0);
  await distanceSums(compute, points, labelings, anchors, frame, (first, count, sums) => {
    let offset = 0;
    judges.forEach((judge, l) => {
      for (let i = 0; i < count; i++) {
        const row = anchors.rows[first + i]!;
        const own = judge.labeling.labels[row]!;
        results[l]![first + i] = silhouetteFrom(
          sums,
          sumPlace(i, slots) + 4 * offset,
          4,
          judge.weights,
          own,
          judge.own(row),
        );
      }
      offset += judge.labeling.k;
    });
  });
  return results;
}

/**
 * The silhouette of a row of segment `own`, from its sums of distances to every segment, `sums[at + stride * segment]`,
 * in any unit.
 */
export function silhouetteFrom(
  sums: Float64Array,
  at: number,
  stride: number,
  weights: Float64Array,
  own: number,
  selfWeight: number,
): number {
  const others = weights[own]! - selfWeight;
  if (!(others > 0)) return 0;
  let nearest = Infinity;
  for (let c = 0; c < weights.length; c++) {
    if (c !== own && weights[c]! > 0) nearest = Math.min(nearest, sums[at + stride * c]! / weights[c]!);
  }
  if (nearest === Infinity) return 0;
  const inside = sums[at + stride * own]! / others;
  const larger = Math.max(inside, nearest);
  return larger > 0 ? (nearest - inside) / larger : 0;
}
