import type { Compute } from "../../../core/compute.ts";
import { SegmentError } from "../../../core/errors.ts";
import { inMemory } from "../../in-memory.ts";
import { distinctRows } from "../../neighbours/distinct-rows.ts";
import type { DistinctRows } from "../../neighbours/distinct-rows.ts";
import { kdTree } from "../../neighbours/kd-tree.ts";
import { spanningTree, squaredCoreDistances } from "../../neighbours/mutual-reachability.ts";
import type { Points } from "../prepared-points.ts";
import { condensedTree } from "./condensed-tree.ts";
import type { CondensedTree } from "./condensed-tree.ts";
import { mergeTree } from "./merge-tree.ts";
import { selectClusters } from "./select-clusters.ts";
import type { Selection, SelectionOptions } from "./select-clusters.ts";

export interface HdbscanOptions extends SelectionOptions {
  /** Rows of the smallest part that counts as a segment, at least 2. */
  readonly minClusterSize: number;
  /** Rows within a row's core distance, itself included, at least 1. */
  readonly minSamples: number;
}

export interface HdbscanResult {
  /** Segment of each row, from 0 in the order of their first rows, -1 for noise. */
  readonly labels: Int32Array;
  readonly segments: number;
  /** By row, 0–1: the density at which it leaves its segment over the greatest there; 0 for noise. */
  readonly probabilities: Float64Array;
  /** By row, 0–1: GLOSH, how much thinner it lies than the densest part below the cluster that it leaves. */
  readonly outlierScores: Float64Array;
  /** By row: the distance within which it has `minSamples` rows. */
  readonly coreDistances: Float64Array;
  /** By segment: its stability; infinite where rows coincide. */
  readonly stabilities: readonly number[];
  /** By segment: the greatest density at which a row or a part leaves it, which probabilities are relative to. */
  readonly greatestDensities: readonly number[];
  /** Its points are the rows. */
  readonly tree: CondensedTree;
  /** By cluster of the tree: the segment that it belongs to, -1 for none. */
  readonly segmentOf: Int32Array;
}

/**
 * HDBSCAN* (Campello, Moulavi, Zimek, Sander 2015), exact: core distances and a minimum spanning tree of mutual
 * reachability from a kd-tree, condensed single linkage, clusters by excess of mass or its leaves. Conventions are
 * scikit-learn's (`minSamples` counts the row itself; a row that falls out of a segment stays in it with a lower
 * probability). Most edges have an equal in mutual reachability, as a row's core distance is that of several: here the
 * one between nearer rows comes first, then the one of lower rows. scikit-learn takes equals as an unstable sort
 * leaves them, so that where segments hang on such a tie, its labels are one of several readings. Where rows are fewer
 * than `minSamples` all is noise.
 *
 * Whole weights act as repeated rows, and equal rows are folded into one; throws `bad-weights` for others. The matrix
 * must hold no NaN or infinity. The same for any number of threads. Memory, beside the points, 9 bytes × rows ×
 * columns and some 120 × rows. Leaves nothing in the numeric memory.
 */
export async function hdbscan(
  compute: Compute,
  points: Points,
  options: HdbscanOptions,
  progress?: (text: string) => void,
): Promise<HdbscanResult> {
  const { rows, values } = points.matrix;
  checkOptions(options);
  checkWeights(points.weights);
  const total = points.weights?.reduce((sum, weight) => sum + weight, 0) ?? rows;
  if (rows === 0 || total < options.minSamples) return allNoise(rows);
  const mark = compute.mark();
  try {
    const distinct = distinctRows(compute, values, rows);
    if (distinct === null) return await fitDistinct(compute, points, options, progress);
    const fit = await fitDistinct(compute, foldRows(compute, points, distinct), options, progress);
    return unfold(fit, distinct.pointOf);
  } finally {
    compute.release(mark);
  }
}

/** One point for rows that are equal: their summed weights act as so many rows. */
function foldRows(compute: Compute, { matrix, weights }: Points, { firstRows, pointOf }: DistinctRows): Points {
  const rows = firstRows.length;
  const values = compute.f64(rows * matrix.columns.length);
  for (let j = 0; j < matrix.columns.length; j++) {
    for (let i = 0; i < rows; i++) values[j * rows + i] = matrix.values[j * matrix.rows + firstRows[i]!]!;
  }
  const sums = new Float64Array(rows);
  pointOf.forEach((point, row) => (sums[point]! += weights?.[row] ?? 1));
  return { matrix: { rows, columns: matrix.columns, values }, weights: sums };
}

function unfold(fit: HdbscanResult, pointOf: Int32Array): HdbscanResult {
  const numbers = (values: Float64Array): Float64Array => Float64Array.from(pointOf, (point) => values[point]!);
  return {
    ...fit,
    labels: pointOf.map((point) => fit.labels[point]!),
    probabilities: numbers(fit.probabilities),
    outlierScores: numbers(fit.outlierScores),
    coreDistances: numbers(fit.coreDistances),
    tree: {
      ...fit.tree,
      clusterOf: pointOf.map((point) => fit.tree.clusterOf[point]!),
      densities: numbers(fit.tree.densities),
    },
  };
}

