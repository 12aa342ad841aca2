import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { coreDistancesBlock, coreDistancesScratch } from "../kernels/core-distances.ts";
import {
  foreignNeighboursBlock,
  foreignNeighboursScratch,
  keepCandidatesBlock,
} from "../kernels/foreign-neighbours.ts";
import { leafRows } from "../kernels/tree-walk.ts";
import { blockSize, runInParts, treeArguments } from "./kd-tree.ts";
import type { KdTree } from "./kd-tree.ts";

/**
 * By position of the tree, the squared radius (in the tree's scale) within which so much weight lies, the point's own
 * included; infinite where all points have less. `weights` are by position, whole numbers from 1; null: all one.
 * Left in the numeric memory.
 */
export async function squaredCoreDistances(
  compute: Compute,
  tree: KdTree,
  weights: Float64Array | null,
  minSamples: number,
  progress?: (text: string) => void,
): Promise<Float64Array> {
  const out = compute.f64(tree.rows);
  const mark = compute.mark();
  const size = blockSize(coreDistancesBlock, tree.columns);
  const args = [
    ...treeArguments(compute, tree, coreDistancesScratch(minSamples)),
    minSamples,
    weights?.byteOffset ?? 0,
    out.byteOffset,
    size,
  ];
  await runInParts(compute, "coreDistances", Math.ceil(tree.leaves / size), args, (share) =>
    progress?.(`core distances: ${Math.floor(100 * share)} %`),
  );
  compute.release(mark);
  return out;
}

/** Edges of a spanning tree of mutual reachability, by positions of the kd-tree, in no order. */
export interface SpanningTree {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Mutual reachability, squared, in the kd-tree's scale. */
  readonly weights: Float64Array;
  /** Squared distances of the two points, in the kd-tree's scale. */
  readonly gaps: Float64Array;
}

/**
 * The minimum spanning tree of mutual reachability, max(core distance of a, of b, distance of a and b), by Borůvka's
 * algorithm over the kd-tree (March, Ram, Gray 2010; McInnes, Healy 2017), with bounds kept from round to round. Edges
 * of equal mutual reachability, of which each point has many, stand in the order of their distances, then of their
 * rows; so there is one such tree. Core distances are finite. Memory about 60 bytes a row. Left in the numeric memory.
 */
export async function spanningTree(
  compute: Compute,
  tree: KdTree,
  cores: Float64Array,
  progress?: (text: string) => void,
): Promise<SpanningTree> {
  const { rows } = tree;
  const edges: SpanningTree = {
    from: compute.i32(rows - 1),
    to: compute.i32(rows - 1),
    weights: compute.f64(rows - 1),
    gaps: compute.f64(rows - 1),
  };
  const mark = compute.mark();
  const work = openWork(compute, tree, cores);
  let count = 0;
  while (count < rows - 1) {
    progress?.(`spanning tree: ${rows - count} parts`);
    componentsByNode(tree, work.components, work.nodeComponents);
    leastByNode(tree, work.lows, work.nodeLows);
    work.best.fill(Infinity);
    compute.run("keepCandidates", Math.ceil(rows / keepCandidatesBlock), work.keep);
    await runInParts(compute, "foreignNeighbours", work.blocks, work.search);
    const before = count;
    count = addEdges(tree, work, edges, count);
    if (count === before) throw new SegmentError("bug", "no edge leaves any part of the spanning tree");
    await compute.breathe();
  }
  compute.release(mark);
  return edges;
}

interface Work {
  readonly components: Int32Array;
  readonly lows: Float64Array;
  readonly candidates: Int32Array;
  readonly weights: Float64Array;
  readonly gaps: Float64Array;
  readonly best: Float64Array;
  /** By component: the point whose candidate is the first edge that leaves it. */
  readonly chosen: Int32Array;
  readonly nodeComponents: Int32Array;
  readonly nodeLows: Float64Array;
  readonly blocks: number;
  /** Arguments of the two kernels. */
  readonly keep: readonly number[];
  readonly search: readonly number[];
}

