import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { DecisionTree } from "../../../src/model/explain/decision-tree.ts";
import { classOf, growDecisionTree, leavesOf } from "../../../src/model/explain/decision-tree.ts";
import { prunings, wrongWeight } from "../../../src/model/explain/prune-tree.ts";
import { shortestBetween } from "../../../src/model/explain/shortest-between.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg } from "../cluster/data.ts";

interface Outcome {
  readonly leaves: number;
  readonly impurity: number;
  readonly fidelity: number;
  readonly roots: readonly (readonly [number, number])[];
}

interface Table {
  readonly rows: readonly (readonly number[])[];
  readonly classes: readonly number[];
}

const file = new URL("../../../fixtures/reference/decision-tree/reference.json", import.meta.url);
const reference = JSON.parse(readFileSync(file, "utf8")) as {
  readonly data: Readonly<Record<string, Table>>;
  readonly cases: readonly {
    readonly data: string;
    readonly weighted: boolean;
    readonly depth: number;
    readonly outcomes: readonly Outcome[];
  }[];
};
const compute = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => compute.close());

/** The formula of make.py. */
function generated(): Table {
  const rows = Array.from({ length: 600 }, (_, i) => [
    ((i * i) % 97) - 48,
    ((i * 31) % 53) / 8,
    Math.floor(i / 7) % 11,
    (i * 7) % 23,
  ]);
  const classes = rows.map(([a, b, c, d], i) => {
    const label = a! > 10 ? (b! > 3 ? 0 : 1) : c! > 4 ? 2 : d! > 11 ? 1 : 3;
    return i % 19 === 0 ? (label + 1) % 4 : label;
  });
  return { rows, classes };
}

function columnsOf({ rows }: Table): readonly Float64Array[] {
  return rows[0]!.map((_, j) => Float64Array.from(rows, (row) => row[j]!));
}

const tables: Readonly<Record<string, Table>> = { ...reference.data, generated: generated() };

function leavesIn(tree: DecisionTree): readonly number[] {
  return [...tree.columns.keys()].filter((node) => tree.columns[node]! < 0);
}

