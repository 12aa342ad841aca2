import type { Compute } from "../../core/compute.ts";
import { nearestDonorsBlock, nearestDonorsScratch } from "../kernels/nearest-donors.ts";
import { inHashOrder } from "../metrics/row-hash.ts";
import type { Random } from "../random.ts";
import { moments } from "../stats/moments.ts";
import { codedColumn, greatest, levelCounts, rowsOf, type CodedColumns } from "./coded-columns.ts";

export type KnnWeights = "uniform" | "distance";

/** Donors that a model keeps at most. */
export const mostDonors = 10_000;

export interface KnnOptions {
  readonly neighbors: number;
  readonly weights: KnnWeights;
  /** Whether numbers are z-scored (by the cells that are there, ddof 0) before distances are taken. */
  readonly scaled: boolean;
  readonly seed: number;
}

/** What nearest neighbours fill gaps by. */
export interface KnnModel {
  readonly neighbors: number;
  readonly weights: KnnWeights;
  /** By column: what is subtracted from numbers and what they are divided by; 0 and 1 for categories. */
  readonly centers: readonly number[];
  readonly scales: readonly number[];
  /** By column: what fills a gap that no donor is comparable for, the mean or the most frequent level. */
  readonly fallbacks: readonly number[];
  /** By column of categories how often each level stood, which settles a tie; empty for numbers. */
  readonly counts: readonly (readonly number[])[];
  readonly donors: CodedColumns;
}

/**
 * Learns to fill gaps from the nearest rows (Troyanskaya et al. 2001; the conventions of scikit-learn's KNNImputer). Donors
 * are all rows, or 10,000 by a hash of their number and the seed, in the order of rows. Every column holds a value.
 */
export function fitKnn(compute: Compute, columns: CodedColumns, options: KnnOptions): KnnModel {
  const kept =
    columns.rows <= mostDonors
      ? Array.from({ length: columns.rows }, (_, i) => i)
      : inHashOrder(options.seed, rowNumbers(columns.rows))
          .slice(0, mostDonors)
          .sort((a, b) => a - b);
  const facts = columns.levels.map((levels, j) => {
    const column = codedColumn(columns, j);
    if (levels > 0) {
      const counts = levelCounts(column, levels);
      return { center: 0, scale: 1, fallback: greatest(counts, counts), counts: Array.from(counts) };
    }
    const { mean, standardDeviation } = moments(compute, column);
    const spread = options.scaled && standardDeviation > 0 ? standardDeviation : 1;
    return { center: options.scaled ? mean : 0, scale: spread, fallback: mean, counts: [] };
  });
  return {
    neighbors: options.neighbors,
    weights: options.weights,
    centers: facts.map(({ center }) => center),
    scales: facts.map(({ scale }) => scale),
    fallbacks: facts.map(({ fallback }) => fallback),
    counts: facts.map(({ counts }) => counts),
    donors: rowsOf(columns, kept),
  };
}

function* rowNumbers(rows: number): Iterable<number> {
  for (let i = 0; i < rows; i++) yield i;
}

/**
 * Fills the gaps of some columns in place; `rowOf` tells a row's number in its table. A number is the mean of its
 * neighbours' values, weighted by 1 / distance if so asked (by those at distance 0 alone where there are any), a category
 * their vote, ties to the level that stood more often, then to the first. With `draw`, one of the neighbours' values by
 * those weights. Cost about rows with gaps × donors × columns, 0.5 ns each and thread.
 */
export function fillByKnn(
  compute: Compute,
  model: KnnModel,
  columns: CodedColumns,
  targets: readonly number[],
  draw: { readonly random: Random; readonly rowOf: (row: number) => number } | null = null,
): void {
  const width = columns.levels.length;
  const withGaps: number[] = [];
  for (let i = 0; i < columns.rows; i++) {
    if (targets.some((j) => Number.isNaN(columns.values[j * columns.rows + i]!))) withGaps.push(i);
  }
  const mark = compute.mark();
  try {
    const donors = placedDonors(compute, model);
    // So many rows at a time, that what is found of them stays small.
    const atOnce = 1 << 14;
    for (let from = 0; from < withGaps.length; from += atOnce) {
      const rows = withGaps.slice(from, from + atOnce);
      const inner = compute.mark();
      fillRows(compute, model, donors, columns, rows, targets, width, draw);
      compute.release(inner);
    }
  } finally {
    compute.release(mark);
  }
}

interface PlacedDonors {
  readonly values: Float64Array;
  readonly step: number;
  readonly kinds: Float64Array;
}

