/** Categorical columns of a table as codes, in the numeric memory. */
export interface Categories {
  readonly rows: number;
  readonly columns: readonly string[];
  /** rows × columns, column-major: codes from 0 below the column's size; -1 for a word that has none, which is like no other. */
  readonly codes: Int32Array;
  /** Codes of each column. */
  readonly sizes: readonly number[];
}
