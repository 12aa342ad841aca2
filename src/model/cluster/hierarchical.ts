import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { copheneticCorrelation } from "./cophenetic.ts";
import type { Cophenetic } from "./cophenetic.ts";
import { firstEqualRows } from "../first-equal-rows.ts";
import { mostMatrixPoints } from "./matrix-merges.ts";
import { type Branch, countAtHeight, cutByCount, topOfTree } from "./merge-tree.ts";
import { microClusters } from "./micro-clusters.ts";
import type { Points } from "./prepared-points.ts";
import { segmentsOfTree } from "./segments-of-tree.ts";
import type { TreeSegments } from "./segments-of-tree.ts";
import { treeOfPoints } from "./tree-of-points.ts";
import type { Linkage, PointsTree } from "./tree-of-points.ts";

/** Number of segments, or the height up to which merges are made. */
export type Cut = { readonly k: number } | { readonly height: number };

export interface HierarchicalOptions {
  readonly linkage: Linkage;
  /**
   * `one`: the hierarchy over all rows; `two`: over micro-clusters; `auto`: two where the distinct rows are more than
   * `mostOneStage` has for the linkage.
   */
  readonly stages: "auto" | "one" | "two";
  /** Micro-clusters of a fit of two stages, about and at most. */
  readonly microClusters: number;
  /** Of the micro-clusters, and of the sample for the cophenetic correlation. */
  readonly seed: number;
  progress?(text: string): void;
}

/** A hierarchy over all rows, which any number of cuts are made of. */
export interface Hierarchy {
  readonly distinct: number;
  /** Over the rows of positive weight, or over the micro-clusters. */
  readonly tree: PointsTree;
  /** Of the tree with the rows, or micro-clusters, that it is over. */
  readonly cophenetic: Cophenetic;
  /** Micro-clusters of a fit of two stages, with the weighted squared distances inside them; null: one stage. */
  readonly micro: { readonly count: number; readonly inertia: number; readonly ofRow: Int32Array } | null;
}

export interface HierarchicalResult extends TreeSegments, Pick<Hierarchy, "tree" | "cophenetic" | "micro"> {}

/**
 * Distinct rows up to which `auto` makes one stage: 20,000 for complete and average linkage, which hold all distances; for ward
 * and single 100,000 up to 16 columns and fewer beyond, so that rows² · columns stays the same (28,284 at 200).
 */
export function mostOneStage(linkage: Linkage, columns: number): number {
  if (linkage === "complete" || linkage === "average") return mostMatrixPoints;
  return Math.floor(100_000 * Math.sqrt(16 / Math.max(16, columns)));
}

/**
 * Segments by cutting a hierarchy (`treeOfPoints`). Of two stages, the first makes micro-clusters by k-means and the second the
 * hierarchy over their means and weights; with `ward` that is the hierarchy which begins with these clusters. Leaves only the
 * labels in the numeric memory. Throws `no-rows`, `too-many-segments` when k exceeds the distinct rows (or micro-clusters), and
 * `too-many-rows` for complete and average linkage in one stage.
 */
export async function fitHierarchical(
  compute: Compute,
  points: Points,
  options: HierarchicalOptions & { readonly cut: Cut },
): Promise<HierarchicalResult> {
  const hierarchy = await buildHierarchy(compute, points, options);
  const { tree, cophenetic, micro } = hierarchy;
  return { ...cutHierarchy(compute, points, hierarchy, options.cut), tree, cophenetic, micro };
}

/** The hierarchy alone, for several cuts. Leaves nothing in the numeric memory. Throws as `fitHierarchical`. */
export async function buildHierarchy(
  compute: Compute,
  points: Points,
  { stages, linkage, seed, microClusters: many, progress }: HierarchicalOptions,
): Promise<Hierarchy> {
  const mark = compute.mark();
  try {
    const distinct = distinctRows(compute, points);
    const isTwo =
      stages === "two" || (stages === "auto" && distinct > mostOneStage(linkage, points.matrix.columns.length));
    const micro = isTwo ? await microClusters(compute, points, { many, seed }) : null;
    const over = micro?.points ?? points;
    const tree = await treeOfPoints(compute, over, linkage, progress);
    return {
      distinct,
      tree,
      cophenetic: await copheneticCorrelation(compute, over, tree.tree, { seed }),
      micro:
        micro === null
          ? null
          : { count: micro.points.matrix.rows, inertia: micro.inertia, ofRow: micro.labels.slice() },
    };
  } finally {
    compute.release(mark);
  }
}

