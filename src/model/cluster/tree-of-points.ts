import type { Compute } from "../../core/compute.ts";
import { exactPoints } from "./exact-points.ts";
import type { ExactPoints } from "./exact-points.ts";
import { matrixMerges } from "./matrix-merges.ts";
import { mergeTree } from "./merge-tree.ts";
import type { FoundMerges, MergeTree } from "./merge-tree.ts";
import type { Points } from "./prepared-points.ts";
import { singleMerges } from "./spanning-tree.ts";
import { wardMerges } from "./ward.ts";

/** What the distance of two clusters is. */
export const linkages = ["ward", "complete", "average", "single"] as const;
export type Linkage = (typeof linkages)[number];

export interface PointsTree {
  readonly tree: MergeTree;
  /** The row of each leaf: all rows of positive weight, in row order. */
  readonly rowOfLeaf: Int32Array;
  /** Weight of each leaf; null: all one. */
  readonly weights: Float64Array | null;
}

/**
 * The hierarchy over rows, heights as SciPy's `linkage` has them for the method of the same name (`ward`: Ward's criterion on
 * distances, R's ward.D2). Equal rows are merged first, at height 0; weights act as repeated rows, and rows of weight 0 are no
 * leaves. Of equal distances the lowest number goes first (see the linkages); the result is the same for any number of threads.
 * Throws `no-rows` when no row has a positive weight, `too-many-rows` as `matrixMerges`.
 */
export async function treeOfPoints(
  compute: Compute,
  points: Points,
  linkage: Linkage,
  progress?: (text: string) => void,
): Promise<PointsTree> {
  const mark = compute.mark();
  try {
    const exact = exactPoints(compute, points, true);
    const found = await mergesBy(compute, exact, linkage, progress);
    const { rowOfLeaf } = exact;
    const weights = points.weights === null ? null : Float64Array.from(rowOfLeaf, (row) => points.weights![row]!);
    return { tree: mergeTree(rowOfLeaf.length, overLeaves(exact, found), weights), rowOfLeaf, weights };
  } finally {
    compute.release(mark);
  }
}

function mergesBy(
  compute: Compute,
  points: ExactPoints,
  linkage: Linkage,
  progress?: (text: string) => void,
): Promise<FoundMerges> {
  switch (linkage) {
    case "ward":
      return wardMerges(compute, points, progress);
    case "single":
      return singleMerges(compute, points, progress);
    case "complete":
    case "average":
      return matrixMerges(compute, points, linkage, progress);
  }
}

/** The merges of points with those of equal rows before them. */
function overLeaves({ pointOfLeaf, lastLeaf }: ExactPoints, found: FoundMerges): FoundMerges {
  const merges = pointOfLeaf.length - 1;
  const one = new Int32Array(merges);
  const other = new Int32Array(merges);
  const heights = new Float64Array(merges);
  const before = new Int32Array(lastLeaf.length).fill(-1);
  let next = 0;
  for (let leaf = 0; leaf < pointOfLeaf.length; leaf++) {
    const point = pointOfLeaf[leaf]!;
    if (before[point]! >= 0) {
      one[next] = before[point]!;
      other[next++] = leaf;
    }
    before[point] = leaf;
  }
  for (let i = 0; i < found.heights.length; i++, next++) {
    one[next] = lastLeaf[found.one[i]!]!;
    other[next] = lastLeaf[found.other[i]!]!;
    heights[next] = found.heights[i]!;
  }
  return { one, other, heights };
}
