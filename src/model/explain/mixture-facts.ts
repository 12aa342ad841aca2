import { triangleSize } from "../cluster/cholesky.ts";
import { factorsOf, isDiagonal, type MixtureModel } from "../cluster/mixture-model.ts";

/** How a row stands to the components of a mixture. */
export interface MixtureFacts {
  /** Responsibility of each component, adding up to 1. */
  readonly probabilities: readonly number[];
  /** The component of the highest responsibility but the row's own, ties to the lowest; -1 where there is no other. */
  readonly second: number;
  /**
   * By column: what it adds to the log odds of the own component against the second; above 0 it speaks for the own one. A term
   * of the Mahalanobis distance is a column's deviation times the precision-weighted deviations, halved: columns that vary
   * together share what they say. Null without a second.
   */
  readonly contributions: readonly number[] | null;
  /** What weights and volumes of the two components add; null without a second. */
  readonly prior: number | null;
}

/** Responsibilities of one row, and the log odds of its own component against the next, by column. Throws `singular-covariance`. */
export function mixtureFacts(point: Float64Array, model: MixtureModel, own: number): MixtureFacts {
  const { k, columns, covarianceType, weights } = model;
  const { factors, logDeterminants } = factorsOf(covarianceType, model.covariances, k, columns);
  const terms = Array.from({ length: k }, (_, c) => mahalanobisTerms(point, model, factors, c));
  const constants = Array.from(
    { length: k },
    (_, c) => (model.logWeights?.[c] ?? Math.log(weights[c]!)) + logDeterminants[c]!,
  );
  const logs = constants.map((constant, c) => constant - terms[c]!.reduce((sum, term) => sum + term, 0) / 2);
  const highest = Math.max(...logs);
  const total = logs.reduce((sum, log) => sum + Math.exp(log - highest), 0);
  const probabilities = logs.map((log) => Math.exp(log - highest) / total);
  const others = logs.map((_, c) => c).filter((c) => c !== own);
  const second = others.reduce((best, c) => (best < 0 || logs[c]! > logs[best]! ? c : best), -1);
  if (second < 0) return { probabilities, second, contributions: null, prior: null };
  return {
    probabilities,
    second,
    contributions: terms[own]!.map((term, j) => (terms[second]![j]! - term) / 2),
    prior: constants[own]! - constants[second]!,
  };
}

/** By column: its deviation from the mean times what the precision makes of all deviations. */
function mahalanobisTerms(
  point: Float64Array,
  model: MixtureModel,
  factors: Float64Array,
  c: number,
): readonly number[] {
  const { columns, means, covarianceType } = model;
  const deviations = Array.from(point, (x, j) => x - means[c * columns + j]!);
  if (isDiagonal(covarianceType)) {
    return deviations.map((deviation, j) => (deviation * factors[c * columns + j]!) ** 2);
  }
  const from = c * triangleSize(columns);
  const standard = deviations.map((_, i) =>
    deviations.slice(0, i + 1).reduce((sum, deviation, j) => sum + factors[from + triangleSize(i) + j]! * deviation, 0),
  );
  return deviations.map((deviation, j) => {
    let weighted = 0;
    for (let i = j; i < columns; i++) weighted += factors[from + triangleSize(i) + j]! * standard[i]!;
    return deviation * weighted;
  });
}
