/** Numbers of a table: `rows × columns.length`, column-major, in the numeric memory. */
export interface Matrix {
  readonly rows: number;
  readonly columns: readonly string[];
  /** `values[j * rows + i]` is row i of column j. NaN is a missing value until imputation. */
  readonly values: Float64Array;
}

/** Column j of a matrix, without copying. */
export function columnOf(matrix: Matrix, j: number): Float64Array {
  return matrix.values.subarray(j * matrix.rows, (j + 1) * matrix.rows);
}
