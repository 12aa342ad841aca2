import type { Compute } from "../../core/compute.ts";
import type { Categories } from "../../model/cluster/categories.ts";
import { expandLabels } from "../../model/collapse.ts";
import { optimalAssignment } from "../../model/stats/optimal-assignment.ts";
import { assignModel } from "./assign-model.ts";
import type { Fit } from "./fit.ts";
import { numbersByCentre } from "./merged-segments.ts";
import type { ClusterModel } from "./model.ts";
import type { NumericColumns } from "./read-numbers.ts";

/** The segments of a fit under their numbers. */
export interface Numbered {
  /** By row of the matrix: centre of the fit; in the numeric memory. */
  readonly labels: Int32Array;
  /** Number of each centre. */
  readonly numbers: Int32Array;
  /** Segment numbers, rising. */
  readonly segments: readonly number[];
  /** By row of the table: index into `segments`, -1 unassigned; in the numeric memory. */
  readonly place: Int32Array;
  /** By row of the table: segment number, 0 unassigned. */
  readonly byRow: Int32Array;
  readonly unassigned: number;
  /** With `--like`. */
  readonly like: Omit<LikeNumbers, "numbers"> | null;
}

/** Numbers the segments of a fit: by falling size, or after an earlier model by best overlap; `likeCategories` are the words of its columns. */
export async function numberSegments(
  compute: Compute,
  fit: Fit,
  kept: Int32Array | null,
  rows: number,
  weights: Float64Array | null,
  like: ClusterModel | null,
  columns: NumericColumns,
  likeCategories: Categories | null = null,
): Promise<Numbered> {
  const { result, sizes } = fit.chosen;
  const rowLabels = expandLabels(compute, result.labels, fit.rowToPoint);
  const labels = tableLabels(rowLabels, kept, rows);
  const bySize = numberBySize(sizes, result.centres);
  let numbers = bySize;
  let likeNumbers: LikeNumbers | null = null;
  if (like !== null) {
    const mark = compute.mark();
    const old = await assignModel(compute, like, columns, rows, likeCategories);
    const used = [...new Set(numbersByCentre(like))];
    likeNumbers = numberLike(old.byRow, labels, weights, bySize, used, like.highestNumber);
    compute.release(mark);
    ({ numbers } = likeNumbers);
  }
  const segments = [...numbers].sort((a, b) => a - b);
  const placeOfCentre = Array.from(numbers, (number) => segments.indexOf(number));
  const place = compute.i32(rows);
  const byRow = new Int32Array(rows);
  let unassigned = 0;
  for (let i = 0; i < rows; i++) {
    const label = labels[i]!;
    if (label < 0) {
      place[i] = -1;
      unassigned++;
    } else {
      place[i] = placeOfCentre[label]!;
      byRow[i] = numbers[label]!;
    }
  }
  return { labels: rowLabels, numbers, segments, place, byRow, unassigned, like: likeNumbers };
}

/** Labels by row of the table, -1 for a row that was left out. */
function tableLabels(labels: Int32Array, kept: Int32Array | null, rows: number): Int32Array {
  if (kept === null) return labels;
  const byRow = new Int32Array(rows).fill(-1);
  for (let i = 0; i < kept.length; i++) byRow[kept[i]!] = labels[i]!;
  return byRow;
}

/**
 * Segment numbers of the centres, from 1 by falling size; equal sizes by centroid, in column order.
 * `centres` is `k × d`, row-major; gives `number[c]` for centre c.
 */
export function numberBySize(sizes: Float64Array, centres: Float64Array): Int32Array {
  const k = sizes.length;
  const d = centres.length / k;
  const order = Array.from({ length: k }, (_, c) => c);
  order.sort((a, b) => {
    if (sizes[a] !== sizes[b]) return sizes[b]! - sizes[a]!;
    for (let j = 0; j < d; j++) {
      const difference = centres[a * d + j]! - centres[b * d + j]!;
      if (difference !== 0) return difference;
    }
    return a - b;
  });
  const numbers = new Int32Array(k);
  order.forEach((centre, rank) => {
    numbers[centre] = rank + 1;
  });
  return numbers;
}

/** How a refit was numbered after an earlier model. */
export interface LikeNumbers {
  readonly numbers: Int32Array;
  /** Rows (sum of weights) whose number differs from the one the earlier model gives them. */
  readonly moved: number;
  /** Numbers that stand for segments the earlier model had not. */
  readonly added: readonly number[];
  /** Numbers of the earlier model that no segment carries on. */
  readonly retired: readonly number[];
}

/**
 * Numbers a refit by the best total overlap with the segments an earlier model gives the same rows. Segments that
 * share no row with the old ones they are left with take numbers above every number ever used, in order of size.
 * `oldNumbers` are per row (0 unassigned), `labels` index the new centres (-1 unassigned), `bySize` is `numberBySize`.
 */
export function numberLike(
  oldNumbers: Int32Array,
  labels: Int32Array,
  weights: Float64Array | null,
  bySize: Int32Array,
  usedNumbers: readonly number[],
  highestEver: number,
): LikeNumbers {
  const k = bySize.length;
  const old = [...usedNumbers].sort((a, b) => a - b);
  const position = new Map(old.map((number, index) => [number, index]));
  // Rows of the table in order of size, so that ties of overlap go to the larger segment.
  const bySizeOrder = Array.from({ length: k }, (_, c) => c).sort((a, b) => bySize[a]! - bySize[b]!);
  const rank = new Int32Array(k);
  bySizeOrder.forEach((centre, index) => (rank[centre] = index));
  const overlap = new Float64Array(k * old.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    const column = position.get(oldNumbers[i]!);
    if (label < 0 || column === undefined) continue;
    overlap[rank[label]! * old.length + column]! += weights === null ? 1 : weights[i]!;
  }
  const pairs = optimalAssignment(overlap, k, old.length);
  const numbers = new Int32Array(k);
  const added: number[] = [];
  let next = Math.max(highestEver, ...old, 0) + 1;
  bySizeOrder.forEach((centre, row) => {
    const column = pairs[row]!;
    if (column >= 0 && overlap[row * old.length + column]! > 0) numbers[centre] = old[column]!;
    else {
      numbers[centre] = next++;
      added.push(numbers[centre]!);
    }
  });
  let moved = 0;
  for (let i = 0; i < labels.length; i++) {
    const now = labels[i]! < 0 ? 0 : numbers[labels[i]!]!;
    if (now !== oldNumbers[i]) moved += weights === null ? 1 : weights[i]!;
  }
  const kept = new Set(numbers);
  return { numbers, moved, added, retired: old.filter((number) => !kept.has(number)) };
}
