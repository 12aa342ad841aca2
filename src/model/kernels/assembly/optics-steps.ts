import { argument } from "./argument";
import {
  distances,
  fromLeaf,
  isLeaf,
  leafDistances,
  leafRows,
  openTree,
  pointAt,
  pointDistance,
  pointsOf,
  rightOf,
} from "./tree-walk";

let bound: f64 = 0;
let unit: f64 = 0;
let cores: usize = 0;
let reaches: usize = 0;
let predecessors: usize = 0;
let done: usize = 0;
let order: usize = 0;
let firsts: usize = 0;
let mosts: usize = 0;

/** To 15 decimals, halves to even. */
@inline
function rounded(x: f64): f64 {
  const scaled = x * 1e15;
  return scaled < 4503599627370496 ? (scaled + 4503599627370496 - 4503599627370496) / 1e15 : scaled / 1e15;
}

/** Compiled version of `opticsSteps`; see the TypeScript version for the arguments. */
export function opticsSteps(block: i32, args: usize): void {
  openTree(args);
  bound = load<f64>(args + 8 * 10);
  unit = load<f64>(args + 8 * 11);
  cores = argument(args, 12);
  reaches = argument(args, 13);
  predecessors = argument(args, 14);
  done = argument(args, 15);
  order = argument(args, 16);
  firsts = argument(args, 17);
  mosts = argument(args, 18);
  const ordering = argument(args, 19);
  const from = argument(args, 20);
  const to = argument(args, 21);
  if (from == 0) refreshAll(0);
  for (let step = from; step < to; step++) {
    const p = <usize>load<u32>(firsts);
    store<u32>(ordering + 4 * step, <u32>p);
    store<u8>(done + p, 1);
    leave(0, p / leafRows);
    if (load<f64>(cores + 8 * p) < Infinity) relax(0, p);
  }
}

function refreshAll(node: usize): void {
  if (isLeaf(node)) {
    refreshLeaf(node);
    return;
  }
  refreshAll(node + 1);
  refreshAll(rightOf(node));
  refreshInner(node);
}

function leave(node: usize, leaf: usize): void {
  if (isLeaf(node)) {
    refreshLeaf(node);
    return;
  }
  const right = rightOf(node);
  leave(leaf < fromLeaf(right) ? node + 1 : right, leaf);
  refreshInner(node);
}

/** Whether a comes before b: nearer, or as near and of a lower row. */
@inline
function isBefore(a: usize, b: usize): bool {
  const x = load<f64>(reaches + 8 * a);
  const y = load<f64>(reaches + 8 * b);
  return x < y || (x == y && load<u32>(order + 4 * a) < load<u32>(order + 4 * b));
}

function refreshLeaf(node: usize): void {
  const leaf = fromLeaf(node);
  const base = leaf * leafRows;
  const many = pointsOf(leaf);
  let first: i32 = -1;
  let most: f64 = -1;
  for (let p = base; p < base + many; p++) {
    if (load<u8>(done + p) == 1) continue;
    if (first < 0 || isBefore(p, first)) first = <i32>p;
    const reach = load<f64>(reaches + 8 * p);
    if (reach > most) most = reach;
  }
  store<i32>(firsts + 4 * node, first);
  store<f64>(mosts + 8 * node, most);
}

@inline
function refreshInner(node: usize): void {
  const right = rightOf(node);
  const a = load<i32>(firsts + 4 * (node + 1));
  const b = load<i32>(firsts + 4 * right);
  store<i32>(firsts + 4 * node, a < 0 ? b : b < 0 || isBefore(a, b) ? a : b);
  store<f64>(mosts + 8 * node, max(load<f64>(mosts + 8 * (node + 1)), load<f64>(mosts + 8 * right)));
}

/** Lowers the reachability of what is left below a node to that from one point; whether any was lowered. */
function relax(node: usize, p: usize): bool {
  const most = load<f64>(mosts + 8 * node);
  const core = load<f64>(cores + 8 * p);
  if (core >= most) return false;
  const point = pointAt(p / leafRows, p % leafRows);
  const least = pointDistance(point, node);
  if (least >= bound || sqrt(least) * unit - 1e-15 >= most) return false;
  let isLower = false;
  if (!isLeaf(node)) {
    const left = relax(node + 1, p);
    isLower = relax(rightOf(node), p) || left;
    if (isLower) refreshInner(node);
    return isLower;
  }
  const leaf = fromLeaf(node);
  let near = <u32>leafDistances(point, leaf, bound);
  for (; near != 0; near &= near - 1) {
    const o = <usize>ctz(near);
    const q = leaf * leafRows + o;
    if (load<u8>(done + q) == 1) continue;
    const reach = rounded(max(sqrt(load<f64>(distances + 8 * o)) * unit, core));
    if (reach >= load<f64>(reaches + 8 * q)) continue;
    store<f64>(reaches + 8 * q, reach);
    store<u32>(predecessors + 4 * q, <u32>p);
    isLower = true;
  }
  if (isLower) refreshLeaf(node);
  return isLower;
}
