import type { Compute } from "../../core/compute.ts";
import { columnQuantiles } from "./column-quantiles.ts";
import { moments, type Moments } from "./moments.ts";

/** The values of a column that are no outliers, both ends included; null: no bound. */
export interface OutlierBounds {
  readonly low: number | null;
  readonly high: number | null;
}

const none: OutlierBounds = { low: null, high: null };

/**
 * Tukey's fences: `factor` interquartile ranges below the first quartile and above the third, quartiles of type 7. No
 * bounds where the quartiles are equal: half of the values are the same, and the fences would call all others outliers.
 * NaN is skipped. Cost of two quantiles. Source: Tukey, Exploratory Data Analysis, 1977.
 */
export function iqrBounds(compute: Compute, values: Float64Array, factor: number): OutlierBounds {
  const [q1 = Number.NaN, q3 = Number.NaN] = columnQuantiles(compute, values, [0.25, 0.75]);
  return iqrBoundsOf(q1, q3, factor);
}

/** The same from the quartiles. */
export function iqrBoundsOf(q1: number, q3: number, factor: number): OutlierBounds {
  const range = q3 - q1;
  if (!(range > 0)) return none;
  return { low: bound(q1 - factor * range), high: bound(q3 + factor * range) };
}

/**
 * `limit` standard deviations (ddof 0) to both sides of the mean: values outside have |z| above the limit. No bounds
 * for a constant. NaN is skipped. Cost of the moments.
 */
export function zscoreBounds(compute: Compute, values: Float64Array, limit: number): OutlierBounds {
  return zscoreBoundsOf(moments(compute, values), limit);
}

/** The same from the moments. */
export function zscoreBoundsOf(
  { mean, standardDeviation }: Pick<Moments, "mean" | "standardDeviation">,
  limit: number,
): OutlierBounds {
  if (!(standardDeviation > 0)) return none;
  return { low: bound(mean - limit * standardDeviation), high: bound(mean + limit * standardDeviation) };
}

function bound(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}
