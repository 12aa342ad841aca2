import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { inMemory } from "../in-memory.ts";
import { nearestRows } from "../neighbours/nearest-rows.ts";
import { keptRows, reachesOf, treeOfKept, valuesOf } from "./kept-rows.ts";
import type { Points } from "./prepared-points.ts";

/** What assigns rows to the segment of the nearest row of a fit; plain data. */
export interface NearestRowModel {
  /** Distinct rows that it holds: all, or 10,000; without limits only of those in a segment. */
  readonly rows: number;
  /** rows × columns, column-major, in the units of the matrix. */
  readonly values: readonly number[];
  /** Segment of each, from 0, -1 for none. */
  readonly labels: readonly number[];
  /** By row the distance up to which others belong to it; null: any. */
  readonly limits: readonly number[] | null;
}

/**
 * The rows of a fit, or 10,000 of them by hash: without limits those that are in a segment, else all, so that what lies nearest to
 * noise is noise. `limits` are by row of the fit; of a sample no row's is
 * below the distance to its fifth nearest other one.
 */
export async function nearestRowModel(
  compute: Compute,
  { matrix, weights }: Points,
  labels: Int32Array,
  limits: Float64Array | null,
  seed: number,
): Promise<NearestRowModel> {
  const kept = keptRows(compute, matrix, weights, labels, (row) => limits !== null || labels[row]! >= 0, seed);
  const rows = kept.rows.length;
  const values = valuesOf(matrix, kept.rows);
  const reaches = limits === null || kept.isAll ? null : await reachesOf(compute, values, rows);
  return {
    rows,
    values,
    labels: kept.rows.map((row) => labels[row]!),
    limits: limits === null ? null : kept.rows.map((row, n) => Math.max(limits[row]!, reaches?.[n] ?? 0)),
  };
}

/** The segment of the nearest row held, -1 beyond its limit. Leaves the labels in the numeric memory. */
export async function assignToNearestRow(
  compute: Compute,
  matrix: Matrix,
  model: NearestRowModel,
): Promise<Int32Array> {
  const labels = compute.i32(matrix.rows).fill(-1);
  if (model.rows === 0 || matrix.rows === 0) return labels;
  const mark = compute.mark();
  try {
    const tree = treeOfKept(compute, model.values, model.rows);
    const values = inMemory(compute, matrix.values);
    await nearestRows(compute, tree, values, matrix.rows, 1, ({ first, count, rows, distances }) => {
      for (let i = 0; i < count; i++) {
        const row = rows[i]!;
        if (model.limits === null || distances[i]! <= model.limits[row]!) labels[first + i] = model.labels[row]!;
      }
    });
    return labels;
  } finally {
    compute.release(mark);
  }
}