function totalOf(weights: Float64Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

describe.each(reference.cases)("scikit-learn's tree of $data, depth $depth, weighted: $weighted", (expected) => {
  test("has its leaves, impurity, fidelity and first question", async () => {
    const table = tables[expected.data]!;
    const labels = Int32Array.from(table.classes);
    const weights = expected.weighted ? Float64Array.from(labels, (_, i) => i % 4) : null;
    const classes = Math.max(...labels) + 1;
    const columns = columnsOf(table);
    const { depth } = expected;
    const tree = await growDecisionTree(compute, columns, { labels, classes }, weights, { depth });
    const leaves = leavesIn(tree);
    const all = totalOf(tree.weights.subarray(0, classes));
    const impurity = leaves.reduce((sum, leaf) => {
      const own = tree.weights.subarray(leaf * classes, (leaf + 1) * classes);
      const held = totalOf(own);
      return sum + (held - own.reduce((squares, weight) => squares + weight ** 2, 0) / held) / all;
    }, 0);
    const outcome = expected.outcomes.find((one) => Math.abs(one.impurity - impurity) < 1e-12);
    expect(outcome).toBeDefined();
    expect(leaves.length).toBe(outcome!.leaves);
    const fidelity = 1 - leaves.reduce((wrong, leaf) => wrong + wrongWeight(tree, leaf), 0) / all;
    expect(fidelity).toBeCloseTo(outcome!.fidelity, 12);
    const places = leavesOf(tree, columns, labels.length);
    const right = places.reduce(
      (sum, leaf, i) => sum + (classOf(tree, leaf) === labels[i] ? (weights?.[i] ?? 1) : 0),
      0,
    );
    expect(right / all).toBeCloseTo(outcome!.fidelity, 12);
    // scikit-learn asks in the middle; the shortest number there parts the same rows.
    const root = outcome!.roots.find(([column]) => column === tree.columns[0]);
    expect(root).toBeDefined();
    const [column, middle] = root!;
    const sides = (threshold: number): number => columns[column]!.filter((x) => x <= threshold).length;
    expect(sides(tree.thresholds[0]!)).toBe(sides(middle));
  });
});

test("columns without order among their classes, such as those of exclusive or, are split all the same", async () => {
  const columns = [Float64Array.of(-1, -1, 1, 1), Float64Array.of(-1, 1, -1, 1)];
  const labels = Int32Array.of(0, 1, 1, 0);
  const tree = await growDecisionTree(compute, columns, { labels, classes: 2 }, null, { depth: 2 });
  expect([...leavesOf(tree, columns, 4)].map((leaf) => classOf(tree, leaf))).toEqual([0, 1, 1, 0]);
  expect(tree.thresholds.slice(0, 3)).toEqual(Float64Array.of(0, 0, 0));
});

test("both zeros stand on one side, and one class alone is a leaf", async () => {
  const labels = Int32Array.of(0, 0, 1, 1, 1);
  const columns = [Float64Array.of(-1e300, -0, 0, 5e-324, 1e300)];
  const tree = await growDecisionTree(compute, columns, { labels, classes: 2 }, null, { depth: 1 });
  // Below a threshold of 0 stand two rows of class 0 and one of class 1: no split does better.
  expect(tree.thresholds[0]).toBe(0);
  const leaves = leavesOf(tree, columns, 5);
  expect(leaves[1]).toBe(leaves[2]);
  const one = await growDecisionTree(compute, columns, { labels: new Int32Array(5), classes: 1 }, null, { depth: 3 });
  expect([...one.columns]).toEqual([-1]);
});

test.each([
  [92, 120, 100],
  [92, 93, 92],
  [0.1, 0.30000000000000004, 0.2],
  [-5, 3, 0],
  [-3, -1, -2],
  [1e15, 1e15 + 1, 1e15],
  [0.049, 0.051, 0.05],
  [-0.4, -0.3, -0.4],
  [1.0000000000000002, 1.0000000000000004, 1.0000000000000002],
  [5e-324, 1e-323, 5e-324],
  [-1e308, 1e308, 0],
  [99.7, 1234.5, 1000],
])("the shortest number from %d, below %d, is %d", (low, high, shortest) => {
  expect(shortestBetween(low, high)).toBe(shortest);
});

test("of all ways to cut a tree to a number of leaves, the pruning is the one with least wrong weight", async () => {
  const draws = lcg(4 * 300, 11);
  const columns = [0, 1, 2].map((j) => draws.slice(j * 300, (j + 1) * 300));
  const labels = Int32Array.from({ length: 300 }, (_, i) => {
    const [a, b] = [columns[0]![i]!, columns[1]![i]!];
    return (a > 0.4 ? 1 : 0) + (b > 0.6 ? 1 : 0) + (draws[900 + i]! > 0.85 ? 1 : 0);
  });
  const tree = await growDecisionTree(compute, columns, { labels, classes: 4 }, null, { depth: 4 });
  /** Least wrong weight by leaves over every cut, found by trying all. */
  const tryAll = (node: number): readonly number[] => {
    const least: number[] = [];
    least[1] = wrongWeight(tree, node);
    if (tree.columns[node]! < 0) return least;
    const [left, right] = [tryAll(tree.children[node]!), tryAll(tree.children[node]! + 1)];
    left.forEach((a, l) =>
      right.forEach((b, r) => {
        least[l + r] = Math.min(least[l + r] ?? Infinity, a + b);
      }),
    );
    return least;
  };
  const least = tryAll(0);
  const trees = prunings(tree, 32);
  expect(trees.length).toBe(leavesIn(tree).length);
  trees.forEach((pruned, i) => {
    expect(leavesIn(pruned).length).toBe(i + 1);
    const places = leavesOf(pruned, columns, 300);
    const wrong = places.reduce((sum, leaf, row) => sum + (classOf(pruned, leaf) === labels[row] ? 0 : 1), 0);
    expect(wrong).toBe(least[i + 1]);
  });
});
