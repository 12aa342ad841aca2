import type { Compute } from "../../core/compute.ts";
import { packTreeBlock } from "../kernels/build-tree.ts";
import { leafRows, treeArgumentCount, walkBytes } from "../kernels/tree-walk.ts";

/** A kd-tree over rows; lives in the numeric memory until its mark is released. */
export interface KdTree {
  readonly rows: number;
  readonly columns: number;
  readonly leaves: number;
  /** A power of two that the values of `data` and `boxes` were multiplied by; 1 unless squares would overflow. */
  readonly scale: number;
  /** Row at each position of the tree. */
  readonly order: Int32Array;
  /** leaves × columns × 16: the points leaf by leaf, each leaf column by column, places beyond the last at infinity. */
  readonly data: Float64Array;
  /** By node: the least value of each column, then the greatest; columns made even. */
  readonly boxes: Float64Array;
  /** By node, in preorder: its first leaf, and the one after its last. */
  readonly ranges: Int32Array;
  /** Node of each leaf. */
  readonly leafNodes: Int32Array;
}

/** Leaves below which a whole subtree is one thread's task. */
const smallTask = 64;

/**
 * The kd-tree (Bentley 1975) of a column-major matrix in the numeric memory, without NaN or infinity, of at least one
 * row. Leaves of 16 points; each node is split at a median in its widest column, so that the depth is log2(rows / 16)
 * whatever the data. The same for any number of threads. Memory: 10 bytes × rows × columns and
 * 5 × rows; while it is built 8 × rows more.
 */
export function kdTree(compute: Compute, values: Float64Array, rows: number): KdTree {
  const columns = values.length / rows;
  const leaves = Math.ceil(rows / leafRows);
  const nodes = 2 * leaves - 1;
  const half = columns + (columns % 2);
  const scale = scaleFor(values);
  const order = compute.i32(rows);
  for (let i = 0; i < rows; i++) order[i] = i;
  const ranges = compute.i32(2 * nodes);
  const leafNodes = compute.i32(leaves);
  numberNodes(ranges, leafNodes, leaves);
  splitAll(compute, values, rows, columns, leaves, order);

  const data = compute.f64(leaves * leafRows * columns);
  const boxes = compute.f64(nodes * 2 * half);
  compute.run("packTree", Math.ceil(leaves / packTreeBlock), [
    rows,
    columns,
    leaves,
    data.byteOffset,
    boxes.byteOffset,
    leafNodes.byteOffset,
    values.byteOffset,
    order.byteOffset,
    scale,
    packTreeBlock,
  ]);
  compute.run("boundTree", 1, [columns, leaves, boxes.byteOffset, ranges.byteOffset]);
  return { rows, columns, leaves, scale, order, data, boxes, ranges, leafNodes };
}

/**
 * The tree as the first ten arguments of a kernel that walks it; `extra` bytes of scratch by thread are the kernel's
 * own.
 */
export function treeArguments(compute: Compute, tree: KdTree, extra: number): number[] {
  const bytes = walkBytes + 64 * Math.ceil(extra / 64);
  const scratch = compute.u8(bytes * compute.threads);
  return [
    tree.rows,
    tree.columns,
    tree.leaves,
    tree.data.byteOffset,
    tree.boxes.byteOffset,
    tree.ranges.byteOffset,
    tree.leafNodes.byteOffset,
    scratch.byteOffset,
    bytes,
    0,
  ];
}

/** Blocks of a part of a run, by thread. */
const blocksAtOnce = 16;

/**
 * Runs a kernel that walks a tree, some blocks at a time, so that interrupts are served and `progress` is told the
 * share that is done. `args` begin with those of `treeArguments`.
 */
export async function runInParts(
  compute: Compute,
  kernel: string,
  blocks: number,
  args: readonly number[],
  progress?: (share: number) => void,
): Promise<void> {
  const own = [...args];
  const part = blocksAtOnce * compute.threads;
  for (let first = 0; first < blocks; first += part) {
    own[treeArgumentCount - 1] = first;
    compute.run(kernel, Math.min(part, blocks - first), own);
    progress?.(Math.min(1, (first + part) / blocks));
    await compute.breathe();
  }
}

/** A block's size for a table of so many columns: fewer where they are many, so that a block is no long work. */
export function blockSize(most: number, columns: number): number {
  return Math.max(1, Math.floor(most * Math.min(1, 8 / columns)));
}

/** Numbers the nodes in preorder: the left half follows its node, the right half follows the left. */
function numberNodes(ranges: Int32Array, leafNodes: Int32Array, leaves: number): void {
  const stack = [0, leaves];
  for (let node = 0; stack.length > 0; node++) {
    const to = stack.pop()!;
    const from = stack.pop()!;
    ranges[2 * node] = from;
    ranges[2 * node + 1] = to;
    if (from + 1 === to) {
      leafNodes[from] = node;
      continue;
    }
    const middle = (from + to) >> 1;
    stack.push(middle, to, from, middle);
  }
}

function splitAll(
  compute: Compute,
  values: Float64Array,
  rows: number,
  columns: number,
  leaves: number,
  order: Int32Array,
): void {
  const mark = compute.mark();
  const keys = compute.f64(rows);
  const tasks = compute.i32(2 * leaves);
  const run = (ranges: readonly (readonly [number, number])[], deep: 0 | 1): void => {
    ranges.forEach(([from, to], n) => tasks.set([from, to], 2 * n));
    const args = [rows, columns, values.byteOffset, order.byteOffset, keys.byteOffset, tasks.byteOffset, deep];
    compute.run("splitTree", ranges.length, args);
  };
  const small: [number, number][] = [];
  for (let level: [number, number][] = [[0, leaves]]; level.length > 0;) {
    const wide = level.filter(([from, to]) => to - from > smallTask);
    small.push(...level.filter(([from, to]) => to - from <= smallTask));
    if (wide.length > 0) run(wide, 0);
    level = wide.flatMap(([from, to]): [number, number][] => [
      [from, (from + to) >> 1],
      [(from + to) >> 1, to],
    ]);
  }
  run(small, 1);
  compute.release(mark);
}

/** Keeps squared distances within what a double holds. */
function scaleFor(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size > largest) largest = size;
  }
  if (largest === 0 || (largest < 1e140 && largest > 1e-140)) return 1;
  return 2 ** Math.max(-1000, Math.min(1000, -Math.floor(Math.log2(largest)) - 20));
}
