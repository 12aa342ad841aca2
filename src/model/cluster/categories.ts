import type { Compute } from "../../core/compute.ts";

/** Categorical columns of a table as codes, in the numeric memory. */
export interface Categories {
  readonly rows: number;
  readonly columns: readonly string[];
  /** rows × columns, column-major: codes from 0 below the column's size; -1 for a word that has none, which is like no other. */
  readonly codes: Int32Array;
  /** Codes of each column. */
  readonly sizes: readonly number[];
}

/** No columns, beside as many rows. */
export function noCategories(compute: Compute, rows: number): Categories {
  return { rows, columns: [], codes: compute.i32(0), sizes: [] };
}

/** Some of the rows, in the numeric memory; all as they are for null. */
export function pickCategories(compute: Compute, categories: Categories, rows: ArrayLike<number> | null): Categories {
  if (rows === null) return categories;
  const codes = compute.i32(rows.length * categories.columns.length);
  for (let j = 0; j < categories.columns.length; j++) {
    const own = categories.codes.subarray(j * categories.rows, (j + 1) * categories.rows);
    for (let i = 0; i < rows.length; i++) codes[j * rows.length + i] = own[rows[i]!]!;
  }
  return { ...categories, rows: rows.length, codes };
}