/** The segments of one cut. Leaves only the labels in the numeric memory. Throws `too-many-segments`. */
export function cutHierarchy(
  compute: Compute,
  points: Points,
  { distinct, tree, micro }: Hierarchy,
  cut: Cut,
): TreeSegments {
  checkCount(cut, distinct, "distinct rows");
  if (micro !== null) checkCount(cut, micro.count, "micro-clusters");
  const clusters = cutByCount(tree.tree, "k" in cut ? cut.k : countAtHeight(tree.tree, cut.height));
  const { rows, ofLeaf } =
    micro === null ? { rows: tree.rowOfLeaf, ofLeaf: clusters } : throughMicro(points, micro.ofRow, tree, clusters);
  return segmentsOfTree(compute, points, rows, ofLeaf);
}

/** The tree above a cut into as many clusters as `segments` has, which are the labels of its clusters. */
export function topOfHierarchy({ tree, micro }: Hierarchy, segments: TreeSegments): Branch {
  const clusters = cutByCount(tree.tree, segments.k);
  const rowOfMicro = new Map<number, number>();
  micro?.ofRow.forEach((one, row) => rowOfMicro.has(one) || rowOfMicro.set(one, row));
  const labelOf = new Int32Array(segments.k);
  tree.rowOfLeaf.forEach((place, leaf) => {
    labelOf[clusters[leaf]!] = segments.labels[micro === null ? place : rowOfMicro.get(place)!]!;
  });
  const renamed = (branch: Branch): Branch =>
    branch.kind === "cluster"
      ? { ...branch, label: labelOf[branch.label]! }
      : { ...branch, parts: [renamed(branch.parts[0]), renamed(branch.parts[1])] };
  return renamed(topOfTree(tree.tree, segments.k, tree.weights));
}

function distinctRows(compute: Compute, { matrix, weights }: Points): number {
  const { rows, columns, values } = matrix;
  const mark = compute.mark();
  const first = firstEqualRows(compute, { rows, columns: columns.length, values });
  const seen = new Uint8Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if ((weights !== null && !(weights[row]! > 0)) || seen[first[row]!] === 1) continue;
    seen[first[row]!] = 1;
    count++;
  }
  compute.release(mark);
  return count;
}

function checkCount(cut: Cut, most: number, things: string): void {
  if (!("k" in cut) || cut.k <= most || most === 0) return;
  throw new SegmentError("too-many-segments", `${cut.k} segments asked for, but only ${most} ${things}`, {
    hint: `ask for at most ${most} segments (--k)`,
  });
}

/** The rows of positive weight with the cluster of their micro-cluster, numbered by first row. */
function throughMicro(
  { matrix, weights }: Points,
  microOf: Int32Array,
  { rowOfLeaf }: PointsTree,
  clusters: Int32Array,
): { readonly rows: Int32Array; readonly ofLeaf: Int32Array } {
  const clusterOfMicro = new Int32Array(microOf.length);
  rowOfLeaf.forEach((micro, leaf) => (clusterOfMicro[micro] = clusters[leaf]!));
  const rows = new Int32Array(matrix.rows);
  const ofLeaf = new Int32Array(matrix.rows);
  const numbers = new Map<number, number>();
  let count = 0;
  for (let row = 0; row < matrix.rows; row++) {
    if (weights !== null && !(weights[row]! > 0)) continue;
    const cluster = clusterOfMicro[microOf[row]!]!;
    const number = numbers.get(cluster) ?? numbers.size;
    numbers.set(cluster, number);
    rows[count] = row;
    ofLeaf[count++] = number;
  }
  return { rows: rows.subarray(0, count), ofLeaf: ofLeaf.subarray(0, count) };
}
