import { rootOf } from "./root-of.ts";

/**
 * The merges of a hierarchical clustering by SciPy's convention: nodes 0 … leaves - 1 are the leaves, node leaves + i is the
 * cluster that merge i made. Heights rise; of equal heights the merge found first comes first, so that a cluster comes after
 * its parts.
 */
export interface MergeTree {
  readonly leaves: number;
  /** Nodes that merge i joins, the lower number in `left`; leaves - 1 of each. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly heights: Float64Array;
  /** Weight of the leaves below, their number where there are no weights. */
  readonly sizes: Float64Array;
}

/** Merges as they were found: each joins the clusters that hold two leaves, at a height. */
export interface FoundMerges {
  readonly one: Int32Array;
  readonly other: Int32Array;
  readonly heights: Float64Array;
}

/** Numbers merges by rising height. O(n log n) time. `weights` by leaf, null: all one. */
export function mergeTree(leaves: number, found: FoundMerges, weights: Float64Array | null): MergeTree {
  const count = leaves - 1;
  const order = risingOrder(found.heights, count);
  const left = new Int32Array(count);
  const right = new Int32Array(count);
  const heights = new Float64Array(count);
  const sizes = new Float64Array(count);
  const parents = new Int32Array(leaves + count).fill(-1);
  const sizeOf = (node: number): number => (node >= leaves ? sizes[node - leaves]! : (weights?.[node] ?? 1));
  for (let i = 0; i < count; i++) {
    const at = order[i]!;
    const a = rootOf(parents, found.one[at]!);
    const b = rootOf(parents, found.other[at]!);
    left[i] = Math.min(a, b);
    right[i] = Math.max(a, b);
    heights[i] = found.heights[at]!;
    sizes[i] = sizeOf(left[i]!) + sizeOf(right[i]!);
    parents[a] = leaves + i;
    parents[b] = leaves + i;
  }
  return { leaves, left, right, heights, sizes };
}

function risingOrder(heights: Float64Array, count: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  return order.sort((a, b) => heights[a]! - heights[b]! || a - b);
}

/** Cluster of each leaf, from 0 by first leaf, after the first leaves - k merges. Needs 1 ≤ k ≤ leaves. */
export function cutByCount(tree: MergeTree, k: number): Int32Array {
  return cutAfter(tree, tree.leaves - k);
}

/** The same after every merge of at most this height: two leaves are together where their cophenetic distance is. */
export function cutByHeight(tree: MergeTree, height: number): Int32Array {
  return cutAfter(tree, mergesUpTo(tree, height));
}

/** Number of clusters that a cut at this height leaves. */
export function countAtHeight(tree: MergeTree, height: number): number {
  return tree.leaves - mergesUpTo(tree, height);
}

function mergesUpTo({ heights }: MergeTree, height: number): number {
  let low = 0;
  let high = heights.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (heights[middle]! <= height) low = middle + 1;
    else high = middle;
  }
  return low;
}

function cutAfter({ leaves, left, right }: MergeTree, merges: number): Int32Array {
  // The topmost kept node of each node, found from above.
  const top = new Int32Array(leaves + merges);
  for (let node = 0; node < top.length; node++) top[node] = node;
  for (let i = merges - 1; i >= 0; i--) {
    top[left[i]!] = top[leaves + i]!;
    top[right[i]!] = top[leaves + i]!;
  }
  const numbers = new Int32Array(top.length).fill(-1);
  const labels = new Int32Array(leaves);
  let next = 0;
  for (let leaf = 0; leaf < leaves; leaf++) {
    const node = top[leaf]!;
    if (numbers[node]! < 0) numbers[node] = next++;
    labels[leaf] = numbers[node]!;
  }
  return labels;
}

/** Leaves from left to right as a dendrogram draws them, everything below `left` before what is below `right`. */
export function leafOrder({ leaves, left, right }: MergeTree): Int32Array {
  const order = new Int32Array(leaves);
  const stack = new Int32Array(leaves + 1);
  let depth = 0;
  let next = 0;
  stack[depth++] = 2 * leaves - 2;
  while (depth > 0) {
    const node = stack[--depth]!;
    if (node < leaves) {
      order[next++] = node;
      continue;
    }
    stack[depth++] = right[node - leaves]!;
    stack[depth++] = left[node - leaves]!;
  }
  return order;
}

/** A branch of the top of a tree, as plain data. */
export type Branch =
  | {
      readonly kind: "split";
      readonly height: number;
      readonly size: number;
      readonly parts: readonly [Branch, Branch];
    }
  /** A cluster of the cut: its label there, and the height at which it was made (0: a leaf). */
  | { readonly kind: "cluster"; readonly height: number; readonly size: number; readonly label: number };

/** The tree above a cut into k clusters, with the labels of `cutByCount`; O(leaves). `weights` as given to `mergeTree`. */
export function topOfTree(tree: MergeTree, k: number, weights: Float64Array | null): Branch {
  const { leaves, left, right, heights, sizes } = tree;
  const labels = cutByCount(tree, k);
  const first = new Int32Array(2 * leaves - 1);
  for (let node = 0; node < leaves; node++) first[node] = node;
  for (let i = 0; i < leaves - 1; i++) first[leaves + i] = first[left[i]!]!;
  const branch = (node: number): Branch => {
    const i = node - leaves;
    const height = i < 0 ? 0 : heights[i]!;
    const size = i < 0 ? (weights?.[node] ?? 1) : sizes[i]!;
    if (i < leaves - k) return { kind: "cluster", height, size, label: labels[first[node]!]! };
    return { kind: "split", height, size, parts: [branch(left[i]!), branch(right[i]!)] };
  };
  return branch(2 * leaves - 2);
}
