import { argument } from "./argument";
import { thread } from "./thread";

/** Points that a leaf holds. */
export const leafRows: usize = 16;
/** Bytes of a leaf's column. */
const leafColumn: usize = 8 * leafRows;
/** Bytes of a thread's scratch that the walk itself uses: a stack of 128 nodes, and the distances of one leaf. */
const stackBytes: usize = 128 * 16;
export const walkBytes: usize = stackBytes + leafColumn;
/** Less than any error of rounding that a sum of squares over some thousand columns can hold. */
const caution: f64 = 0.9999999999990905;

export let rows: usize = 0;
export let columns: usize = 0;
export let leaves: usize = 0;
let data: usize = 0;
let boxes: usize = 0;
let ranges: usize = 0;
let leafNodes: usize = 0;
/** What is added to a block's number. */
export let firstBlock: usize = 0;
/** Where the caller's own part of the thread's scratch begins. */
export let scratch: usize = 0;
/** The squared distances that `leafDistances` found. */
export let distances: usize = 0;
let boxBytes: usize = 0;
let halfBox: usize = 0;
let stack: usize = 0;
let top: usize = 0;
let queryBox: usize = 0;

/** Takes the first ten arguments of a kernel that walks a tree; see `treeArguments`. */
export function openTree(args: usize): void {
  rows = argument(args, 0);
  columns = argument(args, 1);
  leaves = argument(args, 2);
  data = argument(args, 3);
  boxes = argument(args, 4);
  ranges = argument(args, 5);
  leafNodes = argument(args, 6);
  stack = argument(args, 7) + <usize>thread * argument(args, 8);
  firstBlock = argument(args, 9);
  distances = stack + stackBytes;
  scratch = stack + walkBytes;
  halfBox = 8 * ((columns + 1) & ~1);
  boxBytes = 2 * halfBox;
}

@inline
export function boxOf(node: usize): usize {
  return boxes + node * boxBytes;
}

@inline
export function fromLeaf(node: usize): usize {
  return <usize>load<u32>(ranges + 8 * node);
}

@inline
export function toLeaf(node: usize): usize {
  return <usize>load<u32>(ranges + 8 * node, 4);
}

@inline
export function nodeOfLeaf(leaf: usize): usize {
  return <usize>load<u32>(leafNodes + 4 * leaf);
}

@inline
export function isLeaf(node: usize): bool {
  return fromLeaf(node) + 1 == toLeaf(node);
}

@inline
export function rightOf(node: usize): usize {
  return node + 2 * (((fromLeaf(node) + toLeaf(node)) >> 1) - fromLeaf(node));
}

/** Points of a leaf. */
@inline
export function pointsOf(leaf: usize): usize {
  return min<usize>(leafRows, rows - leaf * leafRows);
}

/** Where the point at a position has its first coordinate; the next is `leafColumn` bytes on. */
@inline
export function pointAt(leaf: usize, place: usize): usize {
  return data + leaf * columns * leafColumn + 8 * place;
}

/** A little less than the squared distance of two boxes. */
export function boxDistance(a: usize, b: usize): f64 {
  const zero = f64x2.splat(0);
  let sum = zero;
  for (let at: usize = 0; at < halfBox; at += 16) {
    const below = f64x2.sub(v128.load(a + at), v128.load(b + halfBox + at));
    const above = f64x2.sub(v128.load(b + at), v128.load(a + halfBox + at));
    const gap = f64x2.pmax(f64x2.pmax(below, above), zero);
    sum = f64x2.add(sum, f64x2.mul(gap, gap));
  }
  return (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)) * caution;
}

/** A little less than the squared distance of a point to a node's box. */
export function pointDistance(point: usize, node: usize): f64 {
  const box = boxOf(node);
  let sum: f64 = 0;
  for (let j: usize = 0; j < columns; j++) {
    const x = load<f64>(point + j * leafColumn);
    const below = load<f64>(box + 8 * j) - x;
    const above = x - load<f64>(box + halfBox + 8 * j);
    if (below > 0) sum += below * below;
    else if (above > 0) sum += above * above;
  }
  return sum * caution;
}

/** Bits of a leaf's places whose squared distance to a node's box is less than their own limit. */
export function nearPlaces(leaf: usize, node: usize, limits: usize): u32 {
  const box = boxOf(node);
  let at = data + leaf * columns * leafColumn;
  const zero = f64x2.splat(0);
  let s0 = zero;
  let s1 = zero;
  let s2 = zero;
  let s3 = zero;
  let s4 = zero;
  let s5 = zero;
  let s6 = zero;
  let s7 = zero;
  for (let j: usize = 0; j < columns; j++) {
    const low = v128.load_splat<f64>(box + 8 * j);
    const high = v128.load_splat<f64>(box + halfBox + 8 * j);
    s0 = beyond(s0, v128.load(at), low, high, zero);
    s1 = beyond(s1, v128.load(at, 16), low, high, zero);
    s2 = beyond(s2, v128.load(at, 32), low, high, zero);
    s3 = beyond(s3, v128.load(at, 48), low, high, zero);
    s4 = beyond(s4, v128.load(at, 64), low, high, zero);
    s5 = beyond(s5, v128.load(at, 80), low, high, zero);
    s6 = beyond(s6, v128.load(at, 96), low, high, zero);
    s7 = beyond(s7, v128.load(at, 112), low, high, zero);
    at += leafColumn;
  }
  const less = f64x2.splat(caution);
  return (
    isNear(s0, less, limits) |
    (isNear(s1, less, limits + 16) << 2) |
    (isNear(s2, less, limits + 32) << 4) |
    (isNear(s3, less, limits + 48) << 6) |
    (isNear(s4, less, limits + 64) << 8) |
    (isNear(s5, less, limits + 80) << 10) |
    (isNear(s6, less, limits + 96) << 12) |
    (isNear(s7, less, limits + 112) << 14)
  );
}

