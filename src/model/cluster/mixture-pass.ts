import type { Compute } from "../../core/compute.ts";
import { fixedSum } from "../fixed-sum.ts";
import { mixtureScratch, mixtureWidth } from "../kernels/mixture-step.ts";
import { beyondNumbers, componentOffsets, isDiagonal } from "./mixture-model.ts";
import type { CovarianceType, MixtureFactors } from "./mixture-model.ts";

/** Rows to pass over: n × d, column-major, and their weights (null: all one), both in the numeric memory. */
export interface MixtureRows {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly weights: Float64Array | null;
}

/** What a pass of EM works with, in the numeric memory. */
export interface MixtureWork {
  readonly table: MixtureRows;
  readonly k: number;
  readonly diagonal: boolean;
  readonly blockRows: number;
  readonly blocks: number;
  /** Numbers of a component's sums, each in two lanes. */
  readonly width: number;
  readonly means: Float64Array;
  readonly factors: Float64Array;
  /** What the kernel adds to `-½ |F z|²`. */
  readonly offsets: Float64Array;
  readonly sums: Float64Array;
  readonly totals: Float64Array;
  readonly scratch: Uint8Array;
  readonly scratchBytes: number;
}

/** Weighted sums over all rows. */
export interface MixtureTotals {
  readonly logLikelihood: number;
  /** Of the responsibilities: -Σ r ln r. */
  readonly entropy: number;
}

/** What is wanted of each row; arrays in the numeric memory. */
export interface MixtureRowResults {
  readonly labels?: Int32Array;
  /** Responsibility of the row's own component; needs `labels`. */
  readonly probabilities?: Float64Array;
  /** ln of the mixture's density. */
  readonly densities?: Float64Array;
  /** k × rows: component c's of row i at `c * rows + i`. */
  readonly responsibilities?: Float64Array;
}

/** Numbers that the blocks' sums may be: 32 MiB. */
const sumsBudget = 4_194_304;

/** Memory for passes: the sums of each block (at most 32 MiB, or one block's), and tiles for each thread. */
export function openMixtureWork(
  compute: Compute,
  table: MixtureRows,
  k: number,
  type: CovarianceType,
  sums = true,
): MixtureWork {
  const { rows, columns } = table;
  const diagonal = isDiagonal(type);
  const width = mixtureWidth(columns, diagonal);
  let blockRows = 4096;
  const ofBlock = sums ? 2 * k * width : 0;
  while (blockRows < rows && Math.ceil(rows / blockRows) * ofBlock > sumsBudget) blockRows *= 2;
  const blocks = Math.ceil(rows / blockRows);
  const scratchBytes = Math.ceil(mixtureScratch(columns, k) / 64) * 64;
  return {
    table,
    k,
    diagonal,
    blockRows,
    blocks,
    width,
    means: compute.f64(k * columns),
    factors: compute.f64(k * (diagonal ? columns : (columns * (columns + 1)) / 2)),
    offsets: compute.f64(k),
    sums: compute.f64(blocks * ofBlock),
    totals: compute.f64(4 * blocks),
    scratch: compute.u8(scratchBytes * compute.threads),
    scratchBytes,
  };
}

/** Puts in place what densities are worked out with; `logWeights` and the constant of the density make the offsets. */
export function setComponents(
  work: MixtureWork,
  means: Float64Array,
  { factors, logDeterminants }: MixtureFactors,
  logWeights: ArrayLike<number>,
): void {
  work.means.set(means);
  work.factors.set(factors);
  work.offsets.set(componentOffsets(work.table.columns, logWeights, logDeterminants));
}

/**
 * Sums of which the next parameters are made, about the means in place; `sums` (k × width) is laid out as the kernel
 * says, lanes and blocks added up in a fixed tree.
 */
export function sumComponents(compute: Compute, work: MixtureWork): MixtureTotals & { readonly sums: Float64Array } {
  work.sums.fill(0);
  run(compute, work, work.sums.byteOffset, {}, false);
  return { ...totals(work), sums: reduced(work) };
}

/** The same where each row belongs wholly to the component of its label; nothing but the means in place is used. */
export function sumLabelled(compute: Compute, work: MixtureWork, labels: Int32Array): Float64Array {
  work.sums.fill(0);
  run(compute, work, work.sums.byteOffset, { labels }, true);
  return reduced(work);
}

/** What the components in place make of each row. */
export function describeRows(compute: Compute, work: MixtureWork, results: MixtureRowResults): MixtureTotals {
  run(compute, work, 0, results, false);
  return totals(work);
}

function run(compute: Compute, work: MixtureWork, sumsAt: number, results: MixtureRowResults, given: boolean): void {
  const { table } = work;
  compute.run("mixtureStep", work.blocks, [
    table.rows,
    table.columns,
    work.k,
    work.blockRows,
    table.values.byteOffset,
    table.weights?.byteOffset ?? 0,
    work.means.byteOffset,
    work.factors.byteOffset,
    work.offsets.byteOffset,
    work.diagonal ? 1 : 0,
    sumsAt,
    work.totals.byteOffset,
    results.labels?.byteOffset ?? 0,
    given ? 1 : 0,
    results.probabilities?.byteOffset ?? 0,
    results.densities?.byteOffset ?? 0,
    results.responsibilities?.byteOffset ?? 0,
    work.scratch.byteOffset,
    work.scratchBytes,
  ]);
}

function totals({ totals, blocks }: MixtureWork): MixtureTotals {
  const at = (lane: number): number => fixedSum(Float64Array.from({ length: blocks }, (_, b) => totals[4 * b + lane]!));
  const logLikelihood = at(0) + at(1);
  if (!Number.isFinite(logLikelihood)) {
    throw beyondNumbers();
  }
  return { logLikelihood, entropy: Math.max(0, at(2) + at(3)) };
}

/** Blocks in pairs, pairs in pairs and so on, in place; then the two lanes. */
function reduced({ sums, blocks, k, width }: MixtureWork): Float64Array {
  const size = 2 * k * width;
  for (let step = 1; step < blocks; step *= 2) {
    for (let b = 0; b + step < blocks; b += 2 * step) {
      const to = b * size;
      const from = (b + step) * size;
      for (let n = 0; n < size; n++) sums[to + n]! += sums[from + n]!;
    }
  }
  return Float64Array.from({ length: k * width }, (_, n) => sums[2 * n]! + sums[2 * n + 1]!);
}
