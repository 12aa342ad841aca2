import type { Compute } from "../core/compute.ts";
import type { Matrix } from "../core/matrix.ts";
import { type Categories, pickCategories } from "./cluster/categories.ts";

/** Numbers of rows, and the words beside them where the rows have words. */
export interface RowsWithWords {
  readonly matrix: Matrix;
  readonly categories: Categories | null;
}

/** Some rows, in the order of their list, in the numeric memory. */
export function pickWithWords(
  compute: Compute,
  { matrix, categories }: RowsWithWords,
  list: ArrayLike<number>,
): RowsWithWords {
  return {
    matrix: pickRows(compute, matrix, list),
    categories: categories === null ? null : pickCategories(compute, categories, list),
  };
}

/** Some rows of a matrix, in the order of their list, as a matrix of their own in the numeric memory. */
export function pickRows(compute: Compute, { rows, columns, values }: Matrix, list: ArrayLike<number>): Matrix {
  const picked = compute.f64(list.length * columns.length);
  for (let j = 0; j < columns.length; j++) {
    for (let i = 0; i < list.length; i++) picked[j * list.length + i] = values[j * rows + list[i]!]!;
  }
  return { rows: list.length, columns, values: picked };
}