function openWork(compute: Compute, tree: KdTree, cores: Float64Array): Work {
  const { rows, leaves } = tree;
  const components = compute.i32(rows);
  for (let p = 0; p < rows; p++) components[p] = p;
  const lows = compute.f64(rows);
  lows.set(cores);
  const candidates = compute.i32(rows).fill(-1);
  const weights = compute.f64(rows);
  const gaps = compute.f64(rows);
  const best = compute.f64(rows);
  const nodeComponents = compute.i32(2 * leaves - 1);
  const nodeCores = compute.f64(2 * leaves - 1);
  const nodeLows = compute.f64(2 * leaves - 1);
  leastByNode(tree, cores, nodeCores);
  const tops = compute.i32(leaves);
  const blocks = subtrees(tree, blockSize(foreignNeighboursBlock, tree.columns), tops);
  const arrays = [components, cores, lows, candidates, weights, gaps, best, nodeComponents, nodeCores, nodeLows];
  const search = [
    ...treeArguments(compute, tree, foreignNeighboursScratch),
    ...[...arrays, tree.order, tops].map((array) => array.byteOffset),
  ];
  const kept = [components, candidates, weights, best].map((array) => array.byteOffset);
  const keep = [rows, ...kept, keepCandidatesBlock];
  const chosen = compute.i32(rows);
  return { components, lows, candidates, weights, gaps, best, chosen, nodeComponents, nodeLows, blocks, keep, search };
}

/** The highest nodes of at most so many leaves; returns how many. */
function subtrees({ ranges }: KdTree, most: number, out: Int32Array): number {
  let count = 0;
  const pending = [0];
  while (pending.length > 0) {
    const node = pending.pop()!;
    const from = ranges[2 * node]!;
    const to = ranges[2 * node + 1]!;
    if (to - from <= most) out[count++] = node;
    else pending.push(node + 2 * (((from + to) >> 1) - from), node + 1);
  }
  return count;
}

/** Adds each component's first edge to the tree, and joins what it joins; returns the number of edges then. */
function addEdges({ rows, order }: KdTree, work: Work, edges: SpanningTree, count: number): number {
  const { components, candidates, weights, gaps, best, chosen } = work;
  const isBefore = (p: number, q: number): boolean => {
    if (gaps[p] !== gaps[q]) return gaps[p]! < gaps[q]!;
    const [a, b] = [order[p]!, order[candidates[p]!]!];
    const [c, d] = [order[q]!, order[candidates[q]!]!];
    const difference = Math.min(a, b) - Math.min(c, d);
    return difference === 0 ? Math.max(a, b) < Math.max(c, d) : difference < 0;
  };
  chosen.fill(-1);
  for (let p = 0; p < rows; p++) {
    const own = components[p]!;
    if (candidates[p]! < 0 || weights[p] !== best[own]) continue;
    if (chosen[own]! < 0 || isBefore(p, chosen[own]!)) chosen[own] = p;
  }
  let next = count;
  for (let c = 0; c < rows; c++) {
    const p = chosen[c]!;
    if (p < 0 || !join(components, p, candidates[p]!)) continue;
    edges.from[next] = p;
    edges.to[next] = candidates[p]!;
    edges.weights[next] = weights[p]!;
    edges.gaps[next++] = gaps[p]!;
  }
  // A parent comes before its children, so one step in this order reaches the root.
  for (let p = 0; p < rows; p++) components[p] = components[components[p]!]!;
  return next;
}

/** Joins two sets, known by their least members; false where they are one. */
function join(parents: Int32Array, a: number, b: number): boolean {
  const left = find(parents, a);
  const right = find(parents, b);
  if (left < right) parents[right] = left;
  else parents[left] = right;
  return left !== right;
}

function find(parents: Int32Array, item: number): number {
  let at = item;
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]!]!;
    at = parents[at]!;
  }
  return at;
}

function leastByNode(tree: KdTree, values: Float64Array, out: Float64Array): void {
  eachNodeUpwards(
    tree,
    (node, first, end) => {
      let least = Infinity;
      for (let p = first; p < end; p++) if (values[p]! < least) least = values[p]!;
      out[node] = least;
    },
    (node, left, right) => (out[node] = Math.min(out[left]!, out[right]!)),
  );
}

function componentsByNode(tree: KdTree, components: Int32Array, out: Int32Array): void {
  eachNodeUpwards(
    tree,
    (node, first, end) => {
      const own = components[first]!;
      let p = first + 1;
      while (p < end && components[p] === own) p++;
      out[node] = p === end ? own : -1;
    },
    (node, left, right) => (out[node] = out[left] === out[right] ? out[left]! : -1),
  );
}

function eachNodeUpwards(
  { rows, leaves, ranges }: KdTree,
  leaf: (node: number, first: number, end: number) => void,
  inner: (node: number, left: number, right: number) => void,
): void {
  for (let node = 2 * leaves - 2; node >= 0; node--) {
    const from = ranges[2 * node]!;
    const to = ranges[2 * node + 1]!;
    if (from + 1 === to) leaf(node, from * leafRows, Math.min(rows, to * leafRows));
    else inner(node, node + 1, node + 2 * (((from + to) >> 1) - from));
  }
}
