import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { assign } from "../cluster/assign.ts";
import { fitKMeans } from "../cluster/k-means.ts";
import { preparePoints } from "../cluster/prepared-points.ts";
import { countDistinct } from "../count-distinct.ts";
import { pickRows } from "../pick-rows.ts";
import { inHashOrder, rowHash } from "./row-hash.ts";

export interface PredictionStrength {
  readonly k: number;
  /** Mean over the splits and both directions, 0–1; NaN where some half has fewer distinct rows than k. */
  readonly strength: number;
}

export interface PredictionStrengthOptions {
  readonly ks: readonly number[];
  readonly seed: number;
  /** Random halvings. Default 10. */
  readonly splits?: number;
}

/** Strengths from here on are taken for segments that are found again (Tibshirani and Walther 2005: 0.8 to 0.9). */
export const strongPrediction = 0.8;

/**
 * Prediction strength (Tibshirani and Walther 2005) of k-means on points without weights: the rows are halved, each half is
 * divided by itself and by the centres of the other, and of the pairs of rows that a segment of the half holds, the share
 * that the other's centres keep together is taken, the least over the segments. A segment of one row has no pair, and counts as
 * kept. Cost: two fits of half the rows for each k and split, of 3 starts.
 */
export async function predictionStrength(
  compute: Compute,
  matrix: Matrix,
  { ks, seed, splits = 10 }: PredictionStrengthOptions,
): Promise<readonly PredictionStrength[]> {
  const sums = ks.map(() => 0);
  for (let split = 0; split < splits; split++) {
    const mark = compute.mark();
    const order = inHashOrder(
      rowHash(seed, split),
      Array.from({ length: matrix.rows }, (_, i) => i),
    );
    const half = matrix.rows >> 1;
    const halves = [order.slice(0, half), order.slice(half)].map((rows) => pickRows(compute, matrix, rows));
    const prepared = halves.map((own) => preparePoints(compute, { matrix: own, weights: null }));
    const distinct = Math.min(...halves.map((own) => countDistinct(own, Math.max(...ks))));
    for (const [at, k] of ks.entries()) {
      if (k > distinct) sums[at] = Number.NaN;
      if (Number.isNaN(sums[at]!)) continue;
      const inner = compute.mark();
      const options = { k, starts: 3, maxIter: 100, tol: 1e-4, seed, init: null };
      const fits = [await fitKMeans(compute, prepared[0]!, options), await fitKMeans(compute, prepared[1]!, options)];
      for (const [own, other] of [
        [0, 1],
        [1, 0],
      ] as const) {
        const predicted = assign(compute, halves[own]!, fits[other]!.centres, k);
        sums[at]! += leastKept(fits[own]!.labels, predicted, k);
      }
      compute.release(inner);
    }
    compute.release(mark);
    await compute.breathe();
  }
  return ks.map((k, at) => ({ k, strength: sums[at]! / (2 * splits) }));
}

/** Of the pairs of rows within each segment, the least share that the predicted segments keep together. */
export function leastKept(labels: ArrayLike<number>, predicted: ArrayLike<number>, k: number): number {
  const both = new Float64Array(k * k);
  for (let i = 0; i < labels.length; i++) both[labels[i]! * k + predicted[i]!]!++;
  let least = 1;
  for (let c = 0; c < k; c++) {
    let size = 0;
    let kept = 0;
    for (let other = 0; other < k; other++) {
      const shared = both[c * k + other]!;
      size += shared;
      kept += shared * (shared - 1);
    }
    if (size > 1) least = Math.min(least, kept / (size * (size - 1)));
  }
  return least;
}

/** The largest k whose strength is at least 0.8; 1, of which all is kept, where there is none. */
export function strengthChoice(strengths: readonly PredictionStrength[]): number {
  return strengths.reduce((best, { k, strength }) => (strength >= strongPrediction ? Math.max(best, k) : best), 1);
}
