import type { Compute } from "../../core/compute.ts";
import { fixedSum } from "../fixed-sum.ts";
import { lloydScratch } from "../kernels/lloyd-step.ts";
import { moveEmptySegments } from "./empty-segments.ts";
import type { PreparedPoints } from "./prepared-points.ts";

/** What one run of Lloyd's algorithm works with, in the numeric memory. */
export interface Workspace {
  readonly points: PreparedPoints;
  readonly k: number;
  readonly blockRows: number;
  readonly blocks: number;
  /** k × columns, row-major, in the data's units. */
  readonly centres: Float64Array;
  /** The same about the shift, scaled, f32, in groups of four. */
  readonly tiles: Float32Array;
  readonly halves: Float32Array;
  readonly drift: Float32Array;
  readonly bounds: Float32Array;
  readonly changed: Int32Array;
  readonly blockSums: Float64Array;
  readonly scratch: Uint8Array;
  readonly scratchBytes: number;
}

export interface LloydRun {
  readonly iterations: number;
  readonly converged: boolean;
}

/** Modes of the kernel. */
const mode = { go: 0, first: 1, sumAnew: 2, sumOnly: 3 } as const;

const sumsBudget = 4_194_304;
/** Sums that only follow changed rows are made anew so often, so that their rounding cannot add up. */
const sumAnewEvery = 16;
/** Score of the places that fill the last group of four centres. */
const outOfReach = 1e30;

/** Memory for a run with k segments: 4 bytes a row, and the sums of each block. */
export function openWorkspace(compute: Compute, points: PreparedPoints, k: number, sums = true): Workspace {
  const { rows, columns } = points;
  const width = k * (columns + 1);
  let blockRows = 4096;
  while (blockRows < rows && Math.ceil(rows / blockRows) * width > sumsBudget) blockRows *= 2;
  const blocks = Math.ceil(rows / blockRows);
  const places = Math.ceil(k / 4) * 4;
  const scratchBytes = Math.ceil(lloydScratch(blockRows, points.padded, k) / 64) * 64;
  return {
    points,
    k,
    blockRows,
    blocks,
    centres: compute.f64(k * columns),
    tiles: compute.f32(places * columns),
    halves: compute.f32(places),
    drift: compute.f32(k),
    bounds: compute.f32(rows),
    changed: compute.i32(blocks),
    blockSums: compute.f64(sums ? blocks * width : 0),
    scratch: compute.u8(scratchBytes * compute.threads),
    scratchBytes,
  };
}

/**
 * Lloyd's algorithm from the centres in the workspace, which become the final ones; `labels` become the nearest
 * of these. scikit-learn's rules: it stops when no label changes, or when the squared shifts of the centres add
 * up to no more than `tolerance` (absolute, in scaled units).
 */
export async function lloyd(
  compute: Compute,
  work: Workspace,
  labels: Int32Array,
  maxIter: number,
  tolerance: number,
): Promise<LloydRun> {
  const { points } = work;
  const next = new Float64Array(work.centres.length);
  resetDrift(work);
  let iterations = 0;
  let converged = false;
  while (!converged && iterations < maxIter) {
    // Sums of fractional weights have to be whole to tell an empty segment.
    const anew = points.weights !== null || iterations % sumAnewEvery === sumAnewEvery - 1;
    step(compute, work, labels, iterations === 0 ? mode.first : anew ? mode.sumAnew : mode.go);
    const changed = work.changed.reduce((sum, x) => sum + x, 0);
    iterations++;
    const still = iterations > 1 && changed === 0;
    newCentres(work, labels, next);
    const shift = moveCentres(work, next);
    converged = still || shift <= tolerance;
    await compute.breathe();
  }
  // The last centres are the means of the last labels, summed from scratch.
  step(compute, work, labels, mode.sumOnly);
  newCentres(work, labels, next, work.centres);
  moveCentres(work, next);
  step(compute, work, labels, mode.go, false);
  return { iterations, converged };
}

/** Nearest centre of every row, for centres already in the workspace. */
export function nearestLabels(compute: Compute, work: Workspace, labels: Int32Array): void {
  resetDrift(work);
  step(compute, work, labels, mode.first, false);
}

/** Weighted sum of squared distances to the own centre, in units of 1/scale². */
export function scaledInertia(
  compute: Compute,
  work: Workspace,
  labels: Int32Array,
  distances: Float64Array | null = null,
): number {
  const { points, blockRows, blocks } = work;
  const mark = compute.mark();
  const out = compute.f64(blocks);
  const data = [points.rows, points.columns, blockRows, points.values.byteOffset, points.weights?.byteOffset ?? 0];
  const rest = [work.centres.byteOffset, labels.byteOffset, points.scale, out.byteOffset, distances?.byteOffset ?? 0];
  compute.run("squaredErrors", blocks, [...data, ...rest]);
  const sum = fixedSum(out);
  compute.release(mark);
  return sum;
}

