import type { Compute } from "../core/compute.ts";
import type { Matrix } from "../core/matrix.ts";

/** Some rows of a matrix, in the order of their list, as a matrix of their own in the numeric memory. */
export function pickRows(compute: Compute, { rows, columns, values }: Matrix, list: ArrayLike<number>): Matrix {
  const picked = compute.f64(list.length * columns.length);
  for (let j = 0; j < columns.length; j++) {
    for (let i = 0; i < list.length; i++) picked[j * list.length + i] = values[j * rows + list[i]!]!;
  }
  return { rows: list.length, columns, values: picked };
}
