import { classOf, type DecisionTree } from "./decision-tree.ts";

/**
 * The best tree of each size that is the given one with branches cut off: `trees[l - 1]` has l leaves, and of all such trees
 * least weight of rows that are taken for a class that they are not of. Exact, by the sizes of both branches of each node.
 * Cost nodes × leaves². Sizes at most `mostLeaves`, and those that the tree has.
 */
export function prunings(tree: DecisionTree, mostLeaves: number): readonly DecisionTree[] {
  const { children, columns } = tree;
  /** By node and leaves: weight of the rows that are taken for another class, and the leaves of the left branch. */
  const costs: Float64Array[] = [];
  const lefts: Int32Array[] = [];
  for (let node = columns.length - 1; node >= 0; node--) {
    const own = wrongWeight(tree, node);
    if (columns[node]! < 0) {
      costs[node] = Float64Array.of(Infinity, own);
      lefts[node] = Int32Array.of(0, 0);
      continue;
    }
    const left = costs[children[node]!]!;
    const right = costs[children[node]! + 1]!;
    const most = Math.min(mostLeaves, left.length + right.length - 2);
    const cost = new Float64Array(most + 1).fill(Infinity);
    const choice = new Int32Array(most + 1);
    cost[1] = own;
    for (let l = 1; l < left.length; l++) {
      for (let r = 1; r < right.length && l + r <= most; r++) {
        if (left[l]! + right[r]! < cost[l + r]!) {
          cost[l + r] = left[l]! + right[r]!;
          choice[l + r] = l;
        }
      }
    }
    costs[node] = cost;
    lefts[node] = choice;
  }
  return Array.from({ length: costs[0]!.length - 1 }, (_, i) => cut(tree, lefts, i + 1));
}

/** Weight of a node's rows that are not of its class. */
export function wrongWeight(tree: DecisionTree, node: number): number {
  const own = tree.weights.subarray(node * tree.classes, (node + 1) * tree.classes);
  const kept = classOf(tree, node);
  return own.reduce((wrong, weight, c) => (c === kept ? wrong : wrong + weight), 0);
}

/** The tree of so many leaves. */
function cut(tree: DecisionTree, lefts: readonly Int32Array[], leaves: number): DecisionTree {
  const from: number[] = [0];
  const sizes: number[] = [leaves];
  const children: number[] = [];
  for (let node = 0; node < from.length; node++) {
    const old = from[node]!;
    const size = sizes[node]!;
    children.push(size === 1 ? 0 : from.length);
    if (size === 1) continue;
    const left = lefts[old]![size]!;
    from.push(tree.children[old]!, tree.children[old]! + 1);
    sizes.push(left, size - left);
  }
  const { classes } = tree;
  return {
    classes,
    columns: Int32Array.from(from, (old, node) => (children[node] === 0 ? -1 : tree.columns[old]!)),
    thresholds: Float64Array.from(from, (old, node) => (children[node] === 0 ? 0 : tree.thresholds[old]!)),
    children: Int32Array.from(children),
    weights: Float64Array.from(from.flatMap((old) => [...tree.weights.subarray(old * classes, (old + 1) * classes)])),
  };
}
