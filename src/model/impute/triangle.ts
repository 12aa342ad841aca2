/**
 * The triangle R of a QR factorisation of `rows × columns` numbers (column-major, overwritten) by Householder's
 * reflections: `columns × columns`, row-major, zero below the diagonal and in rows beyond `rows`. R'R is the cross product
 * of the numbers without its squared condition. Cost about 2 · rows · columns² operations.
 */
export function triangle(numbers: Float64Array, rows: number, columns: number): Float64Array {
  const steps = Math.min(rows, columns);
  const r = new Float64Array(columns * columns);
  for (let k = 0; k < steps; k++) {
    const own = k * rows;
    let largest = 0;
    for (let i = k; i < rows; i++) largest = Math.max(largest, Math.abs(numbers[own + i]!));
    let diagonal = 0;
    if (largest > 0) {
      let squares = 0;
      for (let i = k; i < rows; i++) {
        const x = numbers[own + i]! / largest;
        squares += x * x;
      }
      const length = largest * Math.sqrt(squares);
      diagonal = numbers[own + k]! > 0 ? -length : length;
      // The reflector's vector is (column - diagonal · e); twice its squared length is `scale`.
      const head = numbers[own + k]! - diagonal;
      numbers[own + k] = head;
      const scale = -diagonal * head;
      for (let j = k + 1; j < columns; j++) {
        const other = j * rows;
        let dot = 0;
        for (let i = k; i < rows; i++) dot += numbers[own + i]! * numbers[other + i]!;
        const factor = dot / scale;
        for (let i = k; i < rows; i++) numbers[other + i]! -= factor * numbers[own + i]!;
      }
    }
    r[k * columns + k] = diagonal;
    for (let j = k + 1; j < columns; j++) r[k * columns + j] = numbers[j * rows + k]!;
  }
  return r;
}
