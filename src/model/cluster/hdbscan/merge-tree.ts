import type { SpanningTree } from "../../neighbours/mutual-reachability.ts";
import { sortedOrder } from "../../stats/sorted-order.ts";

/**
 * Merges of single linkage over `points` points: merge m joins `left[m]` and `right[m]`, numbers below `points` being
 * points, others merges (number less `points`), at `heights[m]`, which never falls from one merge to the next.
 */
export interface MergeTree {
  readonly points: number;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly heights: Float64Array;
  /** Weight below each merge. */
  readonly sizes: Float64Array;
}

/**
 * Single linkage from a spanning tree of mutual reachability (its squares brought to distances by 1 / `scale`): edges
 * are taken by length, then distance of the points, then rows. `weights` by point, null: all one; `rows` the row of
 * each.
 */
export function mergeTree(
  edges: SpanningTree,
  scale: number,
  weights: Float64Array | null,
  rows: Int32Array,
): MergeTree {
  const points = rows.length;
  const merges = points - 1;
  const order = edgeOrder(edges, rows);
  const left = new Int32Array(merges);
  const right = new Int32Array(merges);
  const heights = new Float64Array(merges);
  const sizes = new Float64Array(merges);
  const parents = new Int32Array(points);
  /** By root of a set: what stands for it in the tree. */
  const numbers = new Int32Array(points);
  for (let p = 0; p < points; p++) {
    parents[p] = p;
    numbers[p] = p;
  }
  const find = (item: number): number => {
    let at = item;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  };
  const sizeOf = (number: number): number => (number >= points ? sizes[number - points]! : (weights?.[number] ?? 1));
  for (let m = 0; m < merges; m++) {
    const edge = order[m]!;
    const a = find(edges.from[edge]!);
    const b = find(edges.to[edge]!);
    left[m] = numbers[a]!;
    right[m] = numbers[b]!;
    heights[m] = Math.sqrt(edges.weights[edge]!) / scale;
    sizes[m] = sizeOf(left[m]!) + sizeOf(right[m]!);
    const root = sizeOf(left[m]!) < sizeOf(right[m]!) ? b : a;
    parents[a] = root;
    parents[b] = root;
    numbers[root] = points + m;
  }
  return { points, left, right, heights, sizes };
}

function edgeOrder({ from, to, weights, gaps }: SpanningTree, rows: Int32Array): Int32Array {
  const order = sortedOrder(weights);
  const lower = (edge: number): number => Math.min(rows[from[edge]!]!, rows[to[edge]!]!);
  const upper = (edge: number): number => Math.max(rows[from[edge]!]!, rows[to[edge]!]!);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && weights[order[end]!] === weights[order[start]!]) end++;
    if (end - start > 1) {
      order.subarray(start, end).sort((a, b) => gaps[a]! - gaps[b]! || lower(a) - lower(b) || upper(a) - upper(b));
    }
    start = end;
  }
  return order;
}
