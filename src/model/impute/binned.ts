import { codedColumn, type CodedColumns } from "./coded-columns.ts";

/** Bins of a column of numbers at most. */
const mostBins = 256;

/** Columns as small codes, which trees are split on. */
export interface BinnedColumns {
  readonly rows: number;
  /** By column, column-major. */
  readonly codes: Uint8Array;
  /** By column, how many codes there are. */
  readonly bins: Int32Array;
  /** By column of numbers, what lies between bin b and the next: their rows are told apart by `x <= edges[b]`. Empty for categories. */
  readonly edges: Float64Array[];
}

/** An empty frame for columns, to be filled by `binColumn`. */
export function emptyBins({ rows, levels }: CodedColumns): BinnedColumns {
  return {
    rows,
    codes: new Uint8Array(rows * levels.length),
    bins: new Int32Array(levels.length),
    edges: levels.map(() => new Float64Array()),
  };
}

/** Bins a column, which has no gap: by its distinct values, or 256 quantiles of them; a category is its own bin. */
export function binColumn(frame: BinnedColumns, columns: CodedColumns, j: number): void {
  const column = codedColumn(columns, j);
  const codes = frame.codes.subarray(j * columns.rows, (j + 1) * columns.rows);
  const levels = columns.levels[j]!;
  if (levels > 0) {
    frame.bins[j] = levels;
    for (let i = 0; i < column.length; i++) codes[i] = column[i]!;
    return;
  }
  const sorted = column.slice().sort();
  let distinct = 1;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
  const edges: number[] = [];
  let start = 0;
  const quantile = (rank: number): number => Math.floor((rank * mostBins) / sorted.length);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] === sorted[i - 1]) continue;
    if (distinct <= mostBins || quantile(i) > quantile(start)) edges.push(between(sorted[i - 1]!, sorted[i]!));
    start = i;
  }
  frame.bins[j] = edges.length + 1;
  frame.edges[j] = Float64Array.from(edges);
  for (let i = 0; i < column.length; i++) codes[i] = binOf(frame.edges[j]!, column[i]!);
}

/** A number that is at least `low` and below `high`. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2;
  return middle < high ? middle : low;
}

/** The first bin whose edge is not below a value. */
function binOf(edges: Float64Array, x: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x <= edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