@inline
function beyond(sum: v128, x: v128, low: v128, high: v128, zero: v128): v128 {
  const gap = f64x2.pmax(f64x2.pmax(f64x2.sub(low, x), f64x2.sub(x, high)), zero);
  return f64x2.add(sum, f64x2.mul(gap, gap));
}

@inline
function isNear(sum: v128, less: v128, limits: usize): u32 {
  return <u32>i64x2.bitmask(f64x2.lt(f64x2.mul(sum, less), v128.load(limits)));
}

/**
 * The squared distances of a point to a leaf's sixteen places, written to `distances`; the bits tell which are less
 * than `bound`. Places beyond the last point are infinitely far.
 */
export function leafDistances(point: usize, leaf: usize, bound: f64): i32 {
  let at = data + leaf * columns * leafColumn;
  let from = point;
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  let s6 = s0;
  let s7 = s0;
  for (let j: usize = 0; j < columns; j++) {
    const x = v128.load_splat<f64>(from);
    const d0 = f64x2.sub(x, v128.load(at));
    s0 = f64x2.add(s0, f64x2.mul(d0, d0));
    const d1 = f64x2.sub(x, v128.load(at, 16));
    s1 = f64x2.add(s1, f64x2.mul(d1, d1));
    const d2 = f64x2.sub(x, v128.load(at, 32));
    s2 = f64x2.add(s2, f64x2.mul(d2, d2));
    const d3 = f64x2.sub(x, v128.load(at, 48));
    s3 = f64x2.add(s3, f64x2.mul(d3, d3));
    const d4 = f64x2.sub(x, v128.load(at, 64));
    s4 = f64x2.add(s4, f64x2.mul(d4, d4));
    const d5 = f64x2.sub(x, v128.load(at, 80));
    s5 = f64x2.add(s5, f64x2.mul(d5, d5));
    const d6 = f64x2.sub(x, v128.load(at, 96));
    s6 = f64x2.add(s6, f64x2.mul(d6, d6));
    const d7 = f64x2.sub(x, v128.load(at, 112));
    s7 = f64x2.add(s7, f64x2.mul(d7, d7));
    at += leafColumn;
    from += leafColumn;
  }
  const limit = f64x2.splat(bound);
  const m0 = f64x2.lt(s0, limit);
  const m1 = f64x2.lt(s1, limit);
  const m2 = f64x2.lt(s2, limit);
  const m3 = f64x2.lt(s3, limit);
  const m4 = f64x2.lt(s4, limit);
  const m5 = f64x2.lt(s5, limit);
  const m6 = f64x2.lt(s6, limit);
  const m7 = f64x2.lt(s7, limit);
  v128.store(distances, s0);
  v128.store(distances, s1, 16);
  v128.store(distances, s2, 32);
  v128.store(distances, s3, 48);
  v128.store(distances, s4, 64);
  v128.store(distances, s5, 80);
  v128.store(distances, s6, 96);
  v128.store(distances, s7, 112);
  return (
    i64x2.bitmask(m0) |
    (i64x2.bitmask(m1) << 2) |
    (i64x2.bitmask(m2) << 4) |
    (i64x2.bitmask(m3) << 6) |
    (i64x2.bitmask(m4) << 8) |
    (i64x2.bitmask(m5) << 10) |
    (i64x2.bitmask(m6) << 12) |
    (i64x2.bitmask(m7) << 14)
  );
}

@inline
function push(node: usize, distance: f64): void {
  store<u32>(stack + top, <u32>node);
  store<f64>(stack + top, distance, 8);
  top += 16;
}

/** Begins a walk from a box through one subtree. */
export function startBelow(box: usize, node: usize): void {
  queryBox = box;
  top = 0;
  push(node, boxDistance(box, boxOf(node)));
}

/** Begins a walk from a leaf's box through the whole tree, the leaf itself first, then what is beside it. */
export function startAtLeaf(leaf: usize): void {
  queryBox = boxOf(nodeOfLeaf(leaf));
  top = 0;
  let node: usize = 0;
  while (!isLeaf(node)) {
    const right = rightOf(node);
    const isLeft = leaf < fromLeaf(right);
    const aside = isLeft ? right : node + 1;
    push(aside, boxDistance(queryBox, boxOf(aside)));
    node = isLeft ? node + 1 : right;
  }
  push(node, 0);
}

/** The next node whose box is nearer than `bound` (squared); -1 where the walk ends. */
export function nextNode(bound: f64): i32 {
  while (top > 0) {
    top -= 16;
    if (load<f64>(stack + top, 8) < bound) return load<i32>(stack + top);
  }
  return -1;
}

/** Puts a node's halves on the way, the nearer one first. */
export function enter(node: usize, bound: f64): void {
  const left = node + 1;
  const right = rightOf(node);
  const toLeft = boxDistance(queryBox, boxOf(left));
  const toRight = boxDistance(queryBox, boxOf(right));
  if (toLeft <= toRight) {
    if (toRight < bound) push(right, toRight);
    if (toLeft < bound) push(left, toLeft);
  } else {
    if (toLeft < bound) push(left, toLeft);
    if (toRight < bound) push(right, toRight);
  }
}
