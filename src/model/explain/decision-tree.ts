import type { Compute } from "../../core/compute.ts";
import { sortedOrder } from "../stats/sorted-order.ts";
import { shortestBetween } from "./shortest-between.ts";

/** A binary tree of questions, its nodes level by level; the root is node 0. */
export interface DecisionTree {
  readonly classes: number;
  /** By node, the column that it asks for; -1 for a leaf. */
  readonly columns: Int32Array;
  /** By node: a row goes left where its value is at most this. */
  readonly thresholds: Float64Array;
  /** By node, its left child; the right one follows it. 0 for a leaf. */
  readonly children: Int32Array;
  /** Nodes × classes: weight of the rows by node and class. */
  readonly weights: Float64Array;
}

export interface TreeOptions {
  /** Questions on a way at most. */
  readonly depth: number;
  progress?(text: string): void;
}

/**
 * A classification tree by Gini's impurity (CART; Breiman, Friedman, Olshen and Stone 1984, ch. 4), grown to a depth: each
 * node that is not pure is split where the weighted impurity of the two parts is least, ties to the first column and the
 * lowest value. Where the rows of a node leave room between two values, the threshold is the shortest decimal there.
 * `columns[j]` holds no NaN; `labels` are in 0 … classes - 1; rows of weight 0 count for nothing. Cost about
 * rows × columns × (30 + 10 × depth) ns and 5 bytes a value, on one thread.
 */
export async function growDecisionTree(
  compute: Compute,
  columns: readonly Float64Array[],
  { labels, classes }: { readonly labels: Int32Array; readonly classes: number },
  weights: Float64Array | null,
  { depth, progress }: TreeOptions,
): Promise<DecisionTree> {
  const mark = compute.mark();
  try {
    const sorted: SortedColumn[] = [];
    for (const [j, values] of columns.entries()) {
      progress?.(`rules: sorting column ${j + 1} of ${columns.length}`);
      sorted.push(sortColumn(compute, values));
      await compute.breathe();
    }
    const growing = start(compute, labels, classes, weights);
    for (let level = 1; level <= depth && growing.active.length > 0; level++) {
      progress?.(`rules: level ${level} of at most ${depth}`);
      const best = growing.active.map((): Best => ({ score: -Infinity, column: -1, below: -1, above: -1 }));
      for (const [j, column] of sorted.entries()) {
        scanColumn(column, j, growing, weights, best);
        await compute.breathe();
      }
      splitNodes(columns, labels, weights, growing, best);
    }
    const { nodes } = growing;
    return {
      classes,
      columns: Int32Array.from(nodes, ({ column }) => column),
      thresholds: Float64Array.from(nodes, ({ threshold }) => threshold),
      children: Int32Array.from(nodes, ({ child }) => child),
      weights: Float64Array.from(nodes.flatMap((node) => [...node.weights])),
    };
  } finally {
    compute.release(mark);
  }
}

/** The class that a node's rows are taken for: that of most weight, ties to the lowest. */
export function classOf({ classes, weights }: DecisionTree, node: number): number {
  let most = 0;
  for (let c = 1; c < classes; c++) if (weights[node * classes + c]! > weights[node * classes + most]!) most = c;
  return most;
}

/** The leaf that each row comes to. */
export function leavesOf(
  { columns: asked, thresholds, children }: DecisionTree,
  columns: readonly Float64Array[],
  rows: number,
): Int32Array {
  const leaves = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    let node = 0;
    while (asked[node]! >= 0) node = children[node]! + (columns[asked[node]!]![i]! <= thresholds[node]! ? 0 : 1);
    leaves[i] = node;
  }
  return leaves;
}

/** The rows of a column by rising value. */
interface SortedColumn {
  readonly order: Int32Array;
  /** 1 where the value differs from that of the row before. */
  readonly isNew: Uint8Array;
}

function sortColumn(compute: Compute, values: Float64Array): SortedColumn {
  const order = compute.i32(values.length);
  const isNew = compute.u8(values.length);
  order.set(risingOrder(values));
  for (let i = 1; i < order.length; i++) isNew[i] = values[order[i]!]! === values[order[i - 1]!]! ? 0 : 1;
  return { order, isNew };
}

function risingOrder(values: Float64Array): Int32Array {
  let negative = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! < 0) negative++;
  // Adding 0 makes a negative zero a positive one, whose bits sort as its value does.
  if (negative === 0) return sortedOrder(values.map((x) => x + 0));
  const [below, rest] = [new Int32Array(negative), new Int32Array(values.length - negative)];
  let [b, r] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < 0) below[b++] = i;
    else rest[r++] = i;
  }
  const order = new Int32Array(values.length);
  const falling = sortedOrder(Float64Array.from(below, (i) => -values[i]!));
  falling.forEach((at, i) => (order[negative - 1 - i] = below[at]!));
  sortedOrder(Float64Array.from(rest, (i) => values[i]! + 0)).forEach((at, i) => (order[negative + i] = rest[at]!));
  return order;
}

interface Node {
  column: number;
  threshold: number;
  child: number;
  readonly weights: Float64Array;
}

