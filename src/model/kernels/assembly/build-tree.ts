import { argument } from "./argument";
import { leafRows } from "./tree-walk";

/** Points that choose the column in which a node is split. */
const sample: usize = 64;

let rows: usize = 0;
let columns: usize = 0;
let values: usize = 0;
let order: usize = 0;
let keys: usize = 0;

/** Compiled version of `splitTree`; see the TypeScript version for the arguments. */
export function splitTree(block: i32, args: usize): void {
  rows = argument(args, 0);
  columns = argument(args, 1);
  values = argument(args, 2);
  order = argument(args, 3);
  keys = argument(args, 4);
  const tasks = argument(args, 5) + 8 * <usize>block;
  split(<usize>load<u32>(tasks), <usize>load<u32>(tasks, 4), argument(args, 6) == 1);
}

function split(from: usize, to: usize, deep: bool): void {
  if (to - from < 2) return;
  const middle = (from + to) >> 1;
  const low = from * leafRows;
  const high = min<usize>(rows, to * leafRows);
  const column = values + 8 * rows * widest(low, high);
  for (let i = low; i < high; i++) {
    store<f64>(keys + 8 * i, load<f64>(column + 8 * <usize>load<u32>(order + 4 * i)));
  }
  select(<isize>low, <isize>high - 1, <isize>(middle * leafRows));
  if (!deep) return;
  split(from, middle, true);
  split(middle, to, true);
}

/** The column of the greatest extent among points spread over the node, or among all where those are equal. */
function widest(low: usize, high: usize): usize {
  const step = max<usize>(1, (high - low) / sample);
  let best: usize = 0;
  let extent: f64 = 0;
  let stride = step;
  do {
    for (let j: usize = 0; j < columns; j++) {
      const column = values + 8 * rows * j;
      let least = Infinity;
      let most = -Infinity;
      for (let i = low; i < high; i += stride) {
        const x = load<f64>(column + 8 * <usize>load<u32>(order + 4 * i));
        if (x < least) least = x;
        if (x > most) most = x;
      }
      if (most - least > extent) {
        extent = most - least;
        best = j;
      }
    }
    if (extent > 0 || stride == 1) break;
    stride = 1;
  } while (true);
  return best;
}

@inline
function key(i: isize): f64 {
  return load<f64>(keys + 8 * <usize>i);
}

@inline
function middleOf(a: f64, b: f64, c: f64): f64 {
  return a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
}

/** Moves the least keys to the front, as many as bring place k its key in order (Hoare's selection). */
function select(first: isize, last: isize, k: isize): void {
  let low = first;
  let high = last;
  while (low < high) {
    const span = high - low;
    let pivot: f64;
    if (span > 500) {
      const e = span >> 3;
      pivot = middleOf(
        middleOf(key(low), key(low + e), key(low + 2 * e)),
        middleOf(key(low + 3 * e), key(low + 4 * e), key(low + 5 * e)),
        middleOf(key(low + 6 * e), key(low + 7 * e), key(high)),
      );
    } else pivot = middleOf(key(low), key(low + (span >> 1)), key(high));
    let i = low;
    let j = high;
    do {
      while (key(i) < pivot) i++;
      while (key(j) > pivot) j--;
      if (i > j) break;
      const x = key(i);
      store<f64>(keys + 8 * <usize>i, key(j));
      store<f64>(keys + 8 * <usize>j, x);
      const at = order + 4 * <usize>i;
      const to = order + 4 * <usize>j;
      const row = load<u32>(at);
      store<u32>(at, load<u32>(to));
      store<u32>(to, row);
      i++;
      j--;
    } while (i <= j);
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return;
  }
}

/** Compiled version of `packTree`; see the TypeScript version for the arguments. */
export function packTree(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const leaves = argument(args, 2);
  const data = argument(args, 3);
  const boxes = argument(args, 4);
  const leafNodes = argument(args, 5);
  const values = argument(args, 6);
  const order = argument(args, 7);
  const scale = load<f64>(args + 8 * 8);
  const blockLeaves = argument(args, 9);
  const half: usize = (columns + 1) & ~1;
  const first = <usize>block * blockLeaves;
  const end = min<usize>(leaves, first + blockLeaves);
  for (let leaf = first; leaf < end; leaf++) {
    const box = boxes + 16 * half * <usize>load<u32>(leafNodes + 4 * leaf);
    const many = min<usize>(leafRows, rows - leaf * leafRows);
    const places = order + 4 * leaf * leafRows;
    for (let j: usize = 0; j < columns; j++) {
      const to = data + 8 * leafRows * (leaf * columns + j);
      let least = Infinity;
      let most = -Infinity;
      for (let i: usize = 0; i < leafRows; i++) {
        if (i >= many) {
          store<f64>(to + 8 * i, Infinity);
          continue;
        }
        const x = load<f64>(values + 8 * (j * rows + <usize>load<u32>(places + 4 * i))) * scale;
        store<f64>(to + 8 * i, x);
        if (x < least) least = x;
        if (x > most) most = x;
      }
      store<f64>(box + 8 * j, least);
      store<f64>(box + 8 * (half + j), most);
    }
  }
}

/** Compiled version of `boundTree`; see the TypeScript version for the arguments. */
export function boundTree(block: i32, args: usize): void {
  const columns = argument(args, 0);
  const leaves = argument(args, 1);
  const boxes = argument(args, 2);
  const ranges = argument(args, 3);
  const half: usize = 8 * ((columns + 1) & ~1);
  for (let at = <isize>(2 * leaves) - 2; at >= 0; at--) {
    const node = <usize>at;
    const from = <usize>load<u32>(ranges + 8 * node);
    const to = <usize>load<u32>(ranges + 8 * node, 4);
    if (from + 1 == to) continue;
    const box = boxes + 2 * half * node;
    const left = box + 2 * half;
    const right = box + 2 * half * 2 * (((from + to) >> 1) - from);
    for (let j: usize = 0; j < half; j += 16) {
      v128.store(box + j, f64x2.pmin(v128.load(left + j), v128.load(right + j)));
      v128.store(box + half + j, f64x2.pmax(v128.load(left + half + j), v128.load(right + half + j)));
    }
  }
}
