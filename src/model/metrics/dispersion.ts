import type { Compute } from "../../core/compute.ts";
import type { Points } from "../cluster/prepared-points.ts";
import { fixedSum } from "../fixed-sum.ts";
import { segmentBlock } from "../kernels/segment-spread.ts";
import { segmentWeights } from "./labeling.ts";

/** How far rows lie from the means of their segments. */
export interface Dispersion {
  /** Calinski and Harabasz' index, between over within variance per degree of freedom; null when undefined. */
  readonly calinskiHarabasz: number | null;
  /** Davies and Bouldin's index, lower is better; null with fewer than two segments. */
  readonly daviesBouldin: number | null;
  /** Sum of weights by segment. */
  readonly weights: Float64Array;
  /** Mean of each segment, `k × columns`, row-major; NaN where it has no weight. */
  readonly means: Float64Array;
}

/**
 * Calinski–Harabasz and Davies–Bouldin of labels under frequency weights, as scikit-learn defines them: about the
 * segments' own means (the given centres, `k × columns`, only serve as origins). Segments without rows do not count.
 * All rows at their means: Calinski–Harabasz 1, Davies–Bouldin 0. Costs about 4 ns a value and thread.
 */
export function dispersion(
  compute: Compute,
  points: Points,
  labeling: { readonly k: number; readonly labels: Int32Array },
  centres: Float64Array,
): Dispersion {
  const { matrix } = points;
  const { k, labels } = labeling;
  const d = matrix.columns.length;
  const blocks = Math.ceil(matrix.rows / segmentBlock);
  const weights = segmentWeights(labeling, points.weights);
  const mark = compute.mark();
  try {
    const labelsIn = compute.i32(labels.length);
    labelsIn.set(labels);
    const weightsIn = points.weights === null ? null : compute.f64(matrix.rows);
    if (points.weights !== null) weightsIn?.set(points.weights);
    const origins = compute.f64(k * d);
    origins.set(centres);
    const sums = compute.f64(blocks * k * d);
    const order = compute.i32(matrix.rows);
    const ends = compute.i32(blocks * k);
    const args = [
      matrix.rows,
      d,
      k,
      matrix.values.byteOffset,
      weightsIn?.byteOffset ?? 0,
      labelsIn.byteOffset,
      origins.byteOffset,
      order.byteOffset,
      ends.byteOffset,
    ];
    compute.run("segmentSums", blocks, [...args, sums.byteOffset]);
    const column = new Float64Array(blocks);
    const total = (values: Float64Array, width: number, at: number): number => {
      for (let b = 0; b < blocks; b++) column[b] = values[b * width + at]!;
      return fixedSum(column);
    };
    const means = new Float64Array(k * d);
    for (let at = 0; at < k * d; at++) means[at] = centres[at]! + total(sums, k * d, at) / weights[Math.floor(at / d)]!;
    origins.set(means);
    const spread = compute.f64(blocks * k * 2);
    compute.run("segmentSpread", blocks, [...args, spread.byteOffset]);
    const squares = Float64Array.from(weights, (_, c) => total(spread, 2 * k, 2 * c + 1));
    const distances = Float64Array.from(weights, (_, c) => total(spread, 2 * k, 2 * c));
    return { ...indicesOf(weights, means, squares, distances), weights, means };
  } finally {
    compute.release(mark);
  }
}

/** Both indices from figures by segment: weights, means (`k × columns`, row-major), squared and plain distances to them. */
export function indicesOf(
  weights: Float64Array,
  means: Float64Array,
  squares: Float64Array,
  distances: Float64Array,
): Pick<Dispersion, "calinskiHarabasz" | "daviesBouldin"> {
  const used = [...weights.keys()].filter((c) => weights[c]! > 0);
  const d = means.length / weights.length;
  return {
    calinskiHarabasz: calinskiHarabasz(weights, means, fixedSum(squares), used, d),
    daviesBouldin: daviesBouldin(
      means,
      distances.map((sum, c) => sum / weights[c]!),
      used,
      d,
    ),
  };
}

function calinskiHarabasz(
  weights: Float64Array,
  means: Float64Array,
  within: number,
  used: readonly number[],
  d: number,
): number | null {
  const total = used.reduce((sum, c) => sum + weights[c]!, 0);
  if (used.length < 2 || !(total > used.length)) return null;
  const between = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    const mean = used.reduce((sum, c) => sum + weights[c]! * means[c * d + j]!, 0) / total;
    between[j] = used.reduce((sum, c) => sum + weights[c]! * (means[c * d + j]! - mean) ** 2, 0);
  }
  if (within === 0) return 1;
  return (fixedSum(between) * (total - used.length)) / (within * (used.length - 1));
}

/** Mean over the segments of the worst ratio of two segments' spreads to their means' distance. */
function daviesBouldin(means: Float64Array, spreads: Float64Array, used: readonly number[], d: number): number | null {
  if (used.length < 2) return null;
  let sum = 0;
  for (const a of used) {
    let worst = 0;
    for (const b of used) {
      if (a === b) continue;
      let squares = 0;
      for (let j = 0; j < d; j++) squares += (means[a * d + j]! - means[b * d + j]!) ** 2;
      if (squares > 0) worst = Math.max(worst, (spreads[a]! + spreads[b]!) / Math.sqrt(squares));
    }
    sum += worst;
  }
  return sum / used.length;
}