async function fitDistinct(
  compute: Compute,
  { matrix, weights }: Points,
  options: HdbscanOptions,
  progress?: (text: string) => void,
): Promise<HdbscanResult> {
  const { rows, columns, values } = matrix;
  progress?.("building the tree");
  const tree = kdTree(compute, inMemory(compute, columns.length === 0 ? compute.f64(rows) : values), rows);
  await compute.breathe();
  const placed = weights === null ? null : compute.f64(rows);
  if (weights !== null) tree.order.forEach((row, position) => (placed![position] = weights[row]!));
  const cores = await squaredCoreDistances(compute, tree, placed, options.minSamples, progress);
  const edges = await spanningTree(compute, tree, cores, progress);
  progress?.("condensing");
  const coreDistances = cores.map((squared) => Math.sqrt(squared) / tree.scale);
  const merges = mergeTree(edges, tree.scale, placed, tree.order);
  await compute.breathe();
  const condensed = condensedTree(merges, placed, coreDistances, options.minClusterSize);
  const byRow = new Int32Array(rows);
  tree.order.forEach((row, position) => (byRow[row] = position));
  const selection = selectClusters(condensed, placed, byRow, options);
  const ordered: CondensedTree = {
    ...condensed,
    clusterOf: byRow.map((position) => condensed.clusterOf[position]!),
    densities: Float64Array.from(byRow, (position) => condensed.densities[position]!),
  };
  return describe(
    ordered,
    selection,
    options,
    Float64Array.from(byRow, (position) => coreDistances[position]!),
  );
}

function checkOptions({ minClusterSize, minSamples, selectionEpsilon }: HdbscanOptions): void {
  checkWhole("minimum size", minClusterSize, 2);
  checkWhole("minimum of neighbours", minSamples, 1);
  if (selectionEpsilon >= 0) return;
  throw new SegmentError("bad-option-value", `the distance threshold must be 0 or more, not ${selectionEpsilon}`, {
    hint: "leave it out to split segments at any distance",
  });
}

function checkWhole(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new SegmentError("bad-option-value", `the ${name} must be a whole number from ${least}, not ${value}`, {
    hint: "leave it out to have one proposed",
  });
}

function checkWeights(weights: Float64Array | null): void {
  const at = weights?.findIndex((weight) => !(Number.isInteger(weight) && weight >= 1)) ?? -1;
  if (at < 0) return;
  throw new SegmentError("bad-weights", `HDBSCAN takes whole weights from 1, not ${weights![at]}`, {
    place: { line: at + 1 },
    hint: "leave the weights out, or use another method",
  });
}

function allNoise(rows: number): HdbscanResult {
  return {
    labels: new Int32Array(rows).fill(-1),
    segments: 0,
    probabilities: new Float64Array(rows),
    outlierScores: new Float64Array(rows),
    coreDistances: new Float64Array(rows).fill(Infinity),
    stabilities: [],
    greatestDensities: [],
    tree: {
      parents: [-1],
      births: [0],
      sizes: [rows],
      clusterOf: new Int32Array(rows),
      densities: new Float64Array(rows),
    },
    segmentOf: Int32Array.of(-1),
  };
}

/** Labels, probabilities and outlier scores by row. */
function describe(
  tree: CondensedTree,
  { selectedOf, stabilities }: Selection,
  { selectionEpsilon, allowSingle }: SelectionOptions,
  coreDistances: Float64Array,
): HdbscanResult {
  const rows = tree.clusterOf.length;
  const count = tree.parents.length;
  const { deaths, deepest } = greatestDensities(tree);
  const labels = new Int32Array(rows).fill(-1);
  const probabilities = new Float64Array(rows);
  const outlierScores = new Float64Array(rows);
  const numbers = new Int32Array(count).fill(-1);
  const kept: number[] = [];
  const rootThreshold = selectionEpsilon > 0 ? 1 / selectionEpsilon : deaths[0]!;
  for (let i = 0; i < rows; i++) {
    const cluster = tree.clusterOf[i]!;
    const density = tree.densities[i]!;
    const top = deepest[cluster]!;
    if (density < top) outlierScores[i] = top === Infinity ? 1 : (top - density) / top;
    const selected = selectedOf[cluster]!;
    if (selected < 0) continue;
    if (selected === 0 && !(allowSingle && density >= rootThreshold)) continue;
    if (numbers[selected]! < 0) numbers[selected] = kept.push(selected) - 1;
    labels[i] = numbers[selected]!;
    const most = deaths[selected]!;
    probabilities[i] = density === Infinity || most === 0 ? 1 : Math.min(density, most) / most;
  }
  return {
    labels,
    segments: kept.length,
    probabilities,
    outlierScores,
    coreDistances,
    stabilities: kept.map((cluster) => stabilities[cluster]!),
    greatestDensities: kept.map((cluster) => deaths[cluster]!),
    tree,
    segmentOf: selectedOf.map((selected) => (selected < 0 ? -1 : numbers[selected]!)),
  };
}

/** By cluster the greatest density at which a point or a child leaves it, and that of all below it. */
function greatestDensities(tree: CondensedTree): { deaths: Float64Array; deepest: Float64Array } {
  const count = tree.parents.length;
  const deaths = new Float64Array(count);
  tree.clusterOf.forEach((cluster, i) => {
    if (tree.densities[i]! > deaths[cluster]!) deaths[cluster] = tree.densities[i]!;
  });
  for (let c = 1; c < count; c++) deaths[tree.parents[c]!] = Math.max(deaths[tree.parents[c]!]!, tree.births[c]!);
  const deepest = deaths.slice();
  for (let c = count - 1; c > 0; c--) deepest[tree.parents[c]!] = Math.max(deepest[tree.parents[c]!]!, deepest[c]!);
  return { deaths, deepest };
}
