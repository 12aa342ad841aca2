import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { inMemory } from "../in-memory.ts";
import { dbscanBlock, dbscanScratch } from "../kernels/dbscan-steps.ts";
import { leafRows } from "../kernels/tree-walk.ts";
import { blockSize, kdTree, runInParts, treeArguments } from "../neighbours/kd-tree.ts";
import type { KdTree } from "../neighbours/kd-tree.ts";
import { nextUp } from "../neighbours/next-up.ts";
import type { Points } from "./prepared-points.ts";

export interface DbscanOptions {
  /** Radius of a neighbourhood, inclusive; above 0. */
  readonly epsilon: number;
  /** Weight that a core point has within its radius, its own included; above 0. */
  readonly minSamples: number;
}

export interface DbscanResult {
  /** Segment of each row, from 0 in the order of their first core rows, -1 for noise; in the numeric memory. */
  readonly labels: Int32Array;
  readonly segments: number;
  /** 1 for rows that are core points; in the numeric memory. */
  readonly isCore: Uint8Array;
}

/**
 * DBSCAN (Ester, Kriegel, Sander, Xu 1996), exact, by scikit-learn's conventions: a neighbourhood holds the row itself
 * and rows at exactly ε; a row that is no core point but within ε of some goes to the segment of those whose first core
 * row comes first in the table. Weights act as repeated rows; rows of weight 0 are never core points.
 *
 * Core points are joined in disjoint sets, from the leaves of a kd-tree upwards, and what is one set already is not
 * looked at again, so neighbourhoods are never held. Memory, beside the points: 9 bytes × rows × columns, and some 20
 * × rows. The matrix must hold no NaN or infinity. The same for any number of threads. Leaves the labels and `isCore`
 * in the numeric memory.
 */
export async function dbscan(
  compute: Compute,
  points: Points,
  options: DbscanOptions,
  progress?: (text: string) => void,
): Promise<DbscanResult> {
  const { rows, columns } = points.matrix;
  checkOptions(options);
  const labels = compute.i32(rows).fill(-1);
  const isCore = compute.u8(rows);
  if (rows === 0) return { labels, isCore, segments: 0 };
  const mark = compute.mark();
  try {
    progress?.("building the tree");
    const values = columns.length === 0 ? compute.f64(rows) : points.matrix.values;
    const tree = kdTree(compute, inMemory(compute, values), rows);
    await compute.breathe();
    const work = openWork(compute, tree, options.epsilon);
    await findCores(compute, work, points.weights, options.minSamples, progress);
    progress?.("joining core points");
    await joinCores(compute, work);
    progress?.("looking at the borders");
    const segments = labelCores(work, labels, isCore);
    await labelBorders(compute, work, labels);
    return { labels, isCore, segments };
  } finally {
    compute.release(mark);
  }
}

function checkOptions({ epsilon, minSamples }: DbscanOptions): void {
  if (!(epsilon > 0 && epsilon < Infinity)) {
    throw new SegmentError("bad-option-value", `ε must be a number above 0, not ${epsilon}`, {
      hint: "it is a distance between scaled rows; leave it out to have one proposed",
    });
  }
  if (minSamples > 0) return;
  throw new SegmentError("bad-option-value", `the minimum of neighbours must be above 0, not ${minSamples}`, {
    hint: "leave it out to have one proposed",
  });
}

interface Work {
  readonly tree: KdTree;
  readonly args: readonly number[];
  /** The least number above ε² in the tree's scale, so that `<` includes ε. */
  readonly bound: number;
  readonly blockLeaves: number;
  readonly blocks: number;
  readonly cores: Int32Array;
  /** Disjoint sets of positions; a root is the least position of its set. */
  readonly sets: Int32Array;
  /** By node: the position of its first core point, -1 for none; whether its core points are known to be one set. */
  readonly firsts: Int32Array;
  readonly joined: Uint8Array;
}

function openWork(compute: Compute, tree: KdTree, epsilon: number): Work {
  const nodes = 2 * tree.leaves - 1;
  const sets = compute.i32(tree.rows);
  for (let i = 0; i < sets.length; i++) sets[i] = i;
  const radius = epsilon * tree.scale;
  const blockLeaves = blockSize(dbscanBlock, tree.columns);
  return {
    tree,
    args: treeArguments(compute, tree, dbscanScratch),
    bound: nextUp(radius * radius),
    blockLeaves,
    blocks: Math.ceil(tree.leaves / blockLeaves),
    cores: compute.i32(tree.leaves),
    sets,
    firsts: compute.i32(nodes),
    joined: compute.u8(nodes),
  };
}

