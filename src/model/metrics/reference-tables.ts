import type { Matrix } from "../../core/matrix.ts";
import type { Random } from "../random.ts";
import { rowHash } from "./row-hash.ts";

/**
 * A lower triangle L (d × d, row-major) with L·Lᵀ equal to a covariance matrix. Semi-definite is enough: a column
 * that the earlier ones determine (its rest below 1e-12 of its variance) adds nothing of its own.
 */
export function choleskyFactor(covariance: Float64Array, d: number): Float64Array {
  const factor = new Float64Array(d * d);
  for (let j = 0; j < d; j++) {
    let rest = covariance[j * d + j]!;
    for (let m = 0; m < j; m++) rest -= factor[j * d + m]! ** 2;
    if (!(rest > 1e-12 * covariance[j * d + j]!)) continue;
    const own = Math.sqrt(rest);
    factor[j * d + j] = own;
    for (let i = j + 1; i < d; i++) {
      let shared = covariance[i * d + j]!;
      for (let m = 0; m < j; m++) shared -= factor[i * d + m]! * factor[j * d + m]!;
      factor[i * d + j] = shared / own;
    }
  }
  return factor;
}

/** Fills `out` with rows of one Gaussian around 0 of the factor's covariance. Costs about 0.3 µs a value. */
export function fillGaussian(out: Matrix, factor: Float64Array, random: Random): void {
  const d = out.columns.length;
  const draws = new Float64Array(d);
  for (let i = 0; i < out.rows; i++) {
    for (let j = 0; j < d; j++) draws[j] = random.normal(i * d + j);
    for (let j = 0; j < d; j++) {
      let value = 0;
      for (let m = 0; m <= j; m++) value += factor[j * d + m]! * draws[m]!;
      out.values[j * out.rows + i] = value;
    }
  }
}

/** Fills `out` with the table's columns, each shuffled for itself (Fisher–Yates, Durstenfeld's form). */
export function fillShuffled(out: Matrix, table: Matrix, seed: number): void {
  const { rows } = table;
  out.values.set(table.values);
  for (let j = 0; j < table.columns.length; j++) {
    const column = out.values.subarray(j * rows, (j + 1) * rows);
    for (let i = rows - 1; i > 0; i--) {
      const other = Math.floor((rowHash(seed, j * rows + i) / 2 ** 32) * (i + 1));
      const value = column[i]!;
      column[i] = column[other]!;
      column[other] = value;
    }
  }
}
