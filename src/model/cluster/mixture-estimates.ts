import { mixtureWidth } from "../kernels/mixture-step.ts";
import { covarianceSize, isDiagonal } from "./mixture-model.ts";
import type { CovarianceType } from "./mixture-model.ts";

/** What responsibilities say of the components. */
export interface MixtureEstimates {
  /** Σr, raised by ten times the spacing of f64 at 1, as scikit-learn does: never 0. */
  readonly counts: Float64Array;
  /** k × columns; of a component without rows the mean that it had. */
  readonly means: Float64Array;
  /** Shaped as the type says; what was given as regularisation is on the diagonal. */
  readonly covariances: Float64Array;
}

const tiny = 10 * Number.EPSILON;

/**
 * Counts, means and covariances from the sums that a pass left (k × width), which were taken about `centres`: from
 * these the new means are not far, so that nothing cancels.
 */
export function estimatesOf(
  sums: Float64Array,
  centres: Float64Array,
  k: number,
  columns: number,
  type: CovarianceType,
  regularisation: number,
): MixtureEstimates {
  const diagonal = isDiagonal(type);
  const width = mixtureWidth(columns, diagonal);
  const counts = new Float64Array(k);
  const means = new Float64Array(k * columns);
  const covariances = new Float64Array(covarianceSize(type, k, columns));
  const firsts = new Float64Array(columns);
  let all = 0;
  for (let c = 0; c < k; c++) {
    const from = c * width;
    const held = sums[from]!;
    const count = held + tiny;
    counts[c] = count;
    all += count;
    let at = from + 1;
    for (let i = 0; i < columns; i++) {
      at += diagonal ? 1 : columns - i;
      firsts[i] = sums[at++]!;
      means[c * columns + i] = centres[c * columns + i]! + firsts[i]! / count;
    }
    // Σ r (z - δ)(z - δ)ᵀ with δ = Σ r z / count.
    const twice = (2 - held / count) / count;
    const divisor = type === "tied" ? 1 : count;
    at = from + 1;
    for (let i = 0; i < columns; i++) {
      const last = diagonal ? i : columns - 1;
      for (let j = i; j <= last; j++) {
        const scatter = (sums[at++]! - twice * firsts[i]! * firsts[j]!) / divisor;
        addScatter(covariances, type, columns, c, i, j, scatter);
      }
      at++;
    }
  }
  finish(covariances, type, columns, all, regularisation);
  return { counts, means, covariances };
}

function addScatter(
  covariances: Float64Array,
  type: CovarianceType,
  columns: number,
  c: number,
  i: number,
  j: number,
  scatter: number,
): void {
  switch (type) {
    case "full":
      covariances[(c * columns + i) * columns + j] = scatter;
      covariances[(c * columns + j) * columns + i] = scatter;
      return;
    case "tied":
      covariances[i * columns + j]! += scatter;
      if (i !== j) covariances[j * columns + i]! += scatter;
      return;
    case "diagonal":
      covariances[c * columns + i] = scatter;
      return;
    case "spherical":
      covariances[c]! += scatter / columns;
  }
}

function finish(
  covariances: Float64Array,
  type: CovarianceType,
  columns: number,
  all: number,
  regularisation: number,
): void {
  if (type === "tied") for (let n = 0; n < covariances.length; n++) covariances[n]! /= all;
  const step = isDiagonal(type) ? 1 : columns + 1;
  const square = isDiagonal(type) ? covariances.length : columns * columns;
  for (let from = 0; from < covariances.length; from += square) {
    for (let n = from; n < from + square; n += step) covariances[n] = Math.max(0, covariances[n]!) + regularisation;
  }
}
