import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import { leafRows, treeArgumentCount, walkTree } from "./tree-walk.ts";

/** To 15 decimals, halves to even, as scikit-learn rounds distances before it compares them. */
export function rounded(x: number): number {
  const scaled = x * 1e15;
  return (scaled < 4503599627370496 ? scaled + 4503599627370496 - 4503599627370496 : scaled) / 1e15;
}

/**
 * Steps of the OPTICS walk, in one block: takes the point of least reachability among those left (ties to the lower
 * row), and lowers the reachability of what is left to max(its core distance, distance).
 *
 * args: the tree's ten, radius (squared, exclusive), 1 / scale of the tree, core distances (f64 by position, rounded,
 * infinite beyond the radius), reachabilities (f64, infinite at first), predecessors (i32 by position, -1 at first),
 * whether a point was taken (u8), order (i32: row by position), first point left below each node (i32), greatest
 * reachability left below each node (f64), out: positions in the order taken (i32), first step, end of the steps.
 */
export const opticsSteps: Kernel = (memory, _block, args) => {
  const walk = walkTree(memory, args);
  const own = args.subarray(treeArgumentCount);
  const nodes = 2 * walk.leaves - 1;
  const bound = argument(own, 0);
  const unit = argument(own, 1);
  const cores = new Float64Array(memory, argument(own, 2), walk.rows);
  const reaches = new Float64Array(memory, argument(own, 3), walk.rows);
  const predecessors = new Int32Array(memory, argument(own, 4), walk.rows);
  const done = new Uint8Array(memory, argument(own, 5), walk.rows);
  const order = new Int32Array(memory, argument(own, 6), walk.rows);
  const firsts = new Int32Array(memory, argument(own, 7), nodes);
  const mosts = new Float64Array(memory, argument(own, 8), nodes);
  const ordering = new Int32Array(memory, argument(own, 9), walk.rows);
  const from = argument(own, 10);
  const to = argument(own, 11);

  const isBefore = (a: number, b: number): boolean =>
    reaches[a]! < reaches[b]! || (reaches[a] === reaches[b] && order[a]! < order[b]!);
  const refreshLeaf = (node: number): void => {
    const base = walk.from(node) * leafRows;
    let first = -1;
    let most = -1;
    for (let p = base; p < base + walk.pointsOf(walk.from(node)); p++) {
      if (done[p] === 1) continue;
      if (first < 0 || isBefore(p, first)) first = p;
      most = Math.max(most, reaches[p]!);
    }
    firsts[node] = first;
    mosts[node] = most;
  };
  const refreshInner = (node: number): void => {
    const right = walk.right(node);
    const [a, b] = [firsts[node + 1]!, firsts[right]!];
    const isLeft = a >= 0 && (b < 0 || isBefore(a, b));
    firsts[node] = isLeft ? a : b;
    mosts[node] = Math.max(mosts[node + 1]!, mosts[right]!);
  };
  const refreshAll = (node: number): void => {
    if (walk.isLeaf(node)) return refreshLeaf(node);
    refreshAll(node + 1);
    refreshAll(walk.right(node));
    return refreshInner(node);
  };
  const leave = (node: number, leaf: number): void => {
    if (walk.isLeaf(node)) return refreshLeaf(node);
    const right = walk.right(node);
    leave(leaf < walk.from(right) ? node + 1 : right, leaf);
    return refreshInner(node);
  };
  const relax = (node: number, p: number): boolean => {
    const most = mosts[node]!;
    const core = cores[p]!;
    if (core >= most) return false;
    const least = walk.pointDistance(p, node);
    if (least >= bound || Math.sqrt(least) * unit - 1e-15 >= most) return false;
    let isLower = false;
    if (!walk.isLeaf(node)) {
      const left = relax(node + 1, p);
      isLower = relax(walk.right(node), p) || left;
      if (isLower) refreshInner(node);
      return isLower;
    }
    const leaf = walk.from(node);
    const mask = walk.leafDistances(p, leaf, bound);
    for (let o = 0; o < leafRows; o++) {
      const q = leaf * leafRows + o;
      if (((mask >> o) & 1) === 0 || done[q] === 1) continue;
      const reach = rounded(Math.max(Math.sqrt(walk.distances[o]!) * unit, core));
      if (reach >= reaches[q]!) continue;
      reaches[q] = reach;
      predecessors[q] = p;
      isLower = true;
    }
    if (isLower) refreshLeaf(node);
    return isLower;
  };

  if (from === 0) refreshAll(0);
  for (let step = from; step < to; step++) {
    const p = firsts[0]!;
    ordering[step] = p;
    done[p] = 1;
    leave(0, Math.floor(p / leafRows));
    if (cores[p]! < Infinity) relax(0, p);
  }
};
