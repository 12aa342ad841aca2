import { argument } from "./argument";
import {
  distances,
  enter,
  firstBlock,
  fromLeaf,
  isLeaf,
  leafDistances,
  leafRows,
  nearPlaces,
  nextNode,
  openTree,
  pointAt,
  pointsOf,
  rightOf,
  rows,
  boxOf,
  scratch,
  startAtLeaf,
  startBelow,
  toLeaf,
} from "./tree-walk";

@inline
function bestOf(best: usize, component: usize): f64 {
  return reinterpret<f64>(atomic.load<i64>(best + 8 * component));
}

/** Bits of doubles that are not negative stand in the order of the numbers. */
function lower(best: usize, component: usize, weight: f64): void {
  const at = best + 8 * component;
  const bits = reinterpret<i64>(weight);
  let now = atomic.load<i64>(at);
  while (bits < now) {
    const seen = atomic.cmpxchg<i64>(at, now, bits);
    if (seen == now) return;
    now = seen;
  }
}

/** Compiled version of `keepCandidates`; see the TypeScript version for the arguments. */
export function keepCandidates(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const components = argument(args, 1);
  const candidates = argument(args, 2);
  const weights = argument(args, 3);
  const best = argument(args, 4);
  const blockRows = argument(args, 5);
  const first = <usize>block * blockRows;
  const end = min<usize>(rows, first + blockRows);
  for (let p = first; p < end; p++) {
    const candidate = load<i32>(candidates + 4 * p);
    if (candidate < 0) continue;
    const own = load<u32>(components + 4 * p);
    if (load<u32>(components + 4 * <usize>candidate) == own) store<i32>(candidates + 4 * p, -1);
    else lower(best, own, load<f64>(weights + 8 * p));
  }
}

let components: usize = 0;
let cores: usize = 0;
let lows: usize = 0;
let candidates: usize = 0;
let weights: usize = 0;
let gaps: usize = 0;
let best: usize = 0;
let nodeComponents: usize = 0;
let nodeCores: usize = 0;
let nodeLows: usize = 0;
let order: usize = 0;

/** Compiled version of `foreignNeighbours`; see the TypeScript version for the arguments. */
export function foreignNeighbours(block: i32, args: usize): void {
  openTree(args);
  components = argument(args, 10);
  cores = argument(args, 11);
  lows = argument(args, 12);
  candidates = argument(args, 13);
  weights = argument(args, 14);
  gaps = argument(args, 15);
  best = argument(args, 16);
  nodeComponents = argument(args, 17);
  nodeCores = argument(args, 18);
  nodeLows = argument(args, 19);
  order = argument(args, 20);
  visit(<usize>load<u32>(argument(args, 21) + 4 * (<usize>block + firstBlock)));
}

/** The least double above one that is not negative; infinity stays. */
@inline
function above(x: f64): f64 {
  return x == Infinity ? x : reinterpret<f64>(reinterpret<i64>(x) + 1);
}

/** Looks for the points below a node, unless none of them can have an edge that its component would take. */
function visit(node: usize): void {
  const own = load<i32>(nodeComponents + 4 * node);
  if (own >= 0) {
    const limit = bestOf(best, own);
    if (load<f64>(nodeLows + 8 * node) > limit) return;
    if (limit < Infinity && !isLeaf(node) && isAlone(node, own, limit)) {
      const end = min<usize>(rows, toLeaf(node) * leafRows);
      for (let p = fromLeaf(node) * leafRows; p < end; p++) {
        if (load<f64>(lows + 8 * p) < limit) store<f64>(lows + 8 * p, limit);
      }
      return;
    }
  }
  if (isLeaf(node)) {
    searchLeaf(fromLeaf(node), own);
    return;
  }
  visit(node + 1);
  visit(rightOf(node));
}

/** Whether no leaf with points of another component is so near. */
function isAlone(node: usize, own: i32, limit: f64): bool {
  startBelow(boxOf(node), 0);
  const bound = above(limit);
  for (let at = nextNode(bound); at >= 0; at = nextNode(bound)) {
    const other = <usize>at;
    if (load<i32>(nodeComponents + 4 * other) == own) continue;
    if (load<f64>(nodeCores + 8 * other) > limit) continue;
    if (isLeaf(other)) return false;
    enter(other, bound);
  }
  return true;
}

