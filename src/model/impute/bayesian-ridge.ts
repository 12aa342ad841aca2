import { singularValues, type SingularValues } from "./singular-values.ts";

/** A line through the data: `intercept + Σ coefficients[j] · x[j]`. */
export interface Line {
  readonly intercept: number;
  readonly coefficients: Float64Array;
}

/** The posterior of a Bayesian ridge regression, in the directions of the singular vectors of the centred columns. */
export interface RidgePosterior {
  readonly rows: number;
  /** Means of the columns and of the response. */
  readonly offsets: Float64Array;
  readonly responseOffset: number;
  readonly coefficients: Float64Array;
  /** Precision of the noise. */
  readonly alpha: number;
  /** Degrees of freedom that the coefficients take. */
  readonly gamma: number;
  /** `columns × columns`, column-major, and the posterior variance along each of its columns. */
  readonly directions: Float64Array;
  readonly variances: Float64Array;
}

const mostRounds = 300;
const tolerance = 1e-3;
/** Both Gamma priors' shape and rate. */
const prior = 1e-6;

/**
 * Bayesian ridge regression (MacKay 1992, Tipping 2001, the steps and constants of scikit-learn's BayesianRidge) of
 * responses on columns, from the triangle of `[1, columns, responses]` (`size × size`, row-major, responses in the last
 * columns). One posterior by response. Cost about 40 · columns³ operations, and 300 · columns² a response at most.
 */
export function bayesianRidge(r: Float64Array, size: number, responses: number): readonly RidgePosterior[] {
  const columns = size - responses - 1;
  const root = r[0]!;
  const rows = Math.round(root * root);
  const offsets = Float64Array.from({ length: columns }, (_, j) => r[j + 1]! / root);
  const centred = new Float64Array(columns * columns);
  for (let i = 0; i < columns; i++) {
    for (let j = i; j < columns; j++) centred[j * columns + i] = r[(i + 1) * size + j + 1]!;
  }
  const factors = singularValues(centred, columns);
  return Array.from({ length: responses }, (_, n) => {
    const at = columns + 1 + n;
    const response = Float64Array.from({ length: columns }, (_, i) => r[(i + 1) * size + at]!);
    let beyond = 0;
    for (let i = columns + 1; i <= at; i++) beyond += r[i * size + at]! ** 2;
    return ridge(factors, { rows, offsets, response, beyond, responseOffset: r[at]! / root });
  });
}

function ridge(
  { values, u, v }: SingularValues,
  given: {
    readonly rows: number;
    readonly offsets: Float64Array;
    readonly response: Float64Array;
    /** Squared length of what the columns cannot reach. */
    readonly beyond: number;
    readonly responseOffset: number;
  },
): RidgePosterior {
  const { rows, offsets, response, beyond, responseOffset } = given;
  const columns = values.length;
  const projected = new Float64Array(columns);
  const outside = response.slice();
  for (let k = 0; k < columns; k++) {
    let dot = 0;
    for (let i = 0; i < columns; i++) dot += u[k * columns + i]! * response[i]!;
    projected[k] = dot;
    for (let i = 0; i < columns; i++) outside[i]! -= dot * u[k * columns + i]!;
  }
  const rest = beyond + sumOfSquares(outside);
  let alpha = 1 / ((sumOfSquares(response) + beyond) / rows + Number.EPSILON);
  let lambda = 1;
  let gamma = 0;
  let before: Float64Array | null = null;
  const along = new Float64Array(columns);
  const update = (): { readonly coefficients: Float64Array; readonly errors: number } => {
    let errors = rest;
    for (let k = 0; k < columns; k++) {
      const s = values[k]!;
      along[k] = s === 0 ? 0 : (s * projected[k]!) / (s * s + lambda / alpha);
      const left = projected[k]! - s * along[k]!;
      errors += left * left;
    }
    return { coefficients: turned(v, along), errors };
  };
  for (let round = 0; round < mostRounds; round++) {
    const { coefficients, errors } = update();
    gamma = 0;
    for (let k = 0; k < columns; k++) {
      const strength = alpha * values[k]! * values[k]!;
      gamma += strength / (lambda + strength);
    }
    lambda = (gamma + 2 * prior) / (sumOfSquares(along) + 2 * prior);
    alpha = (rows - gamma + 2 * prior) / (errors + 2 * prior);
    if (before !== null && distance(before, coefficients) < tolerance) break;
    before = coefficients;
  }
  const { coefficients } = update();
  const variances = values.map((s) => 1 / (alpha * s * s + lambda));
  return { rows, offsets, responseOffset, coefficients, alpha, gamma, directions: v, variances };
}

/** The posterior mean as a line, of columns and a response that were shifted by `shifts` and `responseShift`. */
export function meanLine(posterior: RidgePosterior, shifts: ArrayLike<number>, responseShift: number): Line {
  return lineOf(posterior, posterior.coefficients, posterior.responseOffset, shifts, responseShift);
}

/**
 * A line drawn from the posterior, and the standard deviation of the noise about it: the noise's variance from its scaled
 * inverse chi-square (Wilson and Hilferty's normal approximation), then the coefficients and the response's mean given it
 * (Rubin 1987, pp. 166–167; van Buuren 2018, algorithm 3.1). `normal` gives a standard normal number for each counter.
 */
export function drawnLine(
  posterior: RidgePosterior,
  shifts: ArrayLike<number>,
  responseShift: number,
  normal: (counter: number) => number,
): { readonly line: Line; readonly deviation: number } {
  const { rows, alpha, gamma, directions, variances, coefficients, responseOffset } = posterior;
  const freedom = Math.max(1, rows - 1 - gamma);
  const spread = 2 / (9 * freedom);
  const ratio = Math.max(0.05, 1 - spread + normal(0) * Math.sqrt(spread)) ** 3;
  const widen = 1 / Math.sqrt(ratio);
  const steps = variances.map((variance, k) => widen * Math.sqrt(variance) * normal(k + 2));
  const drawn = turned(directions, steps).map((step, j) => coefficients[j]! + step);
  const deviation = widen / Math.sqrt(alpha);
  const centre = responseOffset + (deviation / Math.sqrt(rows)) * normal(1);
  return { line: lineOf(posterior, drawn, centre, shifts, responseShift), deviation };
}

function lineOf(
  { offsets }: RidgePosterior,
  coefficients: Float64Array,
  centre: number,
  shifts: ArrayLike<number>,
  responseShift: number,
): Line {
  let intercept = centre + responseShift;
  for (let j = 0; j < coefficients.length; j++) intercept -= coefficients[j]! * (offsets[j]! + shifts[j]!);
  return { intercept, coefficients };
}

/** A vector given along the columns of a matrix (column-major). */
function turned(directions: Float64Array, along: Float64Array): Float64Array {
  const size = along.length;
  const out = new Float64Array(size);
  for (let k = 0; k < size; k++) for (let j = 0; j < size; j++) out[j]! += directions[k * size + j]! * along[k]!;
  return out;
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum;
}