async function findCores(
  compute: Compute,
  work: Work,
  weights: Float64Array | null,
  minSamples: number,
  progress?: (text: string) => void,
): Promise<void> {
  const mark = compute.mark();
  const placed = weights === null ? null : compute.f64(work.tree.rows);
  if (weights !== null) work.tree.order.forEach((row, position) => (placed![position] = weights[row]!));
  const args = [work.bound, minSamples, placed?.byteOffset ?? 0, work.cores.byteOffset, work.blockLeaves];
  await runInParts(compute, "findCores", work.blocks, [...work.args, ...args], (share) =>
    progress?.(`core points: ${Math.floor(100 * share)} %`),
  );
  compute.release(mark);
}

async function joinCores(compute: Compute, work: Work): Promise<void> {
  const { bound, cores, sets, firsts, joined } = work;
  const places = [cores.byteOffset, sets.byteOffset, firsts.byteOffset, joined.byteOffset];
  const args = [...work.args, bound, ...places, work.blockLeaves];
  await runInParts(compute, "joinInLeaves", work.blocks, args);
  const mark = compute.mark();
  const levels = nodesByLevel(compute, work.tree);
  for (let level = levels.length - 1; level >= 0; level--) {
    await runInParts(compute, "joinHalves", work.blocks, [...args, level]);
    const nodes = levels[level]!;
    compute.run("markJoined", Math.ceil(nodes.length / 1024), [
      ...work.args,
      sets.byteOffset,
      firsts.byteOffset,
      joined.byteOffset,
      nodes.byteOffset,
      nodes.length,
      1024,
    ]);
  }
  compute.release(mark);
}

function nodesByLevel(compute: Compute, { ranges }: KdTree): Int32Array[] {
  const nodes = ranges.length / 2;
  const levels = compute.u8(nodes);
  const counts: number[] = [];
  for (let node = 0; node < nodes; node++) {
    const level = levels[node]!;
    counts[level] = (counts[level] ?? 0) + 1;
    const from = ranges[2 * node]!;
    const to = ranges[2 * node + 1]!;
    if (from + 1 === to) continue;
    levels[node + 1] = level + 1;
    levels[node + 2 * (((from + to) >> 1) - from)] = level + 1;
  }
  const lists = counts.map((count) => compute.i32(count));
  counts.fill(0);
  for (let node = 0; node < nodes; node++) {
    const level = levels[node]!;
    lists[level]![counts[level]!++] = node;
  }
  return lists;
}

/** Numbers the sets of core points by their first row. */
function labelCores(work: Work, labels: Int32Array, isCore: Uint8Array): number {
  const { tree, cores, sets } = work;
  for (let position = 0; position < tree.rows; position++) {
    // A parent comes before its children, so one step reaches the root.
    sets[position] = sets[sets[position]!]!;
    if (((cores[Math.floor(position / leafRows)]! >> (position % leafRows)) & 1) === 0) continue;
    const row = tree.order[position]!;
    isCore[row] = 1;
    labels[row] = sets[position]!;
  }
  // A root's place is put to use for its number, as -1, -2 …
  let segments = 0;
  for (let row = 0; row < tree.rows; row++) {
    if (isCore[row] === 0) continue;
    const root = labels[row]!;
    if (sets[root]! >= 0) sets[root] = -++segments;
    labels[row] = -sets[root]! - 1;
  }
  return segments;
}

async function labelBorders(compute: Compute, work: Work, labels: Int32Array): Promise<void> {
  const { tree, bound, cores, firsts, sets } = work;
  // The sets have served; their place holds the labels by position.
  tree.order.forEach((row, position) => (sets[position] = labels[row]!));
  const args = [bound, cores.byteOffset, firsts.byteOffset, sets.byteOffset, work.blockLeaves];
  await runInParts(compute, "findBorders", work.blocks, [...work.args, ...args]);
  tree.order.forEach((row, position) => (labels[row] = sets[position]!));
}