interface Growing {
  readonly classes: number;
  readonly nodes: Node[];
  /** Nodes that may be split next. */
  active: readonly number[];
  /** By row: place of its node in `active` × classes + its class; -1 where its node is done. */
  readonly key: Int32Array;
}

interface Best {
  score: number;
  column: number;
  /** Rows on both sides of the split. */
  below: number;
  above: number;
}

function start(compute: Compute, labels: Int32Array, classes: number, weights: Float64Array | null): Growing {
  const root = new Float64Array(classes);
  const key = compute.i32(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const weight = weights === null ? 1 : weights[i]!;
    root[labels[i]!]! += weight;
    key[i] = weight > 0 ? labels[i]! : -1;
  }
  const nodes: Node[] = [{ column: -1, threshold: 0, child: 0, weights: root }];
  return { classes, nodes, active: isPure(root) ? [] : [0], key };
}

function isPure(weights: Float64Array): boolean {
  return weights.reduce((held, weight) => held + (weight > 0 ? 1 : 0), 0) < 2;
}

/**
 * One pass over a column in order, for all nodes at once: rows move from right to left, and between two values of a node the
 * purity of its parts, sum of squared class weights over weight, is compared.
 */
function scanColumn(
  { order, isNew }: SortedColumn,
  column: number,
  { classes, nodes, active, key }: Growing,
  weights: Float64Array | null,
  best: readonly Best[],
): void {
  const slots = active.length;
  const left = new Float64Array(slots * classes);
  const right = new Float64Array(slots * classes);
  const slotOf = new Int32Array(slots * classes);
  const [leftWeight, rightWeight] = [new Float64Array(slots), new Float64Array(slots)];
  const [leftSquares, rightSquares] = [new Float64Array(slots), new Float64Array(slots)];
  const lastValue = new Int32Array(slots).fill(-1);
  const lastRow = new Int32Array(slots).fill(-1);
  const score = Float64Array.from(best, (one) => one.score);
  active.forEach((node, s) => {
    nodes[node]!.weights.forEach((weight, c) => {
      right[s * classes + c] = weight;
      rightWeight[s]! += weight;
      rightSquares[s]! += weight * weight;
    });
    slotOf.fill(s, s * classes, (s + 1) * classes);
  });
  let value = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    value += isNew[i]!;
    const at = key[row]!;
    if (at < 0) continue;
    const s = slotOf[at]!;
    if (lastValue[s] !== value) {
      if (lastValue[s]! >= 0) {
        const now = leftSquares[s]! / leftWeight[s]! + rightSquares[s]! / rightWeight[s]!;
        if (now > score[s]!) {
          score[s] = now;
          const found = best[s]!;
          found.score = now;
          found.column = column;
          found.below = lastRow[s]!;
          found.above = row;
        }
      }
      lastValue[s] = value;
    }
    lastRow[s] = row;
    const weight = weights === null ? 1 : weights[row]!;
    const [l, r] = [left[at]!, right[at]!];
    leftSquares[s]! += weight * (2 * l + weight);
    rightSquares[s]! -= weight * (2 * r - weight);
    leftWeight[s]! += weight;
    rightWeight[s]! -= weight;
    left[at] = l + weight;
    right[at] = r - weight;
  }
}

/** Makes the children of the nodes that were split, and sends their rows there. */
function splitNodes(
  columns: readonly Float64Array[],
  labels: Int32Array,
  weights: Float64Array | null,
  growing: Growing,
  best: readonly Best[],
): void {
  const { classes, nodes, active, key } = growing;
  const child = new Int32Array(active.length);
  active.forEach((node, s) => {
    const { column, below, above } = best[s]!;
    if (column < 0) return;
    const parent = nodes[node]!;
    parent.column = column;
    parent.threshold = shortestBetween(columns[column]![below]!, columns[column]![above]!);
    parent.child = child[s] = nodes.length;
    for (let side = 0; side < 2; side++) {
      nodes.push({ column: -1, threshold: 0, child: 0, weights: new Float64Array(classes) });
    }
  });
  const slotOf = new Int32Array(active.length * classes).map((_, at) => Math.floor(at / classes));
  for (let i = 0; i < key.length; i++) {
    const at = key[i]!;
    if (at < 0) continue;
    const s = slotOf[at]!;
    if (child[s] === 0) {
      key[i] = -1;
      continue;
    }
    const { column, threshold } = nodes[active[s]!]!;
    const node = child[s]! + (columns[column]![i]! <= threshold ? 0 : 1);
    nodes[node]!.weights[labels[i]!]! += weights === null ? 1 : weights[i]!;
    key[i] = node;
  }
  const next: number[] = [];
  const place = new Int32Array(nodes.length).fill(-1);
  for (const first of child) {
    if (first === 0) continue;
    for (const node of [first, first + 1]) if (!isPure(nodes[node]!.weights)) place[node] = next.push(node) - 1;
  }
  for (let i = 0; i < key.length; i++) {
    const node = key[i]!;
    if (node >= 0) key[i] = place[node]! < 0 ? -1 : place[node]! * classes + labels[i]!;
  }
  growing.active = next;
}
