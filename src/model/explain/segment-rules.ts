import type { Compute } from "../../core/compute.ts";
import { smallestHashes } from "../metrics/structure-sample.ts";
import { classOf, type DecisionTree, growDecisionTree, leavesOf } from "./decision-tree.ts";
import { prunings } from "./prune-tree.ts";
import { type Box, simplifyBoxes, withBounds } from "./simplify-boxes.ts";

/** A fidelity from which rules may stand for the segments. */
export const enoughFidelity = 0.95;
/** Questions on a way, and leaves, at most: more than that nobody reads. */
const mostDepth = 5;
const mostLeaves = 32;
/** Where enough is not reached, as few leaves as come within this of the most that is. */
const slack = 0.01;
/** Rows that rules are learned from; of more a sample by their hash. */
const mostRows = 250_000;

/** What makes a row one of a class. */
export interface ClassRule {
  /** Any of these; empty where no leaf of the tree is of the class. */
  readonly boxes: readonly Box[];
  /** Weight of the rows that the rule is true of, of all; 0–1. */
  readonly share: number;
  /** Share of those rows that are of the class; null where there are none. */
  readonly precision: number | null;
  /** Share of the rows of the class that the rule is true of; null where there are none. */
  readonly recall: number | null;
}

export interface SegmentRules {
  /** By class. */
  readonly rules: readonly ClassRule[];
  /** Share of the weight of all rows whose class the tree gives. */
  readonly fidelity: number;
  readonly tree: DecisionTree;
  /** Rows that the tree was learned from, where those were a sample; else null. */
  readonly sample: number | null;
}

/**
 * Rules for the classes of rows: the smallest tree of at most five questions on a way whose fidelity is 0.95 and which has a
 * leaf for each class of which the whole tree finds at least half; where none reaches that, the smallest within 0.01 of the best. The
 * candidates are the best prunings of one tree by Gini's impurity. Above 250,000 rows the tree is learned from so many
 * of them, drawn by hash; every figure is of all rows. `columns[j]` holds no NaN.
 */
export async function learnSegmentRules(
  compute: Compute,
  columns: readonly Float64Array[],
  { labels, classes }: { readonly labels: Int32Array; readonly classes: number },
  weights: Float64Array | null,
  { seed, progress }: { readonly seed: number; progress?(text: string): void },
): Promise<SegmentRules> {
  const drawn = labels.length > mostRows ? smallestHashes(labels.length, mostRows, seed) : null;
  const picked = <Values extends Float64Array | Int32Array>(values: Values, make: (rows: Uint32Array) => Values) =>
    drawn === null ? values : make(drawn);
  const ownLabels = picked(labels, (rows) => Int32Array.from(rows, (row) => labels[row]!));
  const own = columns.map((column) => picked(column, (rows) => Float64Array.from(rows, (row) => column[row]!)));
  const ownWeights =
    weights === null ? null : picked(weights, (rows) => Float64Array.from(rows, (row) => weights[row]!));
  const whole = await growDecisionTree(compute, own, { labels: ownLabels, classes }, ownWeights, {
    depth: mostDepth,
    ...(progress === undefined ? {} : { progress }),
  });
  const tree = smallestEnough(prunings(whole, mostLeaves), whole);
  return { ...judge(tree, columns, labels, weights), tree, sample: drawn === null ? null : drawn.length };
}

function smallestEnough(trees: readonly DecisionTree[], whole: DecisionTree): DecisionTree {
  const found = foundClasses(whole);
  const fidelities = trees.map(ownFidelity);
  const most = Math.max(...fidelities);
  const enough = most >= enoughFidelity ? enoughFidelity : most - slack;
  const isEnough = (tree: DecisionTree, l: number): boolean => {
    if (fidelities[l]! < enough) return false;
    const own = new Set(leavesIn(tree).map((node) => classOf(tree, node)));
    return found.every((c) => own.has(c));
  };
  return trees.find(isEnough) ?? trees.at(-1)!;
}

/** Classes of which a tree gives at least half the rows their class. */
function foundClasses(tree: DecisionTree): readonly number[] {
  const { classes, weights } = tree;
  const right = new Float64Array(classes);
  for (const node of leavesIn(tree)) right[classOf(tree, node)]! += weights[node * classes + classOf(tree, node)]!;
  return [...right.keys()].filter((c) => weights[c]! > 0 && right[c]! >= weights[c]! / 2);
}

function leavesIn({ columns }: DecisionTree): readonly number[] {
  return [...columns.keys()].filter((node) => columns[node]! < 0);
}

/** Share of the weight that a tree was grown on whose class it gives. */
function ownFidelity(tree: DecisionTree): number {
  const { classes, weights } = tree;
  const right = leavesIn(tree).reduce((sum, node) => sum + weights[node * classes + classOf(tree, node)]!, 0);
  return right / weights.subarray(0, classes).reduce((total, weight) => total + weight, 0);
}

function judge(
  tree: DecisionTree,
  columns: readonly Float64Array[],
  labels: Int32Array,
  weights: Float64Array | null,
): Pick<SegmentRules, "rules" | "fidelity"> {
  const { classes } = tree;
  const leaves = leavesOf(tree, columns, labels.length);
  const classOfNode = Int32Array.from(tree.columns, (_, node) => classOf(tree, node));
  const [said, held, right] = [0, 1, 2].map(() => new Float64Array(classes)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const weight = weights === null ? 1 : weights[i]!;
    const given = classOfNode[leaves[i]!]!;
    total += weight;
    said[given]! += weight;
    held[labels[i]!]! += weight;
    if (given === labels[i]) right[given]! += weight;
  }
  const boxes = boxesOf(tree);
  const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
  return {
    rules: Array.from({ length: classes }, (_, c) => ({
      boxes: simplifyBoxes(boxes.filter((one) => one.class === c).map(({ box }) => box)),
      share: said[c]! / total,
      precision: ratio(right[c]!, said[c]!),
      recall: ratio(right[c]!, held[c]!),
    })),
    fidelity: right.reduce((sum, weight) => sum + weight, 0) / total,
  };
}

/** The leaves from left to right, each with what leads to it: of two bounds of a column, the narrower. */
function boxesOf(tree: DecisionTree): readonly { readonly class: number; readonly box: Box }[] {
  const found: { class: number; box: Box }[] = [];
  const walk = (node: number, box: Box): void => {
    const column = tree.columns[node]!;
    if (column < 0) {
      found.push({ class: classOf(tree, node), box });
      return;
    }
    const threshold = tree.thresholds[node]!;
    const before = box.find((one) => one.column === column) ?? { column, above: null, atMost: null };
    walk(tree.children[node]!, withBounds(box, { ...before, atMost: threshold }));
    walk(tree.children[node]! + 1, withBounds(box, { ...before, above: threshold }));
  };
  walk(0, []);
  return found;
}
