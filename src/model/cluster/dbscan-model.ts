import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { leafRows } from "../kernels/tree-walk.ts";
import { treeQueriesBlock, treeQueriesScratch } from "../kernels/tree-queries.ts";
import { inMemory } from "../in-memory.ts";
import { nextUp } from "../neighbours/next-up.ts";
import { blockSize, runInParts, treeArguments } from "../neighbours/kd-tree.ts";
import { nearestRows } from "../neighbours/nearest-rows.ts";
import type { DbscanResult } from "./dbscan.ts";
import { keptRows, reachesOf, treeOfKept, valuesOf } from "./kept-rows.ts";

/** What assigns new rows to DBSCAN's segments; plain data. */
export interface DbscanModel {
  readonly epsilon: number;
  /** Distinct core rows that it holds: all, or 10,000. */
  readonly rows: number;
  /** rows × columns, column-major, in the units of the matrix. */
  readonly values: readonly number[];
  /** Segment of each, from 0. */
  readonly labels: readonly number[];
  /** Distance of each to its fifth nearest other one; null where all core rows are held. */
  readonly reaches: readonly number[] | null;
}

export async function dbscanModel(
  compute: Compute,
  matrix: Matrix,
  { labels, isCore }: DbscanResult,
  epsilon: number,
  seed: number,
): Promise<DbscanModel> {
  const kept = keptRows(compute, matrix, null, labels, (row) => isCore[row] === 1, seed);
  const rows = kept.rows.length;
  const values = valuesOf(matrix, kept.rows);
  const reaches = kept.isAll ? null : await reachesOf(compute, values, rows);
  return { epsilon, rows, values, labels: kept.rows.map((row) => labels[row]!), reaches };
}

/**
 * The segment of each row, from 0, -1 for noise. Where the model holds all core rows, the first segment with a core
 * row within ε: the labels that the fit gave its own rows. Else the segment of the nearest core row held, if that is
 * no farther than ε or than it is from its fifth nearest one held. Leaves the labels in the numeric memory.
 */
export async function assignByDbscan(compute: Compute, matrix: Matrix, model: DbscanModel): Promise<Int32Array> {
  const labels = compute.i32(matrix.rows).fill(-1);
  if (model.rows === 0 || matrix.rows === 0) return labels;
  const mark = compute.mark();
  try {
    const tree = treeOfKept(compute, model.values, model.rows);
    const values = inMemory(compute, matrix.values);
    const { reaches, epsilon } = model;
    if (reaches !== null) {
      await nearestRows(compute, tree, values, matrix.rows, 1, ({ first, count, rows, distances }) => {
        for (let i = 0; i < count; i++) {
          const row = rows[i]!;
          if (distances[i]! <= Math.max(epsilon, reaches[row]!)) labels[first + i] = model.labels[row]!;
        }
      });
      return labels;
    }
    const size = blockSize(treeQueriesBlock, tree.columns);
    const placed = compute.i32(tree.leaves * leafRows);
    tree.order.forEach((row, position) => (placed[position] = model.labels[row]!));
    await runInParts(compute, "leastLabels", Math.ceil(matrix.rows / size), [
      ...treeArguments(compute, tree, treeQueriesScratch(tree.columns)),
      values.byteOffset,
      matrix.rows,
      size,
      tree.scale,
      nextUp((epsilon * tree.scale) ** 2),
      placed.byteOffset,
      labels.byteOffset,
    ]);
    return labels;
  } finally {
    compute.release(mark);
  }
}