function step(compute: Compute, work: Workspace, labels: Int32Array, which: number, sums = true): void {
  const { points } = work;
  const largest = writeTiles(work);
  const error = 1.02 * (points.columns + 6) * 2 ** -24;
  compute.run("lloydStep", work.blocks, [
    points.rows,
    points.columns,
    points.padded,
    work.blockRows,
    work.k,
    points.values.byteOffset,
    points.weights?.byteOffset ?? 0,
    points.packed.byteOffset,
    work.centres.byteOffset,
    work.tiles.byteOffset,
    work.halves.byteOffset,
    work.drift.byteOffset,
    work.bounds.byteOffset,
    labels.byteOffset,
    error * largest + 1e-34,
    which,
    work.changed.byteOffset,
    sums ? work.blockSums.byteOffset : 0,
    work.scratch.byteOffset,
    work.scratchBytes,
    error / 2,
    points.scale,
    points.shift.byteOffset,
  ]);
}

/**
 * The centres as the kernel scores them; returns the largest squared norm.
 *
 * A score is |c|²/2 - x·c in f32. With n columns its error is at most (n + 4) u (|c|²/2 + |x||c|), u = 2⁻²⁴
 * (Higham, Accuracy and Stability of Numerical Algorithms, §3.1, plus the rounding of x and c), which is at most
 * (n + 4) u (|c|² + |x|²/2).
 */
function writeTiles(work: Workspace): number {
  const { columns, shift, scale } = work.points;
  let largest = 0;
  work.halves.fill(outOfReach);
  for (let c = 0; c < work.k; c++) {
    let squared = 0;
    for (let j = 0; j < columns; j++) {
      const x = (work.centres[c * columns + j]! - shift[j]!) * scale;
      squared += x * x;
      work.tiles[((c >> 2) * columns + j) * 4 + (c & 3)] = x;
    }
    work.halves[c] = squared / 2;
    largest = Math.max(largest, squared);
  }
  return largest;
}

/** Means of the block sums, taken in block order; empty segments are moved to the farthest rows of `old`. */
function newCentres(work: Workspace, labels: Int32Array, next: Float64Array, old = work.centres): void {
  const { points, k, blocks, blockSums } = work;
  const { columns } = points;
  const width = columns + 1;
  const sums = new Float64Array(k * width);
  for (let b = 0; b < blocks; b++) {
    const at = b * k * width;
    for (let n = 0; n < k * width; n++) sums[n]! += blockSums[at + n]!;
  }
  moveEmptySegments(points, labels, old, sums, k);
  let heaviest = 0;
  for (let c = 1; c < k; c++) {
    if (sums[c * width + columns]! > sums[heaviest * width + columns]!) heaviest = c;
  }
  for (let c = 0; c < k; c++) {
    const from = sums[c * width + columns]! > 0 ? c : heaviest;
    const weight = sums[from * width + columns]!;
    for (let j = 0; j < columns; j++) {
      next[c * columns + j] = points.shift[j]! + sums[from * width + j]! / weight;
    }
  }
}

function resetDrift(work: Workspace): void {
  // Not 0: bounds lose a fixed part of what they hold, which thereby always exceeds the rounding of f64.
  work.drift.fill(Math.sqrt(work.points.columns) / 64);
}

/** Puts new centres in place, adds to each segment's drift what its rows' bounds lose, and gives the squared shift. */
function moveCentres(work: Workspace, next: Float64Array): number {
  const { centres, drift, k, points } = work;
  const moves = new Float64Array(k);
  let shift = 0;
  for (let c = 0; c < k; c++) {
    let squared = 0;
    for (let j = c * points.columns; j < (c + 1) * points.columns; j++) {
      const x = (next[j]! - centres[j]!) * points.scale;
      squared += x * x;
    }
    shift += squared;
    moves[c] = Math.sqrt(squared) * (1 + 1e-9);
  }
  let most = 0;
  for (let c = 1; c < k; c++) if (moves[c]! > moves[most]!) most = c;
  let second = 0;
  for (let c = 0; c < k; c++) if (c !== most) second = Math.max(second, moves[c]!);
  for (let c = 0; c < k; c++) {
    const lost = moves[c]! + (c === most ? second : moves[most]!);
    if (lost > 0) drift[c] = (drift[c]! + lost) * (1 + 2 ** -23) + 1e-37;
  }
  centres.set(next);
  return shift;
}
