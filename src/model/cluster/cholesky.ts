/** Numbers of a lower triangle with its diagonal, packed row by row. */
export function triangleSize(n: number): number {
  return (n * (n + 1)) / 2;
}

/**
 * Lower Cholesky factor of a symmetric matrix (n × n, read below the diagonal), packed row by row into `out`. False
 * where a pivot is not positive: the matrix is not positive definite as far as f64 can tell. n³/3 operations.
 */
export function choleskyFactor(matrix: Float64Array, n: number, out: Float64Array): boolean {
  for (let i = 0; i < n; i++) {
    const row = triangleSize(i);
    for (let j = 0; j <= i; j++) {
      const other = triangleSize(j);
      let sum = matrix[i * n + j]!;
      for (let l = 0; l < j; l++) sum -= out[row + l]! * out[other + l]!;
      if (j < i) {
        out[row + j] = sum / out[other + j]!;
      } else {
        if (!(sum > 0) || sum === Infinity) return false;
        out[row + i] = Math.sqrt(sum);
      }
    }
  }
  return true;
}

/** Inverse of a packed lower triangle, packed likewise, into `out` (not the same array). n³/3 operations. */
export function inverseTriangle(factor: Float64Array, n: number, out: Float64Array): void {
  for (let j = 0; j < n; j++) {
    out[triangleSize(j) + j] = 1 / factor[triangleSize(j) + j]!;
    for (let i = j + 1; i < n; i++) {
      const row = triangleSize(i);
      let sum = 0;
      for (let l = j; l < i; l++) sum -= factor[row + l]! * out[triangleSize(l) + j]!;
      out[row + j] = sum / factor[row + i]!;
    }
  }
}
