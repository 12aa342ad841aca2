import type { Random } from "../random.ts";
import type { BinnedColumns } from "./binned.ts";

/** A binary tree, its nodes in the order in which they were made; the root is node 0. */
export interface Tree {
  /** By node, the column that it asks for; -1 for a leaf. */
  readonly columns: Int32Array;
  /** By node: a number goes left where it is at most this, a category where it is this level; of a leaf, its value. */
  readonly values: Float64Array;
  /** By node, its left child; the right one follows it. 0 for a leaf. */
  readonly children: Int32Array;
}

export interface TreeOptions {
  /** Columns that a tree may ask for, and how many of them are tried at each node. */
  readonly from: readonly number[];
  readonly tried: number;
  readonly leastRows: number;
  readonly mostLeaves: number;
  readonly random: Random;
}

interface Leaf {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly split: Split | null;
}

interface Split {
  readonly column: number;
  readonly code: number;
  readonly gain: number;
}

/**
 * Grows a tree for a response on some rows (one may stand several times): regression by variance, or with `levels`
 * classification by Gini's impurity (Breiman et al. 1984), the leaf that gains most first, ties to the oldest, until there
 * are enough leaves. A category splits into one level and the rest. `columnLevels` tells categories from numbers.
 */
export function growTree(
  binned: BinnedColumns,
  columnLevels: readonly number[],
  response: Float64Array,
  levels: number,
  rows: Int32Array,
  options: TreeOptions,
): Tree {
  const order = rows.slice();
  const spare = new Int32Array(rows.length);
  const columns: number[] = [];
  const values: number[] = [];
  const children: number[] = [];
  const scan = createScan(binned, columnLevels, response, levels, options);
  const leaves: Leaf[] = [];
  const addLeaf = (from: number, to: number): void => {
    columns.push(-1);
    children.push(0);
    const { value, split } = scan(order, from, to);
    values.push(value);
    leaves.push({ node: values.length - 1, from, to, split });
  };
  addLeaf(0, order.length);
  while (leaves.length < options.mostLeaves) {
    let best = -1;
    leaves.forEach(({ split }, l) => {
      if (split !== null && (best < 0 || split.gain > leaves[best]!.split!.gain)) best = l;
    });
    if (best < 0) break;
    const [{ node, from, to, split }] = leaves.splice(best, 1) as [Leaf & { split: Split }];
    const isCategory = columnLevels[split.column]! > 0;
    const codes = binned.codes.subarray(split.column * binned.rows, (split.column + 1) * binned.rows);
    let left = from;
    let right = 0;
    for (let i = from; i < to; i++) {
      const row = order[i]!;
      const isLeft = isCategory ? codes[row] === split.code : codes[row]! <= split.code;
      if (isLeft) order[left++] = row;
      else spare[right++] = row;
    }
    order.set(spare.subarray(0, right), left);
    columns[node] = split.column;
    values[node] = isCategory ? split.code : binned.edges[split.column]![split.code]!;
    children[node] = values.length;
    addLeaf(from, left);
    addLeaf(left, to);
  }
  return {
    columns: Int32Array.from(columns),
    values: Float64Array.from(values),
    children: Int32Array.from(children),
  };
}

type Scan = (order: Int32Array, from: number, to: number) => { readonly value: number; readonly split: Split | null };

/** What looks at a leaf: its value, and the split that gains most. A class is a column of sums of its own. */
function createScan(
  binned: BinnedColumns,
  columnLevels: readonly number[],
  response: Float64Array,
  levels: number,
  { from: columns, tried, leastRows, random }: TreeOptions,
): Scan {
  const classes = Math.max(1, levels);
  const mostBins = binned.bins.reduce((most, bins) => Math.max(most, bins), 1);
  const counts = new Float64Array(mostBins);
  const sums = new Float64Array(mostBins * classes);
  const total = new Float64Array(classes);
  const left = new Float64Array(classes);
  const deck = Int32Array.from(columns);
  let drawn = 0;
  const purity = (of: Float64Array, start: number, count: number): number => {
    let squares = 0;
    for (let c = 0; c < classes; c++) squares += of[start + c]! * of[start + c]!;
    return squares / count;
  };
  const purityOfRest = (of: Float64Array, start: number, count: number): number => {
    let squares = 0;
    for (let c = 0; c < classes; c++) squares += (total[c]! - of[start + c]!) ** 2;
    return squares / count;
  };
  return (order, from, to) => {
    const count = to - from;
    total.fill(0);
    for (let i = from; i < to; i++) {
      const y = response[order[i]!]!;
      if (levels === 0) total[0]! += y;
      else total[y]! += 1;
    }
    let value = total[0]! / count;
    if (levels > 0) {
      value = 0;
      for (let c = 1; c < classes; c++) if (total[c]! > total[value]!) value = c;
    }
    if (count < 2 * leastRows) return { value, split: null };
    const own = purity(total, 0, count);
    let split: Split | null = null;
    for (let t = 0; t < tried; t++) {
      const pick = t + Math.floor(random.uniform(drawn++) * (deck.length - t));
      const column = deck[pick]!;
      deck[pick] = deck[t]!;
      deck[t] = column;
      const bins = binned.bins[column]!;
      const codes = binned.codes.subarray(column * binned.rows, (column + 1) * binned.rows);
      counts.fill(0, 0, bins);
      sums.fill(0, 0, bins * classes);
      for (let i = from; i < to; i++) {
        const row = order[i]!;
        const code = codes[row]!;
        counts[code]! += 1;
        if (levels === 0) sums[code]! += response[row]!;
        else sums[code * classes + response[row]!]! += 1;
      }
      const isCategory = columnLevels[column]! > 0;
      let seen = 0;
      left.fill(0);
      for (let code = 0; code < (isCategory ? bins : bins - 1); code++) {
        if (counts[code] === 0) continue;
        seen = isCategory ? counts[code]! : seen + counts[code]!;
        if (!isCategory) for (let c = 0; c < classes; c++) left[c]! += sums[code * classes + c]!;
        if (seen < leastRows || count - seen < leastRows) continue;
        const [of, start] = isCategory ? [sums, code * classes] : [left, 0];
        const gain = purity(of, start, seen) + purityOfRest(of, start, count - seen) - own;
        if (gain > 1e-12 * Math.abs(own) && gain > (split?.gain ?? 0)) split = { column, code, gain };
      }
    }
    return { value, split };
  };
}
