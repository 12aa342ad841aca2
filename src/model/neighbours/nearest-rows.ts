import type { Compute } from "../../core/compute.ts";
import { treeQueriesBlock, treeQueriesScratch } from "../kernels/tree-queries.ts";
import { blockSize, runInParts, treeArguments } from "./kd-tree.ts";
import type { KdTree } from "./kd-tree.ts";

/** Rows whose neighbours are held at a time. */
const atOnce = 1 << 14;

/** The neighbours of `count` rows from `first` on; neighbour n of row first + i stands at i × k + n. */
export interface Neighbours {
  readonly first: number;
  readonly count: number;
  /** Rows of the tree's table, nearest first, ties to the lower row; -1 where there are no more. */
  readonly rows: Int32Array;
  readonly distances: Float64Array;
}

/**
 * The k nearest rows of a tree's table to each row of a matrix (column-major, in the numeric memory), 16,384 rows at a
 * time: what `each` is given is overwritten by the next. A row of the table is its own nearest neighbour.
 */
export async function nearestRows(
  compute: Compute,
  tree: KdTree,
  values: Float64Array,
  rows: number,
  k: number,
  each: (neighbours: Neighbours) => void,
): Promise<void> {
  const mark = compute.mark();
  try {
    const found = compute.i32(Math.min(rows, atOnce) * k);
    const distances = compute.f64(Math.min(rows, atOnce) * k);
    const size = blockSize(treeQueriesBlock, tree.columns);
    const args = treeArguments(compute, tree, treeQueriesScratch(tree.columns));
    for (let first = 0; first < rows; first += atOnce) {
      const count = Math.min(atOnce, rows - first);
      await runInParts(compute, "nearestNeighbours", Math.ceil(count / size), [
        ...args,
        values.byteOffset,
        rows,
        first,
        count,
        size,
        tree.scale,
        tree.order.byteOffset,
        k,
        found.byteOffset,
        distances.byteOffset,
      ]);
      for (let n = 0; n < count * k; n++) distances[n] = Math.sqrt(distances[n]!) / tree.scale;
      each({ first, count, rows: found, distances });
    }
  } finally {
    compute.release(mark);
  }
}
