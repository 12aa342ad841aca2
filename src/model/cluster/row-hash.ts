/** Two 32-bit ids by row, in the numeric memory. Rows whose values agree to 2⁻²¹ in every column may share both. */
export interface RowIds {
  readonly first: Int32Array;
  readonly second: Int32Array;
}

const steps = 2 ** 20;
/** 2^32 over the golden ratio: multiples of it lie far from each other modulo 2^32. */
const golden = 0x9e3779b9;

/**
 * A permutation of 0 … 2^32 - 1 that spreads every bit: shifts, xors, and multiplications by less than 2^31, so that
 * SQL of 64-bit signed integers computes the same (the form is that of Wellons' hash-prospector).
 */
export function mix(value: number): number {
  return mixed(value) >>> 0;
}

/**
 * Writes the ids of `rows` rows (`values` column-major, finite) into `ids`. A value x enters as the whole number
 * ⌊2^20 x + ½⌋, its lower 32 bits mixed with the column's number, then the next 32; the columns are summed and mixed once
 * more, so that SQL needs no more steps for more columns. A row's ids depend on nothing but its values, and the two zeros
 * are one. About 10 ns a value.
 */
export function writeRowIds(values: Float64Array, rows: number, columns: number, { first, second }: RowIds): void {
  first.fill(0);
  second.fill(0);
  for (let j = 0; j < columns; j++) {
    const from = j * rows;
    const start = columnKey(j);
    for (let i = 0; i < rows; i++) {
      const whole = Math.floor(values[from + i]! * steps + 0.5);
      // Bit operators take any whole double modulo 2^32, as typed arrays do sums.
      const low = whole | 0;
      const high = Math.floor(whole / 2 ** 32) | 0;
      first[i]! += mixed(mixed(1 + start + low) + high);
      second[i]! += mixed(mixed(2 + start + low) + high);
    }
  }
  for (let i = 0; i < rows; i++) {
    first[i] = mixed(first[i]!);
    second[i] = mixed(second[i]!);
  }
}

/** What tells the values of column j (from 0) from the same values of another; below 2^32. */
export function columnKey(j: number): number {
  return (golden * (j + 1)) % 2 ** 32;
}

/** The key of a step (0, 1, 2 …) of draws, below 2^32, from a seed of which the lower 32 bits count. */
export function drawKey(seed: number, step: number): number {
  return mix((seed % 2 ** 32) + golden * (step + 1));
}

/** The draw of a row with these ids in the step of this key: uniform in (0, 1), 53 bits. */
export function uniformDraw(firstId: number, secondId: number, key: number): number {
  return (mix(firstId + key) * 2 ** 21 + (mix(secondId + key) >>> 11) + 0.5) / 2 ** 53;
}

function mixed(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x31848bab);
  return h ^ (h >>> 16);
}
