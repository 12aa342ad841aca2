import { readFileSync } from "node:fs";
import type { Compute } from "../../../src/core/compute.ts";
import type { Matrix } from "../../../src/core/matrix.ts";

/** n numbers of Numerical Recipes' generator over 2^32, as in fixtures/reference/k-means/make.py. */
export function lcg(n: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** A matrix in the numeric memory from rows. */
export function matrixOf(compute: Compute, rows: readonly (readonly number[])[]): Matrix {
  const width = rows[0]?.length ?? 0;
  const values = compute.f64(rows.length * width);
  rows.forEach((row, i) => row.forEach((x, j) => (values[j * rows.length + i] = x)));
  return { rows: rows.length, columns: names(width), values };
}

/** Uniform numbers, rows × columns, drawn row by row. */
export function cloudRows(rows: number, columns: number, seed: number): number[][] {
  const numbers = lcg(rows * columns, seed);
  return Array.from({ length: rows }, (_, i) => [...numbers.subarray(i * columns, (i + 1) * columns)]);
}

/** A cloud whose row i is moved by 3 in each column whose bit is set in i. */
export function bumpRows(rows: number, columns: number, seed: number): number[][] {
  return cloudRows(rows, columns, seed).map((row, i) => row.map((x, j) => x + 3 * ((i >> j) & 1)));
}

/** Rows near the three corners of a triangle, row i of the group i mod 3, then others scattered over a wide square. */
export function threeGroups(grouped: number, scattered: number): number[][] {
  const numbers = lcg(8 * (grouped + scattered), 5);
  const sum = (i: number): number => numbers[i]! + numbers[i + 1]! + numbers[i + 2]! - 1.5;
  const corners = [
    [0, 0],
    [8, 0],
    [4, 7],
  ];
  return Array.from({ length: grouped + scattered }, (_, i) => {
    const [x, y] = corners[i % 3]!;
    if (i < grouped) return [x! + 1.2 * sum(8 * i), y! + 1.2 * sum(8 * i + 3)];
    return [-5 + 18 * numbers[8 * i]!, -5 + 17 * numbers[8 * i + 1]!];
  });
}

function names(width: number): string[] {
  return Array.from({ length: width }, (_, j) => `c${j}`);
}

/** The rows of a recorded data set: `iris`, `wine` or `digits`. */
export function recordedRows(name: string): number[][] {
  const file = new URL(`../../../fixtures/reference/k-means/${name}.csv`, import.meta.url);
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => line.split(",").map(Number));
}
