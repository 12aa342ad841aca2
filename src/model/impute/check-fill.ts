import { rowHash } from "../metrics/row-hash.ts";
import { codedColumn, greatest, levelCounts, rowsOf, type CodedColumns } from "./coded-columns.ts";

/** Rows and share of known cells that the check hides, and how few cells of a column are too few. */
const mostRows = 5000;
const hiddenShare = 0.1;
const leastHidden = 10;

/** How near a column's hidden cells were filled. */
export interface FillCheck {
  readonly hidden: number;
  /** Root mean squared error of numbers, share of wrong categories. */
  readonly error: number;
  /** The same of the mean, or the most frequent category, of the cells that were left. */
  readonly plain: number;
}

/**
 * Hides a tenth of the known cells of some columns, by a hash of row, column and seed, on 5,000 rows at most, and tells how
 * near `fill`, which learns from what is left and fills it in place, comes to them; `rows` are the places of its rows in
 * `all`. Null for a column with fewer than ten.
 */
export async function checkFill(
  all: CodedColumns,
  targets: readonly number[],
  seed: number,
  fill: (columns: CodedColumns, rows: readonly number[]) => Promise<void>,
): Promise<readonly (FillCheck | null)[]> {
  const step = Math.max(1, Math.ceil(all.rows / mostRows));
  const rows = Array.from({ length: Math.ceil(all.rows / step) }, (_, i) => i * step);
  const truth = rowsOf(all, rows);
  const columns = { ...truth, values: truth.values.slice() };
  const hidden = targets.map((j) => {
    const column = codedColumn(columns, j);
    const cells: number[] = [];
    for (let i = 0; i < columns.rows; i++) {
      const isHidden = rowHash(seed + 7919 * (j + 1), i) < hiddenShare * 2 ** 32;
      if (isHidden && !Number.isNaN(column[i]!)) cells.push(i);
    }
    const known = column.reduce((count, x) => (Number.isNaN(x) ? count : count + 1), 0);
    if (cells.length < leastHidden || known - cells.length < leastHidden) return [];
    for (const i of cells) column[i] = Number.NaN;
    return cells;
  });
  if (hidden.every((cells) => cells.length === 0)) return targets.map(() => null);
  // Every column has a value left: a column of the sample that had none would be no column to learn from.
  if (columns.levels.some((_, j) => codedColumn(columns, j).every(Number.isNaN))) return targets.map(() => null);
  const plain = targets.map((j) => plainFill(codedColumn(columns, j), columns.levels[j]!));
  await fill(columns, rows);
  return targets.map((j, t) => {
    const cells = hidden[t]!;
    if (cells.length === 0) return null;
    const isNumber = columns.levels[j] === 0;
    const wanted = codedColumn(truth, j);
    const found = codedColumn(columns, j);
    const error = (of: (i: number) => number): number => {
      let sum = 0;
      for (const i of cells) sum += isNumber ? (of(i) - wanted[i]!) ** 2 : of(i) === wanted[i] ? 0 : 1;
      return isNumber ? Math.sqrt(sum / cells.length) : sum / cells.length;
    };
    return { hidden: cells.length, error: error((i) => found[i]!), plain: error(() => plain[t]!) };
  });
}

function plainFill(column: Float64Array, levels: number): number {
  if (levels > 0) {
    const counts = levelCounts(column, levels);
    return greatest(counts, counts);
  }
  const known = column.filter((x) => !Number.isNaN(x));
  return known.reduce((sum, x) => sum + x, 0) / known.length;
}
