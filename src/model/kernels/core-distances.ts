import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import { leafRows, treeArgumentCount, walkTree } from "./tree-walk.ts";

/** Most leaves that a block of `coreDistances` takes. */
export const coreDistancesBlock = 32;

/** Bytes of scratch that a thread needs. */
export function coreDistancesScratch(wanted: number): number {
  return leafRows * (16 * (wanted + 2) + 8);
}

/**
 * The squared radius within which each point has so much weight, its own included; infinite where all points together
 * have less.
 *
 * args: the tree's ten, weight wanted, weights (f64 by position, whole numbers from 1; 0 for none), out: squared radii
 * (f64 by position), leaves of a block.
 */
export const coreDistances: Kernel = (memory, block, args) => {
  const walk = walkTree(memory, args);
  const own = args.subarray(treeArgumentCount);
  const wanted = argument(own, 0);
  const weights = argument(own, 1) === 0 ? null : new Float64Array(memory, argument(own, 1), walk.rows);
  const out = new Float64Array(memory, argument(own, 2), walk.rows);
  const size = argument(own, 3);
  const start = (block + walk.firstBlock) * size;
  const near = new Float64Array(wanted + 1);
  const heavy = new Float64Array(wanted + 1);
  for (let leaf = start; leaf < Math.min(walk.leaves, start + size); leaf++) {
    for (let i = 0; i < walk.pointsOf(leaf); i++) {
      const position = leaf * leafRows + i;
      // Entries by rising distance, no more than the weight wanted needs.
      let count = 0;
      let total = 0;
      const limit = (): number => (total >= wanted ? near[count - 1]! : Infinity);
      const insert = (distance: number, weight: number): void => {
        let at = count++;
        for (; at > 0 && near[at - 1]! > distance; at--) {
          near[at] = near[at - 1]!;
          heavy[at] = heavy[at - 1]!;
        }
        near[at] = distance;
        heavy[at] = weight;
        total += weight;
        while (total - heavy[count - 1]! >= wanted) total -= heavy[--count]!;
      };
      walk.startAtLeaf(leaf);
      for (let node = walk.next(limit()); node >= 0; node = walk.next(limit())) {
        if (!walk.isLeaf(node)) {
          walk.enter(node, limit());
          continue;
        }
        const other = walk.from(node);
        if (walk.pointDistance(position, node) >= limit()) continue;
        const mask = walk.leafDistances(position, other, limit());
        for (let o = 0; o < leafRows; o++) {
          if (((mask >> o) & 1) === 0 || walk.distances[o]! >= limit()) continue;
          insert(walk.distances[o]!, weights === null ? 1 : weights[other * leafRows + o]!);
        }
      }
      out[position] = limit();
    }
  }
};
