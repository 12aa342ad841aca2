import type { Compute } from "../core/compute.ts";
import type { Matrix } from "../core/matrix.ts";
import { pickRows } from "./pick-rows.ts";

/** A table whose identical rows are one point each. */
export interface Collapsed {
  /** The distinct rows, in order of first appearance; the table itself where it was not worth it. */
  readonly points: Matrix;
  /** Summed weights, or counts, by point; the table's own weights where it was not collapsed. */
  readonly weights: Float64Array | null;
  /** Point of each row, in the numeric memory; null where rows are the points. */
  readonly rowToPoint: Int32Array | null;
}

const blockRows = 65_536;
const mostInBlock = 4096;
const slots = 16_384;
const sampleRows = 1024;

/**
 * Folds identical rows into weighted points, where a sample finds that at least half of the rows repeat another
 * and no 65,536 neighbouring rows hold more than 4,096 distinct ones; else gives the table back. Weights must not
 * be negative, values not NaN. Costs one pass over the data, and 4 bytes a row, only where it folds (or nearly).
 * The order of points and the weights depend on the data alone.
 */
export function collapse(compute: Compute, matrix: Matrix, weights: Float64Array | null): Collapsed {
  const unfolded: Collapsed = { points: matrix, weights, rowToPoint: null };
  const sample = sampleRowNumbers(matrix.rows);
  const distinct = new Set(sample.map((row) => rowKey(matrix, row)));
  if (sample.length === 0 || distinct.size > sample.length / 2) return unfolded;
  const before = compute.mark();
  const rowToPoint = compute.i32(matrix.rows);
  const mark = compute.mark();
  const own = weights === null ? null : compute.f64(matrix.rows);
  if (weights !== null) own?.set(weights);
  const merged = mergeByCode(compute, matrix, own, rowToPoint, sample) ?? mergeByHash(compute, matrix, own, rowToPoint);
  if (merged === null || merged.firstRow.length > matrix.rows / 2) {
    compute.release(before);
    return unfolded;
  }
  compute.release(mark);
  return { points: pickRows(compute, matrix, merged.firstRow), weights: merged.weights, rowToPoint };
}

/** Labels of points as labels of rows, in the numeric memory. `labels` must be there too. */
export function expandLabels(compute: Compute, labels: Int32Array, rowToPoint: Int32Array | null): Int32Array {
  if (rowToPoint === null) return labels;
  const out = compute.i32(rowToPoint.length);
  runLookUp(compute, labels, 0, rowToPoint, out);
  return out;
}

/** Rows spread evenly over the table. */
function sampleRowNumbers(rows: number): number[] {
  const step = Math.max(1, Math.floor(rows / sampleRows));
  return Array.from({ length: Math.ceil(rows / step) }, (_, n) => n * step);
}

/** The points in order of first appearance: the first row of each, and its weight. */
interface Merged {
  readonly firstRow: readonly number[];
  readonly weights: Float64Array;
}

/** For columns of few whole numbers, as scores are; null where the table has others than the sample shows. */
function mergeByCode(
  compute: Compute,
  matrix: Matrix,
  weights: Float64Array | null,
  rowToPoint: Int32Array,
  sample: readonly number[],
): Merged | null {
  const { rows, values } = matrix;
  const columns = matrix.columns.length;
  const lowest = compute.f64(columns);
  const sizes = compute.f64(columns);
  let domain = 1;
  for (let j = 0; j < columns; j++) {
    const seen = sample.map((row) => values[j * rows + row]!);
    lowest[j] = seen.reduce((least, x) => Math.min(least, x), Infinity);
    sizes[j] = seen.reduce((most, x) => Math.max(most, x), -Infinity) - lowest[j]! + 1;
    domain *= sizes[j]!;
    if (!seen.every((x) => Number.isSafeInteger(x)) || domain > mostInBlock) return null;
  }
  const blocks = Math.ceil(rows / blockRows);
  const firstRows = compute.i32(blocks * domain);
  const sums = compute.f64(blocks * domain);
  const fits = compute.i32(blocks);
  const data = [rows, columns, blockRows, domain, values.byteOffset, weights?.byteOffset ?? 0, lowest.byteOffset];
  const out = [rowToPoint.byteOffset, firstRows.byteOffset, sums.byteOffset, fits.byteOffset];
  compute.run("collapseCodes", blocks, [...data, sizes.byteOffset, ...out]);
  if (fits.includes(0)) return null;

  const first = new Map<number, number>();
  const totals = new Float64Array(domain);
  for (let n = 0; n < firstRows.length; n++) {
    if (firstRows[n] === -1) continue;
    const code = n % domain;
    totals[code]! += sums[n]!;
    if (!first.has(code)) first.set(code, firstRows[n]!);
  }
  const ordered = [...first].sort(([, a], [, b]) => a - b);
  const pointOf = compute.i32(domain);
  ordered.forEach(([code], point) => (pointOf[code] = point));
  runLookUp(compute, pointOf, 0, rowToPoint, rowToPoint);
  return { firstRow: ordered.map(([, row]) => row), weights: Float64Array.from(ordered, ([code]) => totals[code]!) };
}

/** For any values; null where a block has too many distinct rows. */
function mergeByHash(
  compute: Compute,
  matrix: Matrix,
  weightsByRow: Float64Array | null,
  rowToPoint: Int32Array,
): Merged | null {
  const { rows, values } = matrix;
  const blocks = Math.ceil(rows / blockRows);
  const firstRows = compute.i32(blocks * mostInBlock);
  const sums = compute.f64(blocks * mostInBlock);
  const found = compute.i32(blocks);
  const tables = compute.i32(slots * compute.threads);
  const data = [rows, matrix.columns.length, blockRows, mostInBlock, values.byteOffset, weightsByRow?.byteOffset ?? 0];
  const out = [rowToPoint.byteOffset, firstRows.byteOffset, sums.byteOffset, found.byteOffset, tables.byteOffset];
  compute.run("collapseRows", blocks, [...data, ...out, slots]);
  if (found.includes(-1)) return null;

  const points = new Map<string, number>();
  const firstRow: number[] = [];
  const weights: number[] = [];
  for (let b = 0; b < blocks; b++) {
    for (let n = b * mostInBlock; n < b * mostInBlock + found[b]!; n++) {
      const key = rowKey(matrix, firstRows[n]!);
      let point = points.get(key);
      if (point === undefined) {
        point = firstRow.length;
        points.set(key, point);
        firstRow.push(firstRows[n]!);
        weights.push(0);
      }
      weights[point]! += sums[n]!;
      firstRows[n] = point;
    }
  }
  runLookUp(compute, firstRows, mostInBlock, rowToPoint, rowToPoint);
  return { firstRow, weights: Float64Array.from(weights) };
}

function runLookUp(compute: Compute, table: Int32Array, stride: number, indices: Int32Array, out: Int32Array): void {
  const args = [indices.length, blockRows, table.byteOffset, stride, indices.byteOffset, out.byteOffset];
  compute.run("lookUp", Math.ceil(indices.length / blockRows), args);
}

/** Equal for equal rows; adding 0 makes one zero of the two. */
function rowKey(matrix: Matrix, row: number): string {
  let key = "";
  for (let j = 0; j < matrix.columns.length; j++) key += `${matrix.values[j * matrix.rows + row]! + 0},`;
  return key;
}
