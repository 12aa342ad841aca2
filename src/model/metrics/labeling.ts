/** A division of the points into k segments, `labels[i]` in 0 … k-1. */
export interface Labeling {
  readonly k: number;
  readonly labels: Int32Array | Uint16Array | Uint8Array;
}

/** Sum of weights of each segment, in row order. */
export function segmentWeights(labeling: Labeling, weights: Float64Array | null): Float64Array {
  const sums = new Float64Array(labeling.k);
  const { labels } = labeling;
  if (weights === null) for (let i = 0; i < labels.length; i++) sums[labels[i]!]! += 1;
  else for (let i = 0; i < labels.length; i++) sums[labels[i]!]! += weights[i]!;
  return sums;
}

/** Whether weights are counts, so that a row of weight w stands for w equal rows. */
export function areCounts(weights: Float64Array | null): boolean {
  return weights === null || weights.every((w) => Number.isInteger(w));
}

/**
 * The part of its own segment's weight that a row does not compare itself with: one row of a count, else its weight.
 */
export function ownWeight(weights: Float64Array | null, counts: boolean, row: number): number {
  if (weights === null) return 1;
  return counts ? Math.min(1, weights[row]!) : weights[row]!;
}
