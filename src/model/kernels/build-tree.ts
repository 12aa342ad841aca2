import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import { leafRows } from "./tree-walk.ts";

/** Leaves that a block of `packTree` takes. */
export const packTreeBlock = 256;
/** Points that choose the column in which a node is split. */
const sample = 64;

/**
 * Splits nodes of a kd-tree: a block takes the leaves from … to of its task, finds the column of the greatest extent
 * among some 64 of the points there (all, where those are equal; ties to the first column), and brings the points whose
 * value is less to the front of `order`, as many as the left half of the leaves holds.
 *
 * args: rows, columns, values (f64, column-major), order (i32, rows), keys (f64, scratch by row), tasks (i32: from,
 * to), 1 to split all the way down.
 */
export const splitTree: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const values = new Float64Array(memory, argument(args, 2), rows * columns);
  const order = new Int32Array(memory, argument(args, 3), rows);
  const keys = new Float64Array(memory, argument(args, 4), rows);
  const tasks = new Int32Array(memory, argument(args, 5), 2 * (block + 1));
  const deep = argument(args, 6) === 1;

  const widest = (low: number, high: number): number => {
    let best = 0;
    let extent = 0;
    for (let stride = Math.max(1, Math.floor((high - low) / sample)); ; stride = 1) {
      for (let j = 0; j < columns; j++) {
        let least = Infinity;
        let most = -Infinity;
        for (let i = low; i < high; i += stride) {
          const x = values[j * rows + order[i]!]!;
          if (x < least) least = x;
          if (x > most) most = x;
        }
        if (most - least > extent) {
          extent = most - least;
          best = j;
        }
      }
      if (extent > 0 || stride === 1) return best;
    }
  };
  const split = (from: number, to: number): void => {
    if (to - from < 2) return;
    const middle = (from + to) >> 1;
    const low = from * leafRows;
    const high = Math.min(rows, to * leafRows);
    const column = rows * widest(low, high);
    for (let i = low; i < high; i++) keys[i] = values[column + order[i]!]!;
    select(keys, order, low, high - 1, middle * leafRows);
    if (!deep) return;
    split(from, middle);
    split(middle, to);
  };
  split(tasks[2 * block]!, tasks[2 * block + 1]!);
};

function middleOf(a: number, b: number, c: number): number {
  if (a < b) return b < c ? b : Math.max(a, c);
  return a < c ? a : Math.max(b, c);
}

/** Moves the least keys to the front, as many as bring place k its key in order (Hoare's selection). */
function select(keys: Float64Array, order: Int32Array, first: number, last: number, k: number): void {
  let low = first;
  let high = last;
  while (low < high) {
    const span = high - low;
    const key = (step: number): number => keys[low + step]!;
    let pivot = middleOf(key(0), key(span >> 1), key(span));
    if (span > 500) {
      const e = span >> 3;
      pivot = middleOf(
        middleOf(key(0), key(e), key(2 * e)),
        middleOf(key(3 * e), key(4 * e), key(5 * e)),
        middleOf(key(6 * e), key(7 * e), key(span)),
      );
    }
    let i = low;
    let j = high;
    do {
      while (keys[i]! < pivot) i++;
      while (keys[j]! > pivot) j--;
      if (i > j) break;
      const x = keys[i]!;
      keys[i] = keys[j]!;
      keys[j] = x;
      const row = order[i]!;
      order[i] = order[j]!;
      order[j] = row;
      i++;
      j--;
    } while (i <= j);
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return;
  }
}

/**
 * Copies the points into their leaves and finds the leaves' boxes. A block is 256 leaves.
 *
 * args: rows, columns, leaves, out: data (f64), out: boxes (f64), node of each leaf (i32), values (f64, column-major),
 * order (i32), scale, leaves of a block.
 */
export const packTree: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const leaves = argument(args, 2);
  const half = columns + (columns % 2);
  const data = new Float64Array(memory, argument(args, 3), leaves * leafRows * columns);
  const boxes = new Float64Array(memory, argument(args, 4), (2 * leaves - 1) * 2 * half);
  const leafNodes = new Int32Array(memory, argument(args, 5), leaves);
  const values = new Float64Array(memory, argument(args, 6), rows * columns);
  const order = new Int32Array(memory, argument(args, 7), rows);
  const scale = argument(args, 8);
  const blockLeaves = argument(args, 9);
  const first = block * blockLeaves;
  for (let leaf = first; leaf < Math.min(leaves, first + blockLeaves); leaf++) {
    const box = 2 * half * leafNodes[leaf]!;
    for (let j = 0; j < columns; j++) {
      const to = leafRows * (leaf * columns + j);
      let least = Infinity;
      let most = -Infinity;
      for (let i = 0; i < leafRows; i++) {
        const position = leaf * leafRows + i;
        const isPoint = position < rows;
        const x = isPoint ? values[j * rows + order[position]!]! * scale : Infinity;
        data[to + i] = x;
        if (isPoint && x < least) least = x;
        if (isPoint && x > most) most = x;
      }
      boxes[box + j] = least;
      boxes[box + half + j] = most;
    }
  }
};

/** The boxes of the nodes above the leaves, in one block. args: columns, leaves, boxes (f64), ranges (i32). */
export const boundTree: Kernel = (memory, _block, args) => {
  const columns = argument(args, 0);
  const leaves = argument(args, 1);
  const half = columns + (columns % 2);
  const boxes = new Float64Array(memory, argument(args, 2), (2 * leaves - 1) * 2 * half);
  const ranges = new Int32Array(memory, argument(args, 3), 2 * (2 * leaves - 1));
  for (let node = 2 * leaves - 2; node >= 0; node--) {
    const from = ranges[2 * node]!;
    const to = ranges[2 * node + 1]!;
    if (from + 1 === to) continue;
    const box = 2 * half * node;
    const left = 2 * half * (node + 1);
    const right = 2 * half * (node + 2 * (((from + to) >> 1) - from));
    for (let j = 0; j < half; j++) {
      boxes[box + j] = Math.min(boxes[left + j]!, boxes[right + j]!);
      boxes[box + half + j] = Math.max(boxes[left + half + j]!, boxes[right + half + j]!);
    }
  }
};
