import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { exactPoints } from "./exact-points.ts";
import { genieMerges } from "./genie-merges.ts";
import { cutByCount, mergeTree } from "./merge-tree.ts";
import type { Points } from "./prepared-points.ts";
import { segmentsOfTree } from "./segments-of-tree.ts";
import type { TreeSegments } from "./segments-of-tree.ts";
import { spanningTree } from "./spanning-tree.ts";
import type { PointsTree } from "./tree-of-points.ts";

export interface GenieOptions {
  /** Number of segments. */
  readonly k: number;
  /** Gini index of the segment sizes above which a smallest one must be joined, 0 to 1; the authors advise 0.3. */
  readonly giniThreshold: number;
  progress?(text: string): void;
}

export interface GenieResult extends TreeSegments {
  /** Over the rows of positive weight; the height of a merge is the length of its edge, lowered to that of later ones. */
  readonly tree: PointsTree;
}

/** A tree of Genie's merges, which any number of cuts are made of. */
export type GenieTree = PointsTree & { readonly count: number };

/**
 * Segments by Genie (`genieMerges`) over the exact Euclidean minimum spanning tree: O(n·d) memory, O(n²·d) time. Every row
 * belongs to a segment. Weights: a row begins as a cluster of its weight, which is not the same as so many equal rows that are
 * joined one by one; equal rows in the table are rows of their own, as in the authors' package. The same for any number of
 * threads. Leaves only the labels in the numeric memory. Throws `no-rows`, `too-many-segments` when k exceeds the rows.
 */
export async function fitGenie(compute: Compute, points: Points, options: GenieOptions): Promise<GenieResult> {
  const tree = await buildGenie(compute, points, options);
  return { ...cutGenie(compute, points, tree, options.k), tree };
}

/** The tree alone. Leaves nothing in the numeric memory. */
export async function buildGenie(
  compute: Compute,
  points: Points,
  { giniThreshold, progress }: Omit<GenieOptions, "k">,
): Promise<GenieTree> {
  const mark = compute.mark();
  try {
    const exact = exactPoints(compute, points, false);
    const { count, rowOfLeaf } = exact;
    const edges = await spanningTree(compute, exact, progress);
    const weights = points.weights === null ? null : exact.weights.slice();
    const tree = mergeTree(count, genieMerges(edges, exact.weights, giniThreshold), weights);
    return { count, tree, rowOfLeaf, weights };
  } finally {
    compute.release(mark);
  }
}

/** The segments of one cut. Leaves only the labels in the numeric memory. Throws `too-many-segments`. */
export function cutGenie(
  compute: Compute,
  points: Points,
  { count, tree, rowOfLeaf }: GenieTree,
  k: number,
): TreeSegments {
  if (k > count) {
    throw new SegmentError("too-many-segments", `${k} segments asked for, but only ${count} rows`, {
      hint: `ask for at most ${count} segments (--k)`,
    });
  }
  return segmentsOfTree(compute, points, rowOfLeaf, cutByCount(tree, k));
}
