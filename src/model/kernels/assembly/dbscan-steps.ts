import { argument } from "./argument";
import {
  boxOf,
  columns,
  distances,
  enter,
  firstBlock,
  fromLeaf,
  isLeaf,
  leafDistances,
  leafRows,
  leaves,
  nextNode,
  nodeOfLeaf,
  openTree,
  pointAt,
  pointDistance,
  pointsOf,
  rightOf,
  scratch,
  startAtLeaf,
  startBelow,
  toLeaf,
} from "./tree-walk";

/** Compiled version of `findCores`; see the TypeScript version for the arguments. */
export function findCores(block: i32, args: usize): void {
  openTree(args);
  const bound = load<f64>(args + 8 * 10);
  const wanted = load<f64>(args + 8 * 11);
  const weights = argument(args, 12);
  const cores = argument(args, 13);
  const blockLeaves = argument(args, 14);
  const totals = scratch;
  const first = (<usize>block + firstBlock) * blockLeaves;
  const end = min<usize>(leaves, first + blockLeaves);
  for (let leaf = first; leaf < end; leaf++) {
    const many = pointsOf(leaf);
    let open: u32 = (1 << <u32>many) - 1;
    if (weights != 0) {
      for (let i: usize = 0; i < many; i++) {
        if (load<f64>(weights + 8 * (leaf * leafRows + i)) == 0) open &= ~(1 << <u32>i);
      }
    }
    memory.fill(totals, 0, 8 * leafRows);
    let found: u32 = 0;
    startAtLeaf(leaf);
    while (open != 0) {
      const node = nextNode(bound);
      if (node < 0) break;
      if (!isLeaf(node)) {
        enter(node, bound);
        continue;
      }
      const other = fromLeaf(node);
      for (let rest = open; rest != 0; rest &= rest - 1) {
        const i = <usize>ctz(rest);
        const point = pointAt(leaf, i);
        if (other != leaf && pointDistance(point, node) >= bound) continue;
        let near = <u32>leafDistances(point, other, bound);
        let total = load<f64>(totals + 8 * i);
        if (weights == 0) total += <f64>popcnt(near);
        else {
          for (; near != 0; near &= near - 1) {
            total += load<f64>(weights + 8 * (other * leafRows + <usize>ctz(near)));
          }
        }
        store<f64>(totals + 8 * i, total);
        if (total >= wanted) {
          found |= 1 << <u32>i;
          open &= ~(1 << <u32>i);
        }
      }
    }
    store<u32>(cores + 4 * leaf, found);
  }
}

@inline
function parentOf(sets: usize, item: usize): usize {
  return <usize>atomic.load<u32>(sets + 4 * item);
}

/** The least member of the set; other threads may join sets at the same time. */
function find(sets: usize, item: usize): usize {
  let at = item;
  let parent = parentOf(sets, at);
  while (parent != at) {
    const above = parentOf(sets, parent);
    if (above != parent) atomic.cmpxchg<u32>(sets + 4 * at, <u32>parent, <u32>above);
    at = parent;
    parent = above;
  }
  return at;
}

function join(sets: usize, a: usize, b: usize): void {
  let left = a;
  let right = b;
  for (;;) {
    left = find(sets, left);
    right = find(sets, right);
    if (left == right) return;
    if (left > right) {
      const swap = left;
      left = right;
      right = swap;
    }
    if (atomic.cmpxchg<u32>(sets + 4 * right, <u32>right, <u32>left) == <u32>right) return;
  }
}

/** Compiled version of `joinInLeaves`; see the TypeScript version for the arguments. */
export function joinInLeaves(block: i32, args: usize): void {
  openTree(args);
  const bound = load<f64>(args + 8 * 10);
  const cores = argument(args, 11);
  const sets = argument(args, 12);
  const firsts = argument(args, 13);
  const joined = argument(args, 14);
  const blockLeaves = argument(args, 15);
  const first = (<usize>block + firstBlock) * blockLeaves;
  const end = min<usize>(leaves, first + blockLeaves);
  for (let leaf = first; leaf < end; leaf++) {
    const mask = load<u32>(cores + 4 * leaf);
    const base = leaf * leafRows;
    const node = nodeOfLeaf(leaf);
    if (mask == 0) {
      store<i32>(firsts + 4 * node, -1);
      store<u8>(joined + node, 1);
      continue;
    }
    for (let rest = mask; rest != 0; rest &= rest - 1) {
      const i = <u32>ctz(rest);
      const later = rest & (rest - 1);
      if (later == 0) break;
      let near = <u32>leafDistances(pointAt(leaf, i), leaf, bound) & later;
      for (; near != 0; near &= near - 1) join(sets, base + i, base + <usize>ctz(near));
    }
    const start = base + <usize>ctz(mask);
    const root = find(sets, start);
    let whole = true;
    for (let rest = mask; rest != 0; rest &= rest - 1) {
      if (find(sets, base + <usize>ctz(rest)) != root) {
        whole = false;
        break;
      }
    }
    store<u32>(firsts + 4 * node, <u32>start);
    store<u8>(joined + node, whole ? 1 : 0);
  }
}

