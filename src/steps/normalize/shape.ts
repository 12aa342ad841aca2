import type { Compute } from "../../core/compute.ts";
import { columnQuantiles } from "../../model/stats/column-quantiles.ts";
import { fitColumnScaling, scaleValues, type ScalingMethod } from "../../model/stats/column-scaling.ts";
import { moments } from "../../model/stats/moments.ts";
import type { Transformation } from "../../model/stats/power-transform.ts";

/** What the values of a column look like. */
export interface Shape {
  /** Rows with a value. */
  readonly count: number;
  readonly zeros: number;
  /** Values beyond the fences, 1.5 interquartile ranges (type 7) from the quartiles. */
  readonly outliers: number;
}

/** How far beyond the quartiles the fences stand, in interquartile ranges (Tukey 1977). */
export const fenceReach = 1.5;

/** The shape of a column, NaN where missing. Two quantiles and a pass. */
export function shapeOf(compute: Compute, values: Float64Array): Shape {
  const [low, high] = columnQuantiles(compute, values, [0.25, 0.75]) as [number, number];
  const reach = fenceReach * (high - low);
  let [count, zeros, outliers] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (x !== x) continue;
    count++;
    if (x === 0) zeros++;
    if (x < low - reach || x > high + reach) outliers++;
  }
  return { count, zeros, outliers };
}

/** Zeros and outliers in words, behind another reason; nothing where there is none. */
export function shapeWords({ count, zeros, outliers }: Shape): string {
  const parts = [
    ...(zeros > 0 ? [`${percent(zeros / count)} zeros`] : []),
    ...(outliers > 0 ? [`${percent(outliers / count)} outliers`] : []),
  ];
  return parts.length === 0 ? "" : `; ${parts.join(", ")}`;
}

function percent(share: number): string {
  return share < 0.0005 ? "under 0.1%" : `${(100 * share).toFixed(1)}%`;
}

/** Skewness up to which a column needs no transform, and share of outliers up to which its deviation can be trusted. */
const evenSkew = 1;
const fewOutliers = 0.01;
const manyZeros = 0.5;

/**
 * The method of `adaptive`, from a column's skewness, zeros and outliers: `zscore` where the skewness is at most 1 and the
 * outliers at most 1 %; `robust` where only the outliers are more; else the first of log1p (no negatives) and Yeo-Johnson
 * that leaves a skewness of at most 1, before a z-score; else, where half the values are zeros, which no transform spreads,
 * log1p or nothing before a z-score, and otherwise `quantile-normal`. A constant column has `zscore`.
 */
export function adaptiveMethod(
  compute: Compute,
  values: Float64Array,
): { readonly method: Exclude<ScalingMethod, "auto">; readonly why: string } {
  const mark = compute.mark();
  try {
    const { skewness, minimum, maximum, count } = moments(compute, values);
    const shape = shapeOf(compute, values);
    const skew = `skewness ${skewness.toFixed(2)}`;
    const rest = shapeWords(shape);
    const zscore = { power: "none", scaler: "zscore" } as const;
    if (!(minimum < maximum)) return { method: zscore, why: "constant: scale 1" };
    if (Math.abs(skewness) <= evenSkew) {
      const isSpread = quartileSpread(compute, values) > 0;
      if (shape.outliers <= fewOutliers * count) return { method: zscore, why: `${skew}, few outliers${rest}` };
      if (isSpread) return { method: { power: "none", scaler: "robust" }, why: `${skew}, but outliers${rest}` };
      return { method: zscore, why: `${skew}, and half the values are one${rest}` };
    }
    const logged = minimum >= 0 ? skewnessBy(compute, values, "log1p") : Number.NaN;
    const byLog = Number.isNaN(logged) ? "negative values" : `${logged.toFixed(2)} by log1p`;
    if (Math.abs(logged) <= evenSkew) {
      return { method: { power: "mirrored-log1p", scaler: "zscore" }, why: `${skew}, ${byLog}${rest}` };
    }
    const bent = skewnessBy(compute, values, "yeo-johnson");
    const byPower = `${bent.toFixed(2)} by yeo-johnson`;
    if (Math.abs(bent) <= evenSkew) {
      return { method: { power: "yeo-johnson", scaler: "zscore" }, why: `${skew}, ${byLog}, ${byPower}${rest}` };
    }
    const tried = `${skew}, ${byLog}, ${byPower}`;
    if (shape.zeros >= manyZeros * count) {
      const power = Math.abs(logged) < Math.abs(skewness) ? "mirrored-log1p" : "none";
      return { method: { power, scaler: "zscore" }, why: `${tried}: no transform spreads the zeros${rest}` };
    }
    return { method: { power: "quantile-normal", scaler: "zscore" }, why: `${tried}: too little${rest}` };
  } finally {
    compute.release(mark);
  }
}

function quartileSpread(compute: Compute, values: Float64Array): number {
  const [low, high] = columnQuantiles(compute, values, [0.25, 0.75]) as [number, number];
  return high - low;
}

function skewnessBy(compute: Compute, values: Float64Array, power: Transformation): number {
  const scaling = fitColumnScaling(compute, values, { power, scaler: "none" });
  const out = compute.f64(values.length);
  scaleValues(compute, scaling, values, out);
  return moments(compute, out).skewness;
}
