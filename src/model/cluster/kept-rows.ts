import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { inMemory } from "../in-memory.ts";
import { inHashOrder } from "../metrics/row-hash.ts";
import { kdTree } from "../neighbours/kd-tree.ts";
import type { KdTree } from "../neighbours/kd-tree.ts";
import { nearestRows } from "../neighbours/nearest-rows.ts";

/** Rows that a saved density model holds at most. */
export const mostKeptRows = 10_000;

/** All of some rows where they are few enough, else 10,000 of them by a hash of their number and the seed; in row order. */
export function keptRows(rows: readonly number[], seed: number): readonly number[] {
  if (rows.length <= mostKeptRows) return rows;
  return inHashOrder(seed, rows)
    .slice(0, mostKeptRows)
    .sort((a, b) => a - b);
}

/** The values of some rows, column-major. */
export function valuesOf(matrix: Matrix, rows: readonly number[]): number[] {
  return matrix.columns.flatMap((_, j) => rows.map((row) => matrix.values[j * matrix.rows + row]!));
}

/** A tree over kept rows; in the numeric memory. */
export function treeOfKept(compute: Compute, values: readonly number[], rows: number): KdTree {
  return kdTree(compute, inMemory(compute, Float64Array.from(values)), rows);
}

/** How far each kept row is from the nearest other one: how thinly they stand for the rows that were not kept. */
export async function reachesOf(compute: Compute, values: readonly number[], rows: number): Promise<number[]> {
  const mark = compute.mark();
  try {
    const placed = inMemory(compute, Float64Array.from(values));
    const reaches: number[] = [];
    await nearestRows(compute, kdTree(compute, placed, rows), placed, rows, 2, ({ count, distances }) => {
      for (let i = 0; i < count; i++) reaches.push(distances[2 * i + 1]!);
    });
    return reaches;
  } finally {
    compute.release(mark);
  }
}
