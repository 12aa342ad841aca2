import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import { leafRows, treeArgumentCount, walkTree } from "./tree-walk.ts";

/** Most leaves that a block of these kernels takes, and the bytes of scratch that a thread needs. */
export const dbscanBlock = 64;
export const dbscanScratch = 8 * leafRows;

/**
 * Which points are core points: those within the radius of which at least so much weight lies, their own included.
 * Points of weight 0 are none.
 *
 * args: the tree's ten, radius (squared, exclusive), weight wanted, weights (f64 by position, 0 for none), out: cores
 * (i32 by leaf, a bit for each place), leaves of a block.
 */
export const findCores: Kernel = (memory, block, args) => {
  const walk = walkTree(memory, args);
  const own = args.subarray(treeArgumentCount);
  const bound = argument(own, 0);
  const wanted = argument(own, 1);
  const weights = argument(own, 2) === 0 ? null : new Float64Array(memory, argument(own, 2), walk.rows);
  const cores = new Int32Array(memory, argument(own, 3), walk.leaves);
  const totals = new Float64Array(leafRows);
  eachLeaf(block + walk.firstBlock, argument(own, 4), walk.leaves, (leaf) => {
    let open = (1 << walk.pointsOf(leaf)) - 1;
    for (let i = 0; i < walk.pointsOf(leaf); i++) {
      if (weights?.[leaf * leafRows + i] === 0) open &= ~(1 << i);
    }
    totals.fill(0);
    let found = 0;
    walk.startAtLeaf(leaf);
    while (open !== 0) {
      const node = walk.next(bound);
      if (node < 0) break;
      if (!walk.isLeaf(node)) {
        walk.enter(node, bound);
        continue;
      }
      const base = walk.from(node) * leafRows;
      for (let rest = open; rest !== 0; rest &= rest - 1) {
        const i = firstBit(rest);
        const position = leaf * leafRows + i;
        if (walk.pointDistance(position, node) >= bound) continue;
        eachBit(walk.leafDistances(position, walk.from(node), bound), (o) => {
          totals[i]! += weights === null ? 1 : weights[base + o]!;
        });
        if (totals[i]! < wanted) continue;
        found |= 1 << i;
        open &= ~(1 << i);
      }
    }
    cores[leaf] = found;
  });
};

/**
 * Joins the core points of each leaf that lie within the radius of one another.
 *
 * args: the tree's ten, radius (squared, exclusive), cores, sets (i32 by position: parent, the position itself at the
 * root, which is the least of its set), out: first core point of each leaf's node (i32 by node, -1 for none), out:
 * whether a node's core points are one set (u8 by node), leaves of a block.
 */
export const joinInLeaves: Kernel = (memory, block, args) => {
  const walk = walkTree(memory, args);
  const own = args.subarray(treeArgumentCount);
  const bound = argument(own, 0);
  const cores = new Int32Array(memory, argument(own, 1), walk.leaves);
  const sets = new Int32Array(memory, argument(own, 2), walk.rows);
  const firsts = new Int32Array(memory, argument(own, 3), 2 * walk.leaves - 1);
  const joined = new Uint8Array(memory, argument(own, 4), 2 * walk.leaves - 1);
  eachLeaf(block + walk.firstBlock, argument(own, 5), walk.leaves, (leaf) => {
    const mask = cores[leaf]!;
    const base = leaf * leafRows;
    const node = walk.nodeOf(leaf);
    eachBit(mask, (i) => {
      const later = mask & ~((2 << i) - 1);
      if (later === 0) return;
      eachBit(walk.leafDistances(base + i, leaf, bound) & later, (o) => join(sets, base + i, base + o));
    });
    firsts[node] = mask === 0 ? -1 : base + firstBit(mask);
    let whole = 1;
    eachBit(mask, (i) => {
      if (find(sets, base + i) !== find(sets, firsts[node]!)) whole = 0;
    });
    joined[node] = whole;
  });
};

/**
 * Joins core points on both sides of the splits at one level of the tree: each leaf of a left half walks through the
 * right half, but not where both are known to be one set already.
 *
 * args: those of `joinInLeaves`, level (0 for the root).
 */
