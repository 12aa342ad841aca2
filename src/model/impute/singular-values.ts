/** `a = U · diag(values) · V'` of a square matrix. */
export interface SingularValues {
  /** In no order, none negative. */
  readonly values: Float64Array;
  /** `size × size`, column-major; a column of zeros beside a singular value of 0. */
  readonly u: Float64Array;
  readonly v: Float64Array;
}

const mostSweeps = 60;
const orthogonal = 1e-15;

/**
 * Singular values and vectors of a `size × size` matrix (column-major) by Jacobi's rotations of its columns (Hestenes
 * 1958), which finds small singular values as exactly as large ones where columns differ in size (Demmel and Veselić
 * 1992). Cost about 40 · size³ operations.
 */
export function singularValues(matrix: Float64Array, size: number): SingularValues {
  const u = matrix.slice();
  const v = new Float64Array(size * size);
  for (let j = 0; j < size; j++) v[j * size + j] = 1;
  for (let sweep = 0, rotated = true; rotated && sweep < mostSweeps; sweep++) {
    rotated = false;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotated = rotate(u, v, size, p, q) || rotated;
  }
  const values = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    const column = u.subarray(j * size, (j + 1) * size);
    const length = Math.sqrt(dotOf(column, column));
    values[j] = length;
    if (length > 0) for (let i = 0; i < size; i++) column[i]! /= length;
  }
  return { values, u, v };
}

function rotate(u: Float64Array, v: Float64Array, size: number, p: number, q: number): boolean {
  const left = u.subarray(p * size, (p + 1) * size);
  const right = u.subarray(q * size, (q + 1) * size);
  const pp = dotOf(left, left);
  const qq = dotOf(right, right);
  const pq = dotOf(left, right);
  if (pq === 0 || Math.abs(pq) <= orthogonal * Math.sqrt(pp) * Math.sqrt(qq)) return false;
  const zeta = (qq - pp) / (2 * pq);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + t * t);
  const sine = cosine * t;
  turn(left, right, cosine, sine);
  turn(v.subarray(p * size, (p + 1) * size), v.subarray(q * size, (q + 1) * size), cosine, sine);
  return true;
}

function turn(left: Float64Array, right: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < left.length; i++) {
    const a = left[i]!;
    const b = right[i]!;
    left[i] = cosine * a - sine * b;
    right[i] = sine * a + cosine * b;
  }
}

function dotOf(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
