import type { Compute } from "../../core/compute.ts";
import { moments } from "./moments.ts";
import { byQuantiles, fitPower, inversePowerOf, powerOf, type Transformation } from "./power-transform.ts";
import {
  deviateOfShare,
  fitKnots,
  quantileReach,
  shareOfDeviate,
  shareOfValue,
  sharePieces,
  usualKnots,
  valueOfShare,
} from "./quantile-transform.ts";
import { fitTransform, transformColumn } from "./scaling.ts";

/** What a column is divided by: `none` leaves the transformed values as they are. */
export type Scaler = "none" | "zscore" | "minmax" | "robust" | "maxabs";

/** What is taken off the count under a standard deviation: 0 for that of a population, 1 for that of a sample. */
export type Ddof = 0 | 1;

/** What the user asks of a column; `auto` is the rule of `fitTransform`. */
export type ScalingMethod = "auto" | { readonly power: Transformation; readonly scaler: Scaler };

/** What the methods of all columns have in common. */
export interface FitDetails {
  readonly ddof: Ddof;
  /** Quantiles at most that `quantile` and `quantile-normal` go through. */
  readonly quantiles: number;
}

export const usualDetails: FitDetails = { ddof: 0, quantiles: usualKnots };

/** A column's transform, `(power(x) - center) / scale`; plain JSON. */
export interface ColumnScaling {
  readonly power: Transformation;
  /** Of Box-Cox and Yeo-Johnson; null for the others. */
  readonly lambda: number | null;
  /** Of `quantile` and `quantile-normal`, rising; null for the others. */
  readonly knots: readonly number[] | null;
  readonly scaler: Scaler;
  /** 0 and 1 without a scaler. */
  readonly center: number;
  readonly scale: number;
}

/**
 * Learns a column's transform; NaN is skipped, every other value lies in the power's domain.
 *
 * - `zscore`: mean and standard deviation, the divisor of whose variance is the count less `ddof`. `minmax`: to 0 … 1. `robust`:
 *   median and interquartile range (type 7). `maxabs`: by the largest absolute value. Of the values that the power gives.
 * - A spread of 0 gives scale 1, as scikit-learn's scalers do, and a constant column has λ = 1.
 */
export function fitColumnScaling(
  compute: Compute,
  values: Float64Array,
  method: ScalingMethod,
  { ddof, quantiles }: FitDetails = usualDetails,
): ColumnScaling {
  if (method === "auto") {
    const { log1p, center, scale } = fitTransform(compute, values, null, "auto");
    const power = log1p ? "mirrored-log1p" : "none";
    if (ddof === 0) return { power, lambda: null, knots: null, scaler: "zscore", center, scale };
    const { count, standardDeviation } = moments(compute, values);
    const freedScale = standardDeviation > 0 ? freed(scale, count, ddof) : 1;
    return { power, lambda: null, knots: null, scaler: "zscore", center, scale: freedScale };
  }
  const { power, scaler } = method;
  const lambda = fitPower(compute, power, values);
  const mark = compute.mark();
  try {
    const powered = power === "none" ? values : compute.f64(values.length);
    const knots = byQuantiles(power) ? fitKnots(values, quantiles) : null;
    if (power !== "none") powerColumn({ power, lambda, knots }, values, powered);
    return { power, lambda, knots, scaler, ...fitScaler(compute, powered, scaler, null, ddof) };
  } finally {
    compute.release(mark);
  }
}

/** Centre and scale of values, as often as their weights say; 0 and 1 for `none`. */
export function fitScaler(
  compute: Compute,
  values: Float64Array,
  scaler: Scaler,
  weights: Float64Array | null = null,
  ddof: Ddof = 0,
): { center: number; scale: number } {
  switch (scaler) {
    case "none":
      return { center: 0, scale: 1 };
    case "maxabs": {
      const { minimum, maximum } = moments(compute, values, weights);
      return { center: 0, scale: Math.max(maximum, -minimum) || 1 };
    }
    case "zscore": {
      const { mean, standardDeviation, weight } = moments(compute, values, weights);
      return { center: mean, scale: freed(standardDeviation, weight, ddof) || 1 };
    }
    default: {
      const { center, scale } = fitTransform(compute, values, weights, scaler);
      return { center, scale };
    }
  }
}

/** A population standard deviation of so many values as the one that a divisor of `count - ddof` gives. */
export function freed(deviation: number, count: number, ddof: Ddof): number {
  return ddof === 0 || count < 2 ? deviation : deviation * Math.sqrt(count / (count - 1));
}

/**
 * Writes the transformed column to `out`, which lies in the numeric memory; NaN stays NaN. The same bits at the fit and at
 * every later application, on any number of threads. Costs about 1 ns a value and thread, 40 more on one for a power.
 */
export function scaleValues(compute: Compute, scaling: ColumnScaling, values: Float64Array, out: Float64Array): void {
  const { power, center, scale } = scaling;
  const own = power !== "none";
  if (own) powerColumn(scaling, values, out);
  transformColumn(compute, { kind: "none", log1p: false, center, scale }, own ? out : values, out);
}

/**
 * Writes the values that scaled ones stand for; NaN for NaN, and where no value is taken there. What lies beyond the reach of
 * a transform by quantiles stands for its ends, as by scikit-learn: `isBeyond` tells.
 */
export function unscaleValues(
  { power, lambda, knots, center, scale }: ColumnScaling,
  scaled: Float64Array,
): Float64Array {
  if (!byQuantiles(power)) return scaled.map((y) => inversePowerOf(power, lambda, y * scale + center));
  return scaled.map((y) => {
    const z = y * scale + center;
    return valueOfShare(knots!, power === "quantile" ? z : shareOfDeviate(z));
  });
}

/** Whether no value is scaled to `y` by a transform by quantiles; false for all others, and for NaN. */
export function isBeyond({ power, center, scale }: ColumnScaling, y: number): boolean {
  if (!byQuantiles(power)) return false;
  const [low, high] = quantileReach[power];
  const z = y * scale + center;
  return z < low || z > high;
}

/** One value transformed, not yet scaled; NaN outside the domain. */
export function bentValue(bend: Bend, x: number): number {
  const out = new Float64Array(1);
  powerColumn(bend, Float64Array.of(x), out);
  return out[0]!;
}

/** The transform of a column before its scaler. */
export type Bend = Pick<ColumnScaling, "power" | "lambda" | "knots">;

function powerColumn({ power, lambda, knots }: Bend, values: Float64Array, out: Float64Array): void {
  if (byQuantiles(power)) {
    const pieces = sharePieces(knots!);
    for (let i = 0; i < values.length; i++) {
      const share = shareOfValue(pieces, values[i]!);
      out[i] = power === "quantile" ? share : deviateOfShare(share);
    }
    return;
  }
  for (let i = 0; i < values.length; i++) out[i] = powerOf(power, lambda, values[i]!);
}
