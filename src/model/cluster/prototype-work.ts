import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { fixedSum } from "../fixed-sum.ts";
import { placeInMemory } from "../in-memory.ts";
import { prototypeScratch } from "../kernels/prototype-step.ts";
import type { Categories } from "./categories.ts";
import type { Points } from "./prepared-points.ts";

/** What fits of k prototypes to one table work with, in the numeric memory. */
export interface PrototypeWork {
  readonly compute: Compute;
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly categories: Categories;
  readonly weights: Float64Array | null;
  readonly weightsAt: number;
  readonly k: number;
  readonly gamma: number;
  /** A power of two that brings the numbers near 1. */
  readonly scale: number;
  /** About which the sums of the numbers are taken: the first row. */
  readonly shift: Float64Array;
  /** k × columns, row-major, in the data's units. */
  readonly centres: Float64Array;
  /** k × category columns, row-major. */
  readonly modes: Int32Array;
  /** By row: cost to the own prototype, in units of 1/scale². */
  readonly costs: Float64Array;
  readonly blockRows: number;
  readonly blocks: number;
  readonly changed: Int32Array;
  readonly totals: Float64Array;
  /** Of each block and segment: columns sums, the weight, then the weight by code. */
  readonly sums: Float64Array;
  readonly width: number;
  /** Where the codes of each category column begin among all. */
  readonly offsets: Int32Array;
  readonly scratch: Uint8Array;
  readonly scratchBytes: number;
}

const sumsBudget = 4_194_304;

/**
 * 8 bytes a row, and the sums of each block (4 million numbers at most, or one block's where that has more). The shift and the scale
 * are chosen by the rows themselves, or by others that are like them.
 */
export function openPrototypes(
  compute: Compute,
  { matrix, weights }: Points,
  categories: Categories,
  k: number,
  gamma: number,
  { wantSums = true, like = matrix }: { readonly wantSums?: boolean; readonly like?: Matrix } = {},
): PrototypeWork {
  const { rows, values } = matrix;
  const columns = matrix.columns.length;
  const m = categories.columns.length;
  const offsets = compute.i32(m);
  let codes = 0;
  for (let j = 0; j < m; j++) {
    offsets[j] = codes;
    codes += categories.sizes[j]!;
  }
  const width = columns + 1 + codes;
  const mostBlocks = wantSums ? Math.max(1, Math.floor(sumsBudget / (k * width))) : Infinity;
  let blockRows = 4096;
  while (Math.ceil(rows / blockRows) > mostBlocks) blockRows *= 2;
  const blocks = Math.ceil(rows / blockRows);
  const shift = compute.f64(columns);
  for (let j = 0; j < columns; j++) shift[j] = like.values[j * like.rows]!;
  const scratchBytes = Math.ceil(prototypeScratch(columns, m) / 64) * 64;
  return {
    compute,
    rows,
    columns,
    values,
    categories,
    weights,
    weightsAt: placeInMemory(compute, weights),
    k,
    gamma,
    scale: scaleOf(like, shift),
    shift,
    centres: compute.f64(k * columns),
    modes: compute.i32(k * m),
    costs: compute.f64(rows),
    blockRows,
    blocks,
    changed: compute.i32(blocks),
    totals: compute.f64(blocks),
    sums: compute.f64(wantSums ? blocks * k * width : 0),
    width,
    offsets,
    scratch: compute.u8(scratchBytes * compute.threads),
    scratchBytes,
  };
}

/** The nearest prototype of every row; how many labels that changed. */
export function nearestPrototypes(work: PrototypeWork, labels: Int32Array, sums = true): number {
  const { categories, scale } = work;
  const sizes = [work.rows, work.columns, categories.columns.length, work.blockRows, work.k];
  const data = [work.values.byteOffset, work.weightsAt, categories.codes.byteOffset];
  const model = [work.centres.byteOffset, work.modes.byteOffset, work.gamma * scale * scale, scale];
  const out = [labels, work.costs, work.changed, work.totals].map((array) => array.byteOffset);
  const sumArgs = [sums ? work.sums.byteOffset : 0, work.shift.byteOffset, work.offsets.byteOffset];
  const rest = [work.width - work.columns - 1, work.scratch.byteOffset, work.scratchBytes];
  work.compute.run("prototypeStep", work.blocks, [...sizes, ...data, ...model, ...out, ...sumArgs, ...rest]);
  return work.changed.reduce((sum, n) => sum + n, 0);
}