function searchLeaf(leaf: usize, own: i32): void {
  // By place: mutual reachability above which nothing is of use, and the squared distance from which on.
  const limits = scratch;
  const reaches = scratch + 8 * leafRows;
  const many = pointsOf(leaf);
  const base = leaf * leafRows;
  let open: u32 = 0;
  let bound: f64 = 0;
  let ceiling: f64 = 0;
  for (let i: usize = 0; i < leafRows; i++) {
    store<f64>(reaches + 8 * i, -1);
    if (i >= many) continue;
    const p = base + i;
    const low = load<f64>(lows + 8 * p);
    let limit = bestOf(best, load<i32>(components + 4 * p));
    if (low > limit) continue;
    let reach = limit;
    if (load<i32>(candidates + 4 * p) >= 0) {
      const weight = load<f64>(weights + 8 * p);
      if (weight == low) continue;
      if (weight < limit) limit = weight;
      reach = weight <= load<f64>(cores + 8 * p) ? load<f64>(gaps + 8 * p) : limit;
    }
    reach = above(reach);
    store<f64>(limits + 8 * i, limit);
    store<f64>(reaches + 8 * i, reach);
    if (reach > bound) bound = reach;
    if (limit > ceiling) ceiling = limit;
    open |= 1 << <u32>i;
  }
  if (open == 0) return;
  startAtLeaf(leaf);
  for (let at = nextNode(bound); at >= 0; at = nextNode(bound)) {
    const node = <usize>at;
    const there = load<i32>(nodeComponents + 4 * node);
    if (own >= 0 && there == own) continue;
    if (load<f64>(nodeCores + 8 * node) > ceiling) continue;
    if (!isLeaf(node)) {
      enter(node, bound);
      continue;
    }
    const other = fromLeaf(node);
    const useful: u32 = own < 0 ? 0xffff : usefulPlaces(other, own, ceiling);
    if (useful == 0) continue;
    let asked = other == leaf ? open : nearPlaces(leaf, node, reaches);
    if (asked == 0) continue;
    for (; asked != 0; asked &= asked - 1) {
      const i = <usize>ctz(asked);
      const component = load<i32>(components + 4 * (base + i));
      // Another point of the component may have found something nearer since.
      const limit = min(load<f64>(limits + 8 * i), bestOf(best, component));
      store<f64>(limits + 8 * i, limit);
      if (load<f64>(cores + 8 * (base + i)) > limit) {
        store<f64>(reaches + 8 * i, -1);
        continue;
      }
      const reach = min(load<f64>(reaches + 8 * i), above(limit));
      store<f64>(reaches + 8 * i, reach);
      if (there != component) askLeaf(leaf, i, other, useful, component, limits + 8 * i, reaches + 8 * i);
    }
    bound = -1;
    ceiling = -1;
    for (let i: usize = 0; i < many; i++) {
      const reach = load<f64>(reaches + 8 * i);
      if (reach < 0) continue;
      bound = max(bound, reach);
      ceiling = max(ceiling, load<f64>(limits + 8 * i));
    }
  }
  for (let rest = open; rest != 0; rest &= rest - 1) {
    const i = <usize>ctz(rest);
    const at = lows + 8 * (base + i);
    store<f64>(at, max(load<f64>(at), load<f64>(limits + 8 * i)));
  }
}

/** Bits of a leaf's points that an edge may go to: of another component than `own`, with a core distance that is not too great. */
@inline
function usefulPlaces(leaf: usize, own: i32, ceiling: f64): u32 {
  const base = leaf * leafRows;
  const many = pointsOf(leaf);
  let useful: u32 = 0;
  for (let o: usize = 0; o < many; o++) {
    const q = base + o;
    const is = <u32>(load<f64>(cores + 8 * q) <= ceiling) & <u32>(load<i32>(components + 4 * q) != own);
    useful |= is << <u32>o;
  }
  return useful;
}

/** Looks among a leaf's points for a better candidate of one point. */
@inline
function askLeaf(
  leaf: usize,
  i: usize,
  other: usize,
  useful: u32,
  component: i32,
  limitAt: usize,
  reachAt: usize,
): void {
  const p = leaf * leafRows + i;
  const core = load<f64>(cores + 8 * p);
  let limit = load<f64>(limitAt);
  let near = <u32>leafDistances(pointAt(leaf, i), other, load<f64>(reachAt)) & useful;
  for (; near != 0; near &= near - 1) {
    const o = <usize>ctz(near);
    const q = other * leafRows + o;
    if (load<i32>(components + 4 * q) == component) continue;
    const gap = load<f64>(distances + 8 * o);
    const weight = max(max(gap, core), load<f64>(cores + 8 * q));
    if (weight > limit) continue;
    const known = load<i32>(candidates + 4 * p);
    if (known >= 0 && weight >= load<f64>(weights + 8 * p)) {
      if (weight > load<f64>(weights + 8 * p)) continue;
      const now = load<f64>(gaps + 8 * p);
      if (gap > now) continue;
      if (gap == now && load<u32>(order + 4 * q) >= load<u32>(order + 4 * <usize>known)) continue;
    }
    limit = weight;
    store<f64>(reachAt, above(weight <= core ? gap : weight));
    store<i32>(candidates + 4 * p, <i32>q);
    store<f64>(weights + 8 * p, weight);
    store<f64>(gaps + 8 * p, gap);
    lower(best, component, weight);
  }
  store<f64>(limitAt, limit);
}
