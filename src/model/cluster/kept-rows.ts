import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { inMemory } from "../in-memory.ts";
import { inHashOrder } from "../metrics/row-hash.ts";
import { distinctRows } from "../neighbours/distinct-rows.ts";
import { kdTree } from "../neighbours/kd-tree.ts";
import type { KdTree } from "../neighbours/kd-tree.ts";
import { nearestRows } from "../neighbours/nearest-rows.ts";

/** Rows that a saved density model holds at most. */
export const mostKeptRows = 10_000;

/** Rows that stand for a table. */
export interface KeptRows {
  /** In the order of the table. */
  readonly rows: readonly number[];
  /** Weight of the rows that equal each. */
  readonly weights: readonly number[];
  /** Whether every row of the table equals one of them. */
  readonly isAll: boolean;
}

/** Rows of each segment that are held before others, as long as there is room. */
const rowsBySegment = 10;

/**
 * The first of each set of equal rows, of those that `isWanted`: all where they are few enough, else 10,000 of them:
 * those of more than a ten-thousandth of the weight, ten of each segment, then any, by a hash of their number and the
 * seed.
 */
export function keptRows(
  compute: Compute,
  matrix: Matrix,
  weights: Float64Array | null,
  labels: Int32Array,
  isWanted: (row: number) => boolean,
  seed: number,
): KeptRows {
  const distinct = distinctRows(compute, matrix.values, matrix.rows);
  const sums = new Float64Array(distinct?.firstRows.length ?? matrix.rows);
  const firsts = new Int32Array(sums.length).fill(-1);
  let total = 0;
  for (let row = 0; row < matrix.rows; row++) {
    if (!isWanted(row)) continue;
    const point = distinct?.pointOf[row] ?? row;
    if (firsts[point]! < 0) firsts[point] = row;
    sums[point]! += weights?.[row] ?? 1;
    total += weights?.[row] ?? 1;
  }
  const points = Array.from(firsts.keys()).filter((point) => firsts[point]! >= 0);
  const isAll = points.length <= mostKeptRows;
  let kept = points;
  if (!isAll) {
    const isHeavy = (point: number): boolean => sums[point]! * mostKeptRows > total;
    const light = inHashOrder(
      seed,
      points.filter((point) => !isHeavy(point)),
    );
    const counts = new Map<number, number>();
    const isEarly = (point: number): boolean => {
      const segment = labels[firsts[point]!]!;
      counts.set(segment, (counts.get(segment) ?? 0) + 1);
      return segment >= 0 && counts.get(segment)! <= rowsBySegment;
    };
    const early = new Set(light.filter(isEarly));
    const rest = light.filter((point) => !early.has(point));
    kept = [...points.filter(isHeavy), ...early, ...rest].slice(0, mostKeptRows);
  }
  kept.sort((a, b) => firsts[a]! - firsts[b]!);
  return { rows: kept.map((point) => firsts[point]!), weights: kept.map((point) => sums[point]!), isAll };
}

/** The values of some rows, column-major. */
export function valuesOf(matrix: Matrix, rows: readonly number[]): number[] {
  return matrix.columns.flatMap((_, j) => rows.map((row) => matrix.values[j * matrix.rows + row]!));
}

/** A tree over kept rows; in the numeric memory. */
export function treeOfKept(compute: Compute, values: readonly number[], rows: number): KdTree {
  return kdTree(compute, inMemory(compute, Float64Array.from(values)), rows);
}

/** Of a kept row, the other one whose distance tells how thinly they stand for the rows that were not kept. */
const reachNeighbour = 5;

/** By kept row how far it is from its fifth nearest other one. */
export async function reachesOf(compute: Compute, values: readonly number[], rows: number): Promise<number[]> {
  const mark = compute.mark();
  try {
    const placed = inMemory(compute, Float64Array.from(values));
    const reaches: number[] = [];
    const k = reachNeighbour + 1;
    await nearestRows(compute, kdTree(compute, placed, rows), placed, rows, k, ({ count, distances }) => {
      for (let i = 0; i < count; i++) reaches.push(distances[k * i + reachNeighbour]!);
    });
    return reaches;
  } finally {
    compute.release(mark);
  }
}