/** Weighted sum of the costs that the last step found, in the data's units. */
export function totalCost({ totals, scale }: PrototypeWork): number {
  return fixedSum(totals) / scale / scale;
}

/** The sums by segment that the last step found, of all blocks, in place of the first block's. */
export function sumsOf({ k, width, blocks, sums }: PrototypeWork): Float64Array {
  const total = sums.subarray(0, k * width);
  for (let b = 1; b < blocks; b++) for (let n = 0; n < total.length; n++) total[n]! += sums[b * k * width + n]!;
  return total;
}

/**
 * Takes for each segment the mean of its rows' numbers, and of each category column the code of most weight (of equals the lowest;
 * where its rows have none, the code stays). A segment without rows gets the row of the highest cost (of equals the first) of those
 * that are not alone in their segment; where no row has a cost it stays as it was.
 */
export function movePrototypes(work: PrototypeWork, labels: Int32Array): void {
  const { k, columns, width, centres, modes, shift, offsets } = work;
  const { sizes } = work.categories;
  const total = sumsOf(work);
  fillEmptySegments(work, labels, total);
  for (let c = 0; c < k; c++) {
    const at = c * width;
    const weight = total[at + columns]!;
    if (!(weight > 0)) continue;
    for (let j = 0; j < columns; j++) centres[c * columns + j] = shift[j]! + total[at + j]! / weight;
    for (let j = 0; j < sizes.length; j++) {
      let most = 0;
      for (let code = 0; code < sizes[j]!; code++) {
        const own = total[at + columns + 1 + offsets[j]! + code]!;
        if (!(own > most)) continue;
        most = own;
        modes[c * sizes.length + j] = code;
      }
    }
  }
}

/** Share of a row's weight that must be left in its segment: what rounding may leave is nothing. */
const leastRest = 1e-9;

function fillEmptySegments(work: PrototypeWork, labels: Int32Array, total: Float64Array): void {
  const { k, rows, columns, width, weights, costs } = work;
  const moved = new Set<number>();
  for (let c = 0; c < k; c++) {
    if (total[c * width + columns]! > 0) continue;
    let farthest = -1;
    for (let i = 0; i < rows; i++) {
      const w = weights === null ? 1 : weights[i]!;
      if (w === 0 || !(costs[i]! > (farthest < 0 ? 0 : costs[farthest]!)) || moved.has(i)) continue;
      if (total[labels[i]! * width + columns]! - w > leastRest * w) farthest = i;
    }
    if (farthest < 0) return;
    moved.add(farthest);
    moveRow(work, total, farthest, labels[farthest]! * width, c * width);
  }
}

function moveRow(work: PrototypeWork, total: Float64Array, row: number, from: number, to: number): void {
  const { rows, columns, values, shift, weights, width, offsets, categories } = work;
  const w = weights === null ? 1 : weights[row]!;
  total.fill(0, to, to + width);
  const move = (slot: number, term: number): void => {
    total[from + slot]! -= term;
    total[to + slot]! += term;
  };
  for (let j = 0; j < columns; j++) move(j, (values[j * rows + row]! - shift[j]!) * w);
  move(columns, w);
  categories.sizes.forEach((_, j) => {
    const code = categories.codes[j * rows + row]!;
    if (code >= 0) move(columns + 1 + offsets[j]! + code, w);
  });
}

/** A power of two near the size of the numbers about the shift, so that no square over- or underflows. */
function scaleOf({ rows, values }: Matrix, shift: Float64Array): number {
  let largest = 0;
  for (let j = 0; j < shift.length; j++) {
    for (let i = 0; i < rows; i++) largest = Math.max(largest, Math.abs(values[j * rows + i]! - shift[j]!));
  }
  return largest === 0 ? 1 : 2 ** Math.max(-400, Math.min(400, -Math.floor(Math.log2(largest))));
}
