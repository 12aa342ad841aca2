import type { Compute } from "../../core/compute.ts";
import { fixedSum } from "../fixed-sum.ts";
import { copheneticSumsBlock } from "../kernels/cophenetic-sums.ts";
import { smallestHashes } from "../metrics/structure-sample.ts";
import { exactPoints } from "./exact-points.ts";
import { leafOrder } from "./merge-tree.ts";
import type { MergeTree } from "./merge-tree.ts";
import type { Points } from "./prepared-points.ts";

/** Distinct rows up to which all pairs are looked at. */
export const mostCopheneticPoints = 20_000;

const breathPoints = 16 * copheneticSumsBlock;

export interface Cophenetic {
  /** Correlation of the distances and the cophenetic distances over all pairs of rows; null where either is constant. */
  readonly correlation: number | null;
  /** Distinct rows of the sample whose pairs were looked at; null: all pairs. */
  readonly sample: number | null;
}

/**
 * How well a tree keeps the distances of its rows (Sokal and Rohlf 1962), SciPy's `cophenet`: the correlation over pairs of the
 * Euclidean distance with the height at which the tree joins the two. Exact up to `most` distinct rows, beyond that over the
 * pairs of so many, drawn by a hash of their number and the seed. Weights act as repeated rows. O(n·d) memory, O(n²·d) time.
 */
export async function copheneticCorrelation(
  compute: Compute,
  points: Points,
  tree: MergeTree,
  { seed, most = mostCopheneticPoints }: { readonly seed: number; readonly most?: number },
): Promise<Cophenetic> {
  const mark = compute.mark();
  try {
    const exact = exactPoints(compute, points, true);
    const { count, columns, pointOfLeaf, unit } = exact;
    const chosen = count > most ? smallestHashes(count, most, seed) : null;
    const isChosen = new Uint8Array(count).fill(chosen === null ? 1 : 0);
    for (const point of chosen ?? []) isChosen[point] = 1;
    const many = chosen?.length ?? count;

    const values = compute.f64(many * columns);
    const weights = compute.f64(many);
    const heights = compute.f64(many);
    const between = heightsBetween(tree);
    let next = 0;
    let height = 0;
    leafOrder(tree).forEach((leaf, position) => {
      if (position > 0) height = Math.max(height, between[position - 1]!);
      const point = pointOfLeaf[leaf]!;
      if (isChosen[point] === 0) return;
      // Equal rows lie together: the first of them stands for all.
      isChosen[point] = 0;
      for (let j = 0; j < columns; j++) values[j * many + next] = exact.values[j * count + point]!;
      weights[next] = exact.weights[point]!;
      if (next > 0) heights[next - 1] = height / unit;
      next++;
      height = 0;
    });

    const out = compute.f64(5 * many);
    const data = [many, columns, copheneticSumsBlock, values.byteOffset, weights.byteOffset, heights.byteOffset];
    for (let point = 0; point < many; point += breathPoints) {
      const blocks = Math.ceil(Math.min(breathPoints, many - point) / copheneticSumsBlock);
      compute.run("copheneticSums", blocks, [...data, out.byteOffset, point]);
      await compute.breathe();
    }
    const column = new Float64Array(many);
    const total = (slot: number): number => {
      for (let i = 0; i < many; i++) column[i] = out[5 * i + slot]!;
      return fixedSum(column);
    };
    const pairs = pairsOf(weights);
    const [meanDistance, meanHeight] = [total(0) / pairs, total(2) / pairs];
    const spread = total(1) / pairs - meanDistance * meanDistance;
    const heightSpread = total(3) / pairs - meanHeight * meanHeight;
    const joint = total(4) / pairs - meanDistance * meanHeight;
    const isConstant = !(
      spread > 1e-14 * meanDistance * meanDistance && heightSpread > 1e-14 * meanHeight * meanHeight
    );
    const correlation = isConstant ? null : Math.max(-1, Math.min(1, joint / Math.sqrt(spread * heightSpread)));
    return { correlation, sample: chosen === null ? null : many };
  } finally {
    compute.release(mark);
  }
}

/** Pairs of repeated rows, those of one row included. */
function pairsOf(weights: Float64Array): number {
  const weight = fixedSum(weights);
  const ownSquares = fixedSum(weights.map((w) => w * w));
  const within = fixedSum(weights.map((w) => Math.max(0, (w * (w - 1)) / 2)));
  return (weight * weight - ownSquares) / 2 + within;
}

/** At i the height at which the tree joins the leaves i and i + 1 of its leaf order. */
function heightsBetween(tree: MergeTree): Float64Array {
  const { leaves, left, right, heights } = tree;
  const starts = new Int32Array(2 * leaves - 1);
  leafOrder(tree).forEach((leaf, position) => (starts[leaf] = position));
  const between = new Float64Array(Math.max(0, leaves - 1));
  for (let i = 0; i < leaves - 1; i++) {
    starts[leaves + i] = starts[left[i]!]!;
    between[starts[right[i]!]! - 1] = heights[i]!;
  }
  return between;
}
