import { nextUp } from "../neighbours/next-up.ts";
import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import { leafRows, treeArgumentCount, walkTree } from "./tree-walk.ts";

/**
 * Points that a block of `keepCandidates` takes; most leaves of one of `foreignNeighbours`, and its bytes of scratch
 * by thread.
 */
export const keepCandidatesBlock = 16_384;
export const foreignNeighboursBlock = 128;
export const foreignNeighboursScratch = 16 * leafRows;

/**
 * Lowers each component's best weight to those of its points' candidates, and drops candidates that have become part of
 * the component (-1).
 *
 * args: rows, components (i32 by position), candidates (i32 by position, -1 for none), weights (f64 by position), best
 * (f64 by component), points of a block.
 */
export const keepCandidates: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const components = new Int32Array(memory, argument(args, 1), rows);
  const candidates = new Int32Array(memory, argument(args, 2), rows);
  const weights = new Float64Array(memory, argument(args, 3), rows);
  const best = new Float64Array(memory, argument(args, 4), rows);
  const size = argument(args, 5);
  for (let p = block * size; p < Math.min(rows, (block + 1) * size); p++) {
    const candidate = candidates[p]!;
    if (candidate < 0) continue;
    const own = components[p]!;
    if (components[candidate] === own) candidates[p] = -1;
    else best[own] = Math.min(best[own]!, weights[p]!);
  }
};

/**
 * One round of Borůvka's algorithm on mutual reachability, max(core distance of p, of q, distance of p and q): gives
 * points a candidate in another component. All is squared. Edges stand in the order of mutual reachability, then
 * distance, then lower row, then higher row, so that no two are equal and the spanning tree is one. When the last
 * block has ended, each component's best is the least mutual reachability of an edge that leaves it, and the first of
 * all edges that leave it is the candidate of one of its points.
 *
 * `lows` are bounds that no edge of a point to another component is below; a point whose bound is above its
 * component's best is not looked at, and one whose bound equals its candidate's weight has found its first edge. They
 * hold for later rounds too.
 *
 * args: the tree's ten, components (i32 by position), core distances (f64), lows (f64), candidates (i32, -1 for none),
 * their weights (f64), their distances (f64), best (f64 by component), component of each node (i32, -1 where its points
 * have several), least core distance of each node (f64), least low of each node (f64), order (i32: row by position),
 * nodes (i32, one a block).
 */
export const foreignNeighbours: Kernel = (memory, block, args) => {
  const walk = walkTree(memory, args);
  const own = args.subarray(treeArgumentCount);
  const nodes = 2 * walk.leaves - 1;
  const components = new Int32Array(memory, argument(own, 0), walk.rows);
  const cores = new Float64Array(memory, argument(own, 1), walk.rows);
  const lows = new Float64Array(memory, argument(own, 2), walk.rows);
  const candidates = new Int32Array(memory, argument(own, 3), walk.rows);
  const weights = new Float64Array(memory, argument(own, 4), walk.rows);
  const gaps = new Float64Array(memory, argument(own, 5), walk.rows);
  const best = new Float64Array(memory, argument(own, 6), walk.rows);
  const nodeComponents = new Int32Array(memory, argument(own, 7), nodes);
  const nodeCores = new Float64Array(memory, argument(own, 8), nodes);
  const order = new Int32Array(memory, argument(own, 10), walk.rows);
  const top = new Int32Array(memory, argument(own, 11), walk.leaves)[block + walk.firstBlock]!;

  const search = (p: number): void => {
    const component = components[p]!;
    const core = cores[p]!;
    let limit = best[component]!;
    if (lows[p]! > limit) return;
    if (candidates[p]! >= 0) {
      if (weights[p] === lows[p]) return;
      limit = Math.min(limit, weights[p]!);
    }
    walk.startAtLeaf(Math.floor(p / leafRows));
    while (core <= limit) {
      const node = walk.next(nextUp(limit));
      if (node < 0) break;
      if (nodeComponents[node] === component || nodeCores[node]! > limit) continue;
      if (!walk.isLeaf(node)) {
        walk.enter(node, nextUp(limit));
        continue;
      }
      const there = walk.from(node);
      const mask = walk.leafDistances(p, there, nextUp(limit));
      for (let o = 0; o < leafRows; o++) {
        const q = there * leafRows + o;
        if (((mask >> o) & 1) === 0 || components[q] === component) continue;
        const gap = walk.distances[o]!;
        const weight = Math.max(gap, core, cores[q]!);
        const known = candidates[p]!;
        const isFirst =
          known < 0 ||
          weight < weights[p]! ||
          (weight === weights[p] && (gap < gaps[p]! || (gap === gaps[p] && order[q]! < order[known]!)));
        if (weight > limit || !isFirst) continue;
        limit = weight;
        candidates[p] = q;
        weights[p] = weight;
        gaps[p] = gap;
      }
    }
    if (candidates[p]! >= 0) best[component] = Math.min(best[component]!, weights[p]!);
    lows[p] = Math.max(lows[p]!, limit);
  };
  const visit = (node: number): void => {
    if (walk.isLeaf(node)) {
      const leaf = walk.from(node);
      for (let i = 0; i < walk.pointsOf(leaf); i++) search(leaf * leafRows + i);
      return;
    }
    visit(node + 1);
    visit(walk.right(node));
  };
  visit(top);
};
