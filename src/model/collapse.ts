import type { Compute } from "../core/compute.ts";
import type { Matrix } from "../core/matrix.ts";

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
const lookUpBlock = 65_536;

/**
 * Folds identical rows into weighted points, where a sample finds that at least half of the rows repeat another
 * and no 65,536 neighbouring rows hold more than 4,096 distinct ones; else gives the table back. Weights must not
 * be negative, values not NaN. Costs one pass over the data, and 4 bytes a row, only where it folds (or nearly).
 * The order of points and the weights depend on the data alone.
 */
export function collapse(compute: Compute, matrix: Matrix, weights: Float64Array | null): Collapsed {
  const unfolded: Collapsed = { points: matrix, weights, rowToPoint: null };
  if (sampleDistinct(matrix) > 0.5) return unfolded;
  const { rows } = matrix;
  const before = compute.mark();
  const rowToPoint = compute.i32(rows);
  const mark = compute.mark();
  const blocks = Math.ceil(rows / blockRows);
  const own = weights === null ? null : compute.f64(rows);
  if (weights !== null) own?.set(weights);
  const firstRows = compute.i32(blocks * mostInBlock);
  const sums = compute.f64(blocks * mostInBlock);
  const found = compute.i32(blocks);
  const tables = compute.i32(slots * compute.threads);
  const data = [rows, matrix.columns.length, blockRows, mostInBlock, matrix.values.byteOffset, own?.byteOffset ?? 0];
  const out = [
    rowToPoint.byteOffset,
    firstRows.byteOffset,
    sums.byteOffset,
    found.byteOffset,
    tables.byteOffset,
    slots,
  ];
  compute.run("collapseRows", blocks, [...data, ...out]);
  if (found.includes(-1)) {
    compute.release(before);
    return unfolded;
  }

  const merged = mergeBlocks(matrix, firstRows, sums, found);
  if (merged.firstRow.length > rows / 2) {
    compute.release(before);
    return unfolded;
  }
  firstRows.set(merged.pointOf);
  const indices = rowToPoint.byteOffset;
  compute.run("lookUp", blocks, [rows, blockRows, firstRows.byteOffset, mostInBlock, indices, indices]);
  compute.release(mark);
  return { points: pickRows(compute, matrix, merged.firstRow), weights: merged.weights, rowToPoint };
}

/** Labels of points as labels of rows, in the numeric memory. `labels` must be there too. */
export function expandLabels(compute: Compute, labels: Int32Array, rowToPoint: Int32Array | null): Int32Array {
  if (rowToPoint === null) return labels;
  const rows = rowToPoint.length;
  const out = compute.i32(rows);
  const args = [rows, lookUpBlock, labels.byteOffset, 0, rowToPoint.byteOffset, out.byteOffset];
  compute.run("lookUp", Math.ceil(rows / lookUpBlock), args);
  return out;
}

/** Share of distinct rows among rows spread evenly over the table. */
function sampleDistinct(matrix: Matrix): number {
  const step = Math.max(1, Math.floor(matrix.rows / sampleRows));
  const seen = new Set<string>();
  let drawn = 0;
  for (let i = 0; i < matrix.rows; i += step) {
    drawn++;
    seen.add(rowKey(matrix, i));
  }
  return drawn === 0 ? 1 : seen.size / drawn;
}

interface Merged {
  readonly firstRow: readonly number[];
  readonly weights: Float64Array;
  /** Point of each block's distinct rows, laid out as the blocks' lists. */
  readonly pointOf: Int32Array;
}

function mergeBlocks(matrix: Matrix, firstRows: Int32Array, sums: Float64Array, found: Int32Array): Merged {
  const points = new Map<string, number>();
  const firstRow: number[] = [];
  const weights: number[] = [];
  const pointOf = new Int32Array(firstRows.length);
  for (let b = 0; b < found.length; b++) {
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
      pointOf[n] = point;
    }
  }
  return { firstRow, weights: Float64Array.from(weights), pointOf };
}

/** Equal for equal rows; adding 0 makes one zero of the two. */
function rowKey(matrix: Matrix, row: number): string {
  let key = "";
  for (let j = 0; j < matrix.columns.length; j++) key += `${matrix.values[j * matrix.rows + row]! + 0},`;
  return key;
}

function pickRows(compute: Compute, matrix: Matrix, list: readonly number[]): Matrix {
  const rows = list.length;
  const values = compute.f64(rows * matrix.columns.length);
  for (let j = 0; j < matrix.columns.length; j++) {
    for (let i = 0; i < rows; i++) values[j * rows + i] = matrix.values[j * matrix.rows + list[i]!]!;
  }
  return { rows, columns: matrix.columns, values };
}