export const joinHalves: Kernel = (memory, block, args) => {
  const walk = walkTree(memory, args);
  const own = args.subarray(treeArgumentCount);
  const bound = argument(own, 0);
  const cores = new Int32Array(memory, argument(own, 1), walk.leaves);
  const sets = new Int32Array(memory, argument(own, 2), walk.rows);
  const firsts = new Int32Array(memory, argument(own, 3), 2 * walk.leaves - 1);
  const joined = new Uint8Array(memory, argument(own, 4), 2 * walk.leaves - 1);
  const level = argument(own, 6);
  eachLeaf(block + walk.firstBlock, argument(own, 5), walk.leaves, (leaf) => {
    const node = nodeAtLevel(walk, leaf, level);
    if (cores[leaf] === 0 || node < 0 || walk.isLeaf(node)) return;
    const right = walk.right(node);
    if (leaf >= walk.from(right)) return;
    const start = firsts[walk.nodeOf(leaf)]!;
    const whole = joined[walk.nodeOf(leaf)] === 1;
    walk.startBelow(leaf, right);
    for (let other = walk.next(bound); other >= 0; other = walk.next(bound)) {
      const first = firsts[other]!;
      const otherWhole = joined[other] === 1;
      if (first < 0 || (whole && otherWhole && find(sets, start) === find(sets, first))) continue;
      if (!walk.isLeaf(other)) {
        walk.enter(other, bound);
        continue;
      }
      const there = walk.from(other);
      eachBit(cores[leaf]!, (i) => {
        const position = leaf * leafRows + i;
        if (walk.pointDistance(position, other) >= bound) return;
        const near = walk.leafDistances(position, there, bound) & cores[there]!;
        eachBit(near, (o) => join(sets, position, there * leafRows + o));
      });
    }
  });
};

/**
 * Marks the nodes of one level whose core points are one set.
 *
 * args: the tree's ten, sets, firsts, joined (as in `joinInLeaves`), nodes (i32), how many, nodes of a block.
 */
export const markJoined: Kernel = (memory, block, args) => {
  const walk = walkTree(memory, args);
  const own = args.subarray(treeArgumentCount);
  const sets = new Int32Array(memory, argument(own, 0), walk.rows);
  const firsts = new Int32Array(memory, argument(own, 1), 2 * walk.leaves - 1);
  const joined = new Uint8Array(memory, argument(own, 2), 2 * walk.leaves - 1);
  const nodes = new Int32Array(memory, argument(own, 3), argument(own, 4));
  eachLeaf(block + walk.firstBlock, argument(own, 5), nodes.length, (n) => {
    const node = nodes[n]!;
    if (walk.isLeaf(node)) return;
    const left = firsts[node + 1]!;
    const right = firsts[walk.right(node)]!;
    const both = joined[node + 1] === 1 && joined[walk.right(node)] === 1;
    firsts[node] = left >= 0 ? left : right;
    joined[node] = both && (left < 0 || right < 0 || find(sets, left) === find(sets, right)) ? 1 : 0;
  });
};

/**
 * Gives each point that is no core point the least label of the core points within the radius; it keeps -1 where there
 * are none.
 *
 * args: the tree's ten, radius (squared, exclusive), cores, firsts (as in `joinInLeaves`), labels (i32 by position,
 * those of core points known, -1 elsewhere), leaves of a block.
 */
export const findBorders: Kernel = (memory, block, args) => {
  const walk = walkTree(memory, args);
  const own = args.subarray(treeArgumentCount);
  const bound = argument(own, 0);
  const cores = new Int32Array(memory, argument(own, 1), walk.leaves);
  const firsts = new Int32Array(memory, argument(own, 2), 2 * walk.leaves - 1);
  const labels = new Int32Array(memory, argument(own, 3), walk.rows);
  eachLeaf(block + walk.firstBlock, argument(own, 4), walk.leaves, (leaf) => {
    const open = ((1 << walk.pointsOf(leaf)) - 1) & ~cores[leaf]!;
    if (open === 0) return;
    walk.startAtLeaf(leaf);
    for (let node = walk.next(bound); node >= 0; node = walk.next(bound)) {
      if (firsts[node]! < 0) continue;
      if (!walk.isLeaf(node)) {
        walk.enter(node, bound);
        continue;
      }
      const other = walk.from(node);
      eachBit(open, (i) => {
        const position = leaf * leafRows + i;
        if (walk.pointDistance(position, node) >= bound) return;
        eachBit(walk.leafDistances(position, other, bound) & cores[other]!, (o) => {
          const label = labels[other * leafRows + o]!;
          if (labels[position]! < 0 || label < labels[position]!) labels[position] = label;
        });
      });
    }
  });
};

function eachLeaf(block: number, size: number, leaves: number, each: (leaf: number) => void): void {
  for (let leaf = block * size; leaf < Math.min(leaves, (block + 1) * size); leaf++) each(leaf);
}

function firstBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

function eachBit(mask: number, each: (bit: number) => void): void {
  for (let rest = mask; rest !== 0; rest &= rest - 1) each(firstBit(rest));
}

/** The node at a level that a leaf is in; -1 where the leaf stands above that level. */
function nodeAtLevel(walk: ReturnType<typeof walkTree>, leaf: number, level: number): number {
  let node = 0;
  for (let depth = 0; depth < level; depth++) {
    if (walk.isLeaf(node)) return -1;
    const right = walk.right(node);
    node = leaf < walk.from(right) ? node + 1 : right;
  }
  return node;
}

function find(sets: Int32Array, item: number): number {
  let at = item;
  while (sets[at] !== at) {
    sets[at] = sets[sets[at]!]!;
    at = sets[at]!;
  }
  return at;
}

function join(sets: Int32Array, a: number, b: number): void {
  const left = find(sets, a);
  const right = find(sets, b);
  if (left < right) sets[right] = left;
  else sets[left] = right;
}
