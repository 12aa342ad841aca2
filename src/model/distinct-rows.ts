import type { Matrix } from "../core/matrix.ts";

/** Distinct rows of a matrix, counted up to `enough`; the two zeros are one value. */
export function distinctRows({ rows, columns, values }: Matrix, enough: number): number {
  const seen = new Set<string>();
  const row = new Float64Array(columns.length);
  for (let i = 0; i < rows && seen.size < enough; i++) {
    for (let j = 0; j < row.length; j++) row[j] = values[j * rows + i]! + 0;
    seen.add(row.join());
  }
  return seen.size;
}
