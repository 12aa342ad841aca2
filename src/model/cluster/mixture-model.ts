import { SegmentError } from "../../core/errors.ts";
import { choleskyFactor, inverseTriangle, triangleSize } from "./cholesky.ts";

/** How far the components' covariances may differ: each its own, one for all, each a diagonal, each one variance. */
export const covarianceTypes = ["full", "tied", "diagonal", "spherical"] as const;
export type CovarianceType = (typeof covarianceTypes)[number];

/** What a mixture of Gaussians is, in the units of the matrix that it was fitted on. */
export interface MixtureModel {
  readonly k: number;
  readonly columns: number;
  readonly covarianceType: CovarianceType;
  /** k, adding up to 1. */
  readonly weights: Float64Array;
  /** k × columns, row-major. */
  readonly means: Float64Array;
  /** full: k × columns × columns; tied: columns × columns; diagonal: k × columns; spherical: k. */
  readonly covariances: Float64Array;
  /** What is added to a component's ln density in place of ln weight, where responsibilities average over parameters. */
  readonly logWeights?: Float64Array;
}

/** Covariances as densities are worked out with them: F with FᵀF the precision. */
export interface MixtureFactors {
  /** For each component F's rows up to the diagonal, packed; of diagonal and spherical covariances the diagonal. */
  readonly factors: Float64Array;
  /** ln det F for each component. */
  readonly logDeterminants: Float64Array;
}

/** Whether the components' axes are the columns. */
export function isDiagonal(type: CovarianceType): boolean {
  return type === "diagonal" || type === "spherical";
}

/** How many numbers the covariances of a type are. */
export function covarianceSize(type: CovarianceType, k: number, columns: number): number {
  switch (type) {
    case "full":
      return k * columns * columns;
    case "tied":
      return columns * columns;
    case "diagonal":
      return k * columns;
    case "spherical":
      return k;
  }
}

/** Free parameters of a mixture: covariances, means, and weights but one. */
export function freeParameters(type: CovarianceType, k: number, columns: number): number {
  const triangle = triangleSize(columns);
  const covariances = { full: k * triangle, tied: triangle, diagonal: k * columns, spherical: k }[type];
  return covariances + k * columns + k - 1;
}

/** What is added to each component's `-½ |F z|²`: ln weight, and the constant of its density. */
export function componentOffsets(
  columns: number,
  logWeights: ArrayLike<number>,
  logDeterminants: Float64Array,
): Float64Array {
  const constant = -0.5 * columns * Math.log(2 * Math.PI);
  return logDeterminants.map((logDeterminant, c) => logWeights[c]! + logDeterminant + constant);
}

/** ln of the components' weights, as densities are worked out with them. */
export function logWeightsOf({ weights, logWeights }: Pick<MixtureModel, "weights" | "logWeights">): Float64Array {
  return logWeights ?? weights.map(Math.log);
}

/** Factors from covariances. Throws `singular-covariance`. */
export function factorsOf(type: CovarianceType, covariances: Float64Array, k: number, columns: number): MixtureFactors {
  const square = columns * columns;
  return makeFactors(type, k, columns, covariances, (n, out) => {
    const lower = new Float64Array(triangleSize(columns));
    if (!choleskyFactor(covariances.subarray(n * square, (n + 1) * square), columns, lower)) return false;
    inverseTriangle(lower, columns, out);
    return true;
  });
}

/** Factors from precisions, shaped as the covariances of the type. Throws `singular-covariance`. */
export function factorsOfPrecisions(
  type: CovarianceType,
  precisions: Float64Array,
  k: number,
  columns: number,
): MixtureFactors {
  const square = columns * columns;
  const inverses = isDiagonal(type) ? precisions.map((x) => 1 / x) : precisions;
  return makeFactors(type, k, columns, inverses, (n, out) => {
    // F = Uᵀ with UUᵀ the precision, and U is the Cholesky factor of the precision read backwards.
    const reversed = precisions.slice(n * square, (n + 1) * square).reverse();
    const lower = new Float64Array(triangleSize(columns));
    if (!choleskyFactor(reversed, columns, lower)) return false;
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j <= i; j++) {
        out[triangleSize(i) + j] = lower[triangleSize(columns - 1 - j) + columns - 1 - i]!;
      }
    }
    return true;
  });
}

function makeFactors(
  type: CovarianceType,
  k: number,
  columns: number,
  covariances: Float64Array,
  invert: (n: number, out: Float64Array) => boolean,
): MixtureFactors {
  const size = isDiagonal(type) ? columns : triangleSize(columns);
  const factors = new Float64Array(k * size);
  const logDeterminants = new Float64Array(k);
  for (let c = 0; c < k; c++) {
    const own = factors.subarray(c * size, (c + 1) * size);
    if (type === "tied" && c > 0) {
      own.set(factors.subarray(0, size));
    } else if (isDiagonal(type)) {
      for (let j = 0; j < columns; j++) {
        const variance = covariances[type === "spherical" ? c : c * columns + j]!;
        if (!(variance > 0) || variance === Infinity) throw singular(c, k);
        own[j] = 1 / Math.sqrt(variance);
      }
    } else if (!invert(c, own)) {
      throw singular(c, k);
    }
    for (let j = 0; j < columns; j++) {
      logDeterminants[c]! += Math.log(own[isDiagonal(type) ? j : triangleSize(j) + j]!);
    }
  }
  return { factors, logDeterminants };
}

/** What is said of rows that no component gives a density above 0. */
export function beyondNumbers(): SegmentError {
  return new SegmentError("out-of-domain", "the rows' densities are beyond what numbers can hold", {
    hint: "scale the columns (--scale), or set outliers aside first",
  });
}

function singular(component: number, k: number): SegmentError {
  return new SegmentError(
    "singular-covariance",
    `the covariance of component ${component + 1} of ${k} is not positive definite: its rows lie in a plane, or the columns' scales are too far apart`,
    { hint: "scale the columns, ask for fewer segments (--k), or let the covariances be diagonal" },
  );
}
