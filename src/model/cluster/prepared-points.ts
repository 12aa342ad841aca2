import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { fixedSum } from "../fixed-sum.ts";

/** What is clustered: a scaled matrix without NaN or infinity, and frequency weights (null: all one; none negative). */
export interface Points {
  readonly matrix: Matrix;
  readonly weights: Float64Array | null;
}

/** Points with what every fit on them shares; lives in the numeric memory until its mark is released. */
export interface PreparedPoints {
  readonly rows: number;
  readonly columns: number;
  /** Columns of a packed row, a multiple of 4. */
  readonly padded: number;
  readonly values: Float64Array;
  /** In the numeric memory, zero-padded to a multiple of 8 rows; null: all one. */
  readonly weights: Float64Array | null;
  readonly totalWeight: number;
  /** About which the packed points are taken; near the column means. */
  readonly shift: Float64Array;
  /** A power of two that brings the packed points near 1. */
  readonly scale: number;
  /** rows × padded, row-major: (x - shift) * scale, in f32. */
  readonly packed: Float32Array;
  /** Weighted mean of each column, in the data's units. */
  readonly means: Float64Array;
  /** Mean over the columns of the weighted variance (ddof 0) of the scaled points. */
  readonly meanVariance: number;
}

const packBlock = 4096;
const sampleRows = 1024;
/** The f32 copy has room for outliers so far beyond the sample that fixed the scale. */
const roomForOutliers = 1024;

/**
 * Makes the f32 working copy of the points (4 bytes × rows × columns, padded to a multiple of four columns), for
 * any number of fits. One pass over the data, two where a sample misjudges its spread.
 */
export function preparePoints(compute: Compute, points: Points): PreparedPoints {
  const { rows, values } = points.matrix;
  const shift = compute.f64(points.matrix.columns.length);
  sampleMeans(values, rows, shift);
  return pack(compute, points, shift, powerOfTwo(sampleSpread(values, rows, shift)));
}

/** The same about a given origin, for rows that a known set of centres is to be assigned to. */
export function preparePointsAbout(compute: Compute, matrix: Matrix, origin: Float64Array): PreparedPoints {
  const shift = compute.f64(origin.length);
  shift.set(origin);
  const spread = sampleSpread(matrix.values, matrix.rows, shift);
  return pack(compute, { matrix, weights: null }, shift, powerOfTwo(spread));
}

function pack(compute: Compute, points: Points, shift: Float64Array, firstScale: number): PreparedPoints {
  const { rows, values } = points.matrix;
  const columns = shift.length;
  const padded = Math.ceil(columns / 4) * 4;
  const weights = points.weights === null ? null : compute.f64(Math.ceil(rows / 8) * 8);
  if (points.weights !== null) weights?.set(points.weights);
  const packed = compute.f32(rows * padded);
  const mark = compute.mark();
  const blocks = Math.ceil(rows / packBlock);
  const width = 2 * columns + 1;
  const out = compute.f64(blocks * width);
  const run = (scale: number): number => {
    const args = [rows, columns, padded, packBlock, values.byteOffset, weights?.byteOffset ?? 0, shift.byteOffset];
    compute.run("packPoints", blocks, [...args, scale, packed.byteOffset, out.byteOffset]);
    let largest = 0;
    for (let b = 0; b < blocks; b++) largest = Math.max(largest, out[b * width + 2 * columns]!);
    return largest;
  };
  let scale = firstScale;
  const largest = run(scale);
  if (largest > roomForOutliers || (largest > 0 && largest < 1 / roomForOutliers)) {
    scale = Math.max(2 ** -1000, Math.min(2 ** 1000, scale * powerOfTwo(largest)));
    run(scale);
  }

  const totalWeight = weights === null ? rows : fixedSum(weights);
  const means = new Float64Array(columns);
  const perBlock = new Float64Array(blocks);
  const total = (slot: number): number => {
    for (let b = 0; b < blocks; b++) perBlock[b] = out[b * width + slot]!;
    return fixedSum(perBlock) / totalWeight;
  };
  let variance = 0;
  for (let j = 0; j < columns; j++) {
    const mean = total(2 * j);
    variance += Math.max(0, total(2 * j + 1) - mean * mean);
    means[j] = shift[j]! + mean / scale;
  }
  compute.release(mark);
  const meanVariance = variance / columns;
  return { rows, columns, padded, values, weights, totalWeight, shift, scale, packed, means, meanVariance };
}

/** Means of the columns over rows spread evenly over the table. */
function sampleMeans(values: Float64Array, rows: number, means: Float64Array): void {
  const step = Math.max(1, Math.floor(rows / sampleRows));
  const used = Math.ceil(rows / step);
  for (let j = 0; j < means.length; j++) {
    const first = values[j * rows]!;
    let sum = 0;
    for (let i = 0; i < rows; i += step) sum += (values[j * rows + i]! - first) / used;
    means[j] = first + sum;
  }
}

/** Largest distance of these rows' values from the origin of their column. */
function sampleSpread(values: Float64Array, rows: number, origin: Float64Array): number {
  const step = Math.max(1, Math.floor(rows / sampleRows));
  let spread = 0;
  for (let j = 0; j < origin.length; j++) {
    for (let i = 0; i < rows; i += step) spread = Math.max(spread, Math.abs(values[j * rows + i]! - origin[j]!));
  }
  return spread;
}

/** The power of two that brings a size into [0.5, 2]; 1 for 0. */
function powerOfTwo(size: number): number {
  return size === 0 ? 1 : 2 ** Math.max(-1000, Math.min(1000, -Math.floor(Math.log2(size))));
}
