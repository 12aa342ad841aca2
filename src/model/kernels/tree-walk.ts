import { argument } from "./kernel.ts";

/** Points that a leaf holds. */
export const leafRows = 16;
/** Bytes of a thread's scratch that a walk through a tree uses itself. */
export const walkBytes = 128 * 16 + 8 * leafRows;
/** Arguments that `treeArguments` makes. */
export const treeArgumentCount = 10;
/** Less than any error of rounding that a sum of squares over some thousand columns can hold. */
const caution = 0.9999999999990905;

/**
 * A walk through a kd-tree from a box, near nodes first, and the distances that it needs. The tree lies in the
 * numeric memory: `data` holds the points by leaf, each leaf column by column, 16 places a column, places beyond the
 * last point at infinity; nodes are numbered in preorder, each with its box and the range of its leaves.
 *
 * args: rows, columns, leaves, data (f64), boxes (f64: least of each column, then greatest, columns made even), ranges
 * (i32 by node: from, to), node of each leaf (i32), scratch, bytes of scratch by thread, number of the first block.
 */
export interface TreeWalk {
  readonly rows: number;
  readonly columns: number;
  readonly leaves: number;
  /** What is added to a block's number. */
  readonly firstBlock: number;
  /** The squared distances that `leafDistances` found. */
  readonly distances: Float64Array;
  from(node: number): number;
  isLeaf(node: number): boolean;
  right(node: number): number;
  nodeOf(leaf: number): number;
  /** Points of a leaf. */
  pointsOf(leaf: number): number;
  /** A little less than the squared distance of the point at a place to a node's box. */
  pointDistance(position: number, node: number): number;
  /** The squared distances of the point at a position to a leaf's places; the bits tell which are below `bound`. */
  leafDistances(position: number, leaf: number, bound: number): number;
  /** Begins a walk from a leaf's box through the whole tree, the leaf itself first, then what is beside it. */
  startAtLeaf(leaf: number): void;
  /** Begins a walk from a leaf's box through one subtree. */
  startBelow(leaf: number, node: number): void;
  /** Begins a walk from a point through the whole tree. */
  startAtQuery(query: Float64Array): void;
  /** The squared distances of a point to a leaf's places. */
  queryDistances(query: Float64Array, leaf: number): Float64Array;
  /** The next node whose box is nearer than `bound` (squared); -1 where the walk ends. */
  next(bound: number): number;
  /** The same for boxes no farther than `bound`. */
  nextWithin(bound: number): number;
  /** Puts a node's halves on the way, the nearer one first. */
  enter(node: number, bound: number): void;
}

/** The walk of a kernel whose first ten arguments are a tree's. */
export function walkTree(memory: SharedArrayBuffer, args: Float64Array): TreeWalk {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const leaves = argument(args, 2);
  const half = columns + (columns % 2);
  const data = new Float64Array(memory, argument(args, 3), leaves * leafRows * columns);
  const boxes = new Float64Array(memory, argument(args, 4), (2 * leaves - 1) * 2 * half);
  const ranges = new Int32Array(memory, argument(args, 5), 2 * (2 * leaves - 1));
  const leafNodes = new Int32Array(memory, argument(args, 6), leaves);
  const distances = new Float64Array(leafRows);
  const stack = new Int32Array(128);
  const far = new Float64Array(128);
  let top = 0;
  /** The box that the walk is from: least of each column, then greatest. */
  const queryBox = new Float64Array(2 * half);
  const queryFrom = (leaf: number): void => {
    const at = leafNodes[leaf]! * 2 * half;
    queryBox.set(boxes.subarray(at, at + 2 * half));
    top = 0;
  };

  const from = (node: number): number => ranges[2 * node]!;
  const isLeaf = (node: number): boolean => ranges[2 * node]! + 1 === ranges[2 * node + 1]!;
  const right = (node: number): number => {
    const first = ranges[2 * node]!;
    return node + 2 * (((first + ranges[2 * node + 1]!) >> 1) - first);
  };
  const boxDistance = (node: number): number => {
    const b = node * 2 * half;
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const gap = Math.max(queryBox[j]! - boxes[b + half + j]!, boxes[b + j]! - queryBox[half + j]!, 0);
      sum += gap * gap;
    }
    return sum * caution;
  };
  const push = (node: number, distance: number): void => {
    stack[top] = node;
    far[top++] = distance;
  };
  return {
    rows,
    columns,
    leaves,
    firstBlock: argument(args, 9),
    distances,
    from,
    isLeaf,
    right,
    nodeOf: (leaf) => leafNodes[leaf]!,
    pointsOf: (leaf) => Math.min(leafRows, rows - leaf * leafRows),
    pointDistance(position, node) {
      const leaf = Math.floor(position / leafRows);
      const point = leaf * columns * leafRows + (position % leafRows);
      const box = node * 2 * half;
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        const x = data[point + j * leafRows]!;
        const gap = Math.max(boxes[box + j]! - x, x - boxes[box + half + j]!, 0);
        sum += gap * gap;
      }
      return sum * caution;
    },
    leafDistances(position, leaf, bound) {
      const own = Math.floor(position / leafRows);
      const point = own * columns * leafRows + (position % leafRows);
      const at = leaf * columns * leafRows;
      let mask = 0;
      for (let i = 0; i < leafRows; i++) {
        let sum = 0;
        for (let j = 0; j < columns; j++) {
          const difference = data[point + j * leafRows]! - data[at + j * leafRows + i]!;
          sum += difference * difference;
        }
        distances[i] = sum;
        if (sum < bound) mask |= 1 << i;
      }
      return mask;
    },
    startAtLeaf(leaf) {
      queryFrom(leaf);
      let node = 0;
      while (!isLeaf(node)) {
        const other = right(node);
        const isLeft = leaf < from(other);
        const aside = isLeft ? other : node + 1;
        push(aside, boxDistance(aside));
        node = isLeft ? node + 1 : other;
      }
      push(node, 0);
    },
    startBelow(leaf, node) {
      queryFrom(leaf);
      push(node, boxDistance(node));
    },
    startAtQuery(query) {
      queryBox.set(query);
      queryBox.set(query, half);
      top = 0;
      push(0, boxDistance(0));
    },
    queryDistances(query, leaf) {
      const at = leaf * columns * leafRows;
      for (let i = 0; i < leafRows; i++) {
        let sum = 0;
        for (let j = 0; j < columns; j++) {
          const difference = query[j]! - data[at + j * leafRows + i]!;
          sum += difference * difference;
        }
        distances[i] = sum;
      }
      return distances;
    },
    nextWithin(bound) {
      while (top > 0) {
        top--;
        if (far[top]! <= bound) return stack[top]!;
      }
      return -1;
    },
    next(bound) {
      while (top > 0) {
        top--;
        if (far[top]! < bound) return stack[top]!;
      }
      return -1;
    },
    enter(node, bound) {
      const left = node + 1;
      const other = right(node);
      const toLeft = boxDistance(left);
      const toRight = boxDistance(other);
      if (toLeft > toRight && toLeft < bound) push(left, toLeft);
      if (toRight < bound) push(other, toRight);
      if (toLeft <= toRight && toLeft < bound) push(left, toLeft);
    },
  };
}
