import type { Compute } from "../core/compute.ts";

/** A column-major table; `columns` is their number. */
interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Of each row the first that equals it, in the numeric memory; the two zeros are equal. */
export function firstEqualRows(compute: Compute, points: Rows): Int32Array {
  const { rows } = points;
  const first = compute.i32(rows);
  const mark = compute.mark();
  const hashes = compute.i32(rows);
  hashRows(points, hashes);
  const slots = 2 ** Math.ceil(Math.log2(2 * rows));
  // A row's number plus 1; 0: free.
  const table = compute.i32(slots);
  for (let i = 0; i < rows; i++) {
    const hash = hashes[i]!;
    let at = (hash ^ (hash >>> 15)) & (slots - 1);
    for (;;) {
      const other = table[at]! - 1;
      if (other < 0) {
        table[at] = i + 1;
        first[i] = i;
        break;
      }
      if (hashes[other] === hash && equalRows(points, other, i)) {
        first[i] = other;
        break;
      }
      at = (at + 1) & (slots - 1);
    }
  }
  compute.release(mark);
  return first;
}

/** Of the exact values: those of `row-hash.ts` are one for rows that are near enough. */
function hashRows({ rows, columns, values }: Rows, hashes: Int32Array): void {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * rows * columns);
  for (let j = 0; j < columns; j++) {
    let at = 2 * j * rows;
    for (let i = 0; i < rows; i++, at += 2) {
      const zero = values[at / 2] === 0;
      const one = zero ? 0 : words[at]!;
      const two = zero ? 0 : words[at + 1]!;
      const h = Math.imul(hashes[i]! ^ one, 0x7feb352d);
      const g = Math.imul(h ^ (h >>> 15) ^ two, 0x31848bab);
      hashes[i] = g ^ (g >>> 16);
    }
  }
}

function equalRows({ rows, columns, values }: Rows, a: number, b: number): boolean {
  for (let j = 0; j < columns; j++) if (values[j * rows + a] !== values[j * rows + b]) return false;
  return true;
}