function placedDonors(compute: Compute, { donors, centers, scales }: KnnModel): PlacedDonors {
  const step = donors.rows + (donors.rows % 2);
  const values = compute.f64(step * donors.levels.length).fill(Number.NaN);
  donors.levels.forEach((_, j) => {
    const column = codedColumn(donors, j);
    for (let n = 0; n < donors.rows; n++) values[j * step + n] = (column[n]! - centers[j]!) / scales[j]!;
  });
  const kinds = compute.f64(donors.levels.length);
  kinds.set(donors.levels.map((levels) => (levels > 0 ? 1 : 0)));
  return { values, step, kinds };
}

function fillRows(
  compute: Compute,
  model: KnnModel,
  donors: PlacedDonors,
  columns: CodedColumns,
  rows: readonly number[],
  targets: readonly number[],
  width: number,
  draw: { readonly random: Random; readonly rowOf: (row: number) => number } | null,
): void {
  const { neighbors, centers, scales } = model;
  const values = compute.f64(rows.length * width);
  for (let j = 0; j < width; j++) {
    const column = codedColumn(columns, j);
    for (let i = 0; i < rows.length; i++) values[j * rows.length + i] = (column[rows[i]!]! - centers[j]!) / scales[j]!;
  }
  const starts = compute.i32(rows.length + 1);
  const gapColumns: number[] = [];
  rows.forEach((row, i) => {
    for (const j of targets) if (Number.isNaN(columns.values[j * columns.rows + row]!)) gapColumns.push(j);
    starts[i + 1] = gapColumns.length;
  });
  const columnOfGap = compute.i32(gapColumns.length);
  columnOfGap.set(gapColumns);
  const found = compute.i32(gapColumns.length * neighbors);
  const distances = compute.f64(gapColumns.length * neighbors);
  const scratch = compute.u8(nearestDonorsScratch * compute.threads);
  const data = [rows.length, width, nearestDonorsBlock, values.byteOffset, donors.kinds.byteOffset];
  const held = [model.donors.rows, donors.step, donors.values.byteOffset];
  const rest = [starts, columnOfGap].map(({ byteOffset }) => byteOffset);
  const out = [found, distances, scratch].map(({ byteOffset }) => byteOffset);
  const blocks = Math.ceil(rows.length / nearestDonorsBlock);
  compute.run("nearestDonors", blocks, [...data, ...held, ...rest, neighbors, ...out]);
  for (let i = 0; i < rows.length; i++) {
    for (let g = starts[i]!; g < starts[i + 1]!; g++) {
      const j = gapColumns[g]!;
      const near = found.subarray(g * neighbors, (g + 1) * neighbors);
      const far = distances.subarray(g * neighbors, (g + 1) * neighbors);
      const u = draw === null ? null : draw.random.uniform(draw.rowOf(rows[i]!) * width + j);
      columns.values[j * columns.rows + rows[i]!] = fromNeighbours(model, j, near, far, u);
    }
  }
}

function fromNeighbours(
  model: KnnModel,
  j: number,
  near: Int32Array,
  squared: Float64Array,
  uniform: number | null,
): number {
  const column = codedColumn(model.donors, j);
  const none = near.indexOf(-1);
  const many = none < 0 ? near.length : none;
  if (many === 0) return model.fallbacks[j]!;
  const weights = neighbourWeights(squared.subarray(0, many), model.weights);
  if (uniform !== null) return column[near[drawnPlace(weights, uniform)]!]!;
  const levels = model.donors.levels[j]!;
  if (levels > 0) {
    const votes = new Float64Array(levels);
    for (let n = 0; n < many; n++) votes[column[near[n]!]!]! += weights[n]!;
    return greatest(votes, model.counts[j]!);
  }
  let sum = 0;
  let total = 0;
  for (let n = 0; n < many; n++) {
    sum += column[near[n]!]! * weights[n]!;
    total += weights[n]!;
  }
  return sum / total;
}

function neighbourWeights(squared: Float64Array, how: KnnWeights): Float64Array {
  if (how === "uniform") return new Float64Array(squared.length).fill(1);
  if (squared[0] === 0) return squared.map((distance) => (distance === 0 ? 1 : 0));
  return squared.map((distance) => 1 / Math.sqrt(distance));
}

/** The place that a uniform number falls on, each as wide as its weight. */
export function drawnPlace(weights: ArrayLike<number>, uniform: number): number {
  let total = 0;
  for (let n = 0; n < weights.length; n++) total += weights[n]!;
  let left = uniform * total;
  for (let n = 0; n < weights.length - 1; n++) {
    left -= weights[n]!;
    if (left < 0) return n;
  }
  return weights.length - 1;
}