/** Compiled version of `joinHalves`; see the TypeScript version for the arguments. */
export function joinHalves(block: i32, args: usize): void {
  openTree(args);
  const bound = load<f64>(args + 8 * 10);
  const cores = argument(args, 11);
  const sets = argument(args, 12);
  const firsts = argument(args, 13);
  const joined = argument(args, 14);
  const blockLeaves = argument(args, 15);
  const level = argument(args, 16);
  const first = (<usize>block + firstBlock) * blockLeaves;
  const end = min<usize>(leaves, first + blockLeaves);
  let node: usize = 0;
  let until: usize = 0;
  for (let leaf = first; leaf < end; leaf++) {
    if (leaf >= until) {
      // The node of this level that the leaf is in; leaves of its left half look at its right one.
      node = 0;
      let depth: usize = 0;
      while (depth < level && !isLeaf(node)) {
        const right = rightOf(node);
        node = leaf < fromLeaf(right) ? node + 1 : right;
        depth++;
      }
      until = toLeaf(node);
      if (depth < level || isLeaf(node)) {
        leaf = until - 1;
        continue;
      }
    }
    const right = rightOf(node);
    if (leaf >= fromLeaf(right)) {
      leaf = until - 1;
      continue;
    }
    if (load<u32>(cores + 4 * leaf) != 0) joinLeaf(leaf, right, bound, cores, sets, firsts, joined);
  }
}

function joinLeaf(leaf: usize, right: usize, bound: f64, cores: usize, sets: usize, firsts: usize, joined: usize): void {
  const own = nodeOfLeaf(leaf);
  const mask = load<u32>(cores + 4 * leaf);
  const start = <usize>load<u32>(firsts + 4 * own);
  const whole = load<u8>(joined + own) == 1;
  startBelow(boxOf(own), right);
  for (;;) {
    const at = nextNode(bound);
    if (at < 0) return;
    const node = <usize>at;
    const other = load<i32>(firsts + 4 * node);
    if (other < 0) continue;
    const otherWhole = load<u8>(joined + node) == 1;
    if (whole && otherWhole && find(sets, start) == find(sets, other)) continue;
    if (!isLeaf(node)) {
      enter(node, bound);
      continue;
    }
    const there = fromLeaf(node);
    const base = there * leafRows;
    const otherMask = load<u32>(cores + 4 * there);
    for (let rest = mask; rest != 0; rest &= rest - 1) {
      const i = <usize>ctz(rest);
      const point = pointAt(leaf, i);
      if (pointDistance(point, node) >= bound) continue;
      const position = leaf * leafRows + i;
      if (otherWhole && find(sets, position) == find(sets, other)) continue;
      let near = <u32>leafDistances(point, there, bound) & otherMask;
      if (near == 0) continue;
      if (otherWhole) {
        join(sets, position, other);
        if (whole) break;
      } else {
        for (; near != 0; near &= near - 1) join(sets, position, base + <usize>ctz(near));
      }
    }
  }
}

/** Compiled version of `markJoined`; see the TypeScript version for the arguments. */
export function markJoined(block: i32, args: usize): void {
  openTree(args);
  const sets = argument(args, 10);
  const firsts = argument(args, 11);
  const joined = argument(args, 12);
  const nodes = argument(args, 13);
  const count = argument(args, 14);
  const blockNodes = argument(args, 15);
  const first = (<usize>block + firstBlock) * blockNodes;
  const end = min<usize>(count, first + blockNodes);
  for (let n = first; n < end; n++) {
    const node = <usize>load<u32>(nodes + 4 * n);
    if (isLeaf(node)) continue;
    const left = node + 1;
    const right = rightOf(node);
    const inLeft = load<i32>(firsts + 4 * left);
    const inRight = load<i32>(firsts + 4 * right);
    let whole = load<u8>(joined + left) == 1 && load<u8>(joined + right) == 1;
    if (whole && inLeft >= 0 && inRight >= 0) whole = find(sets, inLeft) == find(sets, inRight);
    store<i32>(firsts + 4 * node, inLeft >= 0 ? inLeft : inRight);
    store<u8>(joined + node, whole ? 1 : 0);
  }
}

/** Compiled version of `findBorders`; see the TypeScript version for the arguments. */
export function findBorders(block: i32, args: usize): void {
  openTree(args);
  const bound = load<f64>(args + 8 * 10);
  const cores = argument(args, 11);
  const firsts = argument(args, 12);
  const labels = argument(args, 13);
  const blockLeaves = argument(args, 14);
  const first = (<usize>block + firstBlock) * blockLeaves;
  const end = min<usize>(leaves, first + blockLeaves);
  for (let leaf = first; leaf < end; leaf++) {
    const many = pointsOf(leaf);
    const own = labels + 4 * leaf * leafRows;
    let open: u32 = ((1 << <u32>many) - 1) & ~load<u32>(cores + 4 * leaf);
    startAtLeaf(leaf);
    while (open != 0) {
      const node = nextNode(bound);
      if (node < 0) break;
      if (load<i32>(firsts + 4 * node) < 0) continue;
      if (!isLeaf(node)) {
        enter(node, bound);
        continue;
      }
      const other = fromLeaf(node);
      const mask = load<u32>(cores + 4 * other);
      for (let rest = open; rest != 0; rest &= rest - 1) {
        const i = <usize>ctz(rest);
        const point = pointAt(leaf, i);
        if (other != leaf && pointDistance(point, node) >= bound) continue;
        let near = <u32>leafDistances(point, other, bound) & mask;
        let best = load<i32>(own + 4 * i);
        for (; near != 0; near &= near - 1) {
          const label = load<i32>(labels + 4 * (other * leafRows + <usize>ctz(near)));
          if (best < 0 || label < best) best = label;
        }
        store<i32>(own + 4 * i, best);
        if (best == 0) open &= ~(1 << <u32>i);
      }
    }
  }
}
