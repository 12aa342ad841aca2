import { readFileSync } from "node:fs";
import type { CodedColumns } from "../../../src/model/impute/coded-columns.ts";

interface Filled {
  readonly rmse: number;
  /** By column, the cells that were hidden, in the order of rows. */
  readonly filled: readonly (readonly number[])[];
}

export interface ReferenceCase {
  readonly name: string;
  /** By column. */
  readonly columns: readonly (readonly number[])[];
  readonly hidden: number;
  readonly mean_rmse: number;
  readonly knn: Readonly<Record<"uniform" | "distance", Filled>>;
  /** By column, hidden cells whose fifth and sixth neighbours are as near, by their place among the hidden. */
  readonly ties: readonly (readonly number[])[];
  readonly iterative: Readonly<Record<string, Filled & { readonly rounds: number }>>;
  /** Of the odd rows, by an imputer that was fitted on the even ones with a tolerance of 1e-12. */
  readonly applied: readonly (readonly number[])[];
  readonly forest_rmse: number;
  /** Of the first column, nothing hidden, on the others. */
  readonly ridge: {
    readonly coefficients: readonly number[];
    readonly intercept: number;
    readonly alpha: number;
    readonly variances: readonly number[];
  };
}

export interface PooledCase {
  readonly means: readonly number[];
  readonly variances: readonly number[];
  readonly mean: number;
  readonly within: number;
  readonly between: number;
  readonly total: number;
  readonly share: number;
}

/** What scikit-learn fills, see the script beside it. */
export const reference = JSON.parse(
  readFileSync(new URL("../../../fixtures/reference/impute/reference.json", import.meta.url), "utf8"),
) as { readonly cases: readonly ReferenceCase[]; readonly pooled: readonly PooledCase[] };

/** Whether the cell is hidden from what fills gaps. */
export function isHidden(row: number, column: number): boolean {
  return (7 * row + 3 * column) % 10 === 0;
}

/** Columns of numbers with their hidden cells NaN, of the rows given. */
export function withGaps(columns: readonly (readonly number[])[], rows?: readonly number[]): CodedColumns {
  const some = rows ?? columns[0]!.map((_, i) => i);
  const values = new Float64Array(some.length * columns.length);
  columns.forEach((column, j) =>
    some.forEach((i, n) => {
      values[j * some.length + n] = isHidden(i, j) ? Number.NaN : column[i]!;
    }),
  );
  return { rows: some.length, values, levels: columns.map(() => 0) };
}

/** By column, the cells of some rows that were hidden. */
export function filledCells({ rows, values, levels }: CodedColumns, of?: readonly number[]): number[][] {
  return levels.map((_, j) => {
    const cells: number[] = [];
    for (let n = 0; n < rows; n++) if (isHidden(of?.[n] ?? n, j)) cells.push(values[j * rows + n]!);
    return cells;
  });
}

/** Root of the mean squared difference. */
export function rmse(found: readonly number[], truth: readonly number[]): number {
  return Math.sqrt(found.reduce((sum, x, i) => sum + (x - truth[i]!) ** 2, 0) / found.length);
}
