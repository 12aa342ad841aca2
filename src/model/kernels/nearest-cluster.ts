import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Bytes of scratch that a thread needs: a stack of nodes with the least that each may hold. */
export const nearestClusterScratch = 16 * 64;
/** Bounds are lowered by more than rounding can have raised them. */
const caution = 1 - 2 ** -40;

/**
 * The cluster that a given one is nearest to in the sense of Ward, among those of one subtree: least w·v/(w + v) · ‖a - b‖² of
 * weights and centroids, of equals the lowest number, and only below a given value.
 *
 * The clusters lie in the leaves of a balanced binary tree, `slots` to a leaf; nodes are numbered as in a heap, 1 the root,
 * `leaves` … 2·leaves - 1 the leaves. A free slot has weight 0 and an infinite first coordinate.
 *
 * args: columns, slots of a leaf (a multiple of 4), leaves (a power of two), coordinates (f64 by leaf, column and slot), weights
 * (f64 by slot), numbers (i32 by slot), boxes (f64 by node: least of each column, then greatest), least weight of each node
 * (f64), clusters in each node (i32), coordinates of the given cluster (f64), its weight, its number, the value to stay below,
 * blocks (a power of two, at most `leaves`; each is a subtree), out: value, number (-1 where there is
 * none) and leaves looked through (f64 by block), scratch.
 */
export const nearestCluster: Kernel = (memory, block, args) => {
  const columns = argument(args, 0);
  const slots = argument(args, 1);
  const leaves = argument(args, 2);
  const coordinates = new Float64Array(memory, argument(args, 3), leaves * slots * columns);
  const weights = new Float64Array(memory, argument(args, 4), leaves * slots);
  const numbers = new Int32Array(memory, argument(args, 5), leaves * slots);
  const boxes = new Float64Array(memory, argument(args, 6), 4 * leaves * columns);
  const lightest = new Float64Array(memory, argument(args, 7), 2 * leaves);
  const held = new Int32Array(memory, argument(args, 8), 2 * leaves);
  const origin = new Float64Array(memory, argument(args, 9), columns);
  const weight = argument(args, 10);
  const own = argument(args, 11);
  const out = new Float64Array(memory, argument(args, 14) + 24 * block, 3);
  let best = argument(args, 12);
  let found = -1;
  let scanned = 0;

  const leastOf = (node: number): number => {
    if (held[node] === 0) return Infinity;
    let squared = 0;
    let at = 2 * columns * node;
    for (let j = 0; j < columns; j++, at++) {
      const x = Math.max(boxes[at]! - origin[j]!, origin[j]! - boxes[at + columns]!, 0);
      squared += x * x;
    }
    const light = lightest[node]!;
    return ((weight * light) / (weight + light)) * squared * caution;
  };

  const scan = (leaf: number): void => {
    for (let s = 0; s < slots; s++) {
      const slot = leaf * slots + s;
      let squared = 0;
      for (let j = 0; j < columns; j++) {
        const x = coordinates[(leaf * columns + j) * slots + s]! - origin[j]!;
        squared += x * x;
      }
      const value = ((weight * weights[slot]!) / (weight + weights[slot]!)) * squared;
      const number = numbers[slot]!;
      if (number === own || !(value < best || (value === best && found >= 0 && number < found))) continue;
      best = value;
      found = number;
    }
  };

  const search = (node: number, least: number): void => {
    if (least > best || least === Infinity) return;
    if (node >= leaves) {
      scan(node - leaves);
      scanned++;
      return;
    }
    const one = leastOf(2 * node);
    const other = leastOf(2 * node + 1);
    if (other < one) {
      search(2 * node + 1, other);
      search(2 * node, one);
    } else {
      search(2 * node, one);
      search(2 * node + 1, other);
    }
  };

  const root = argument(args, 13) + block;
  search(root, leastOf(root));
  out[0] = best;
  out[1] = found;
  out[2] = scanned;
};
