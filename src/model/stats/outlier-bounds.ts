import type { Compute } from "../../core/compute.ts";
import { columnQuantiles } from "./column-quantiles.ts";
import { moments, type Moments } from "./moments.ts";

/** The values of a column that are no outliers, both ends included; null: no bound. */
export interface OutlierBounds {
  readonly low: number | null;
  readonly high: number | null;
}

/** A rule by which values are outliers, with its numbers; those of `percentile` are percents, those of `bounds` values. */
export type BoundsRule =
  | { readonly rule: "iqr" | "zscore" | "mad"; readonly limit: number }
  | { readonly rule: "percentile"; readonly low: number; readonly high: number }
  | { readonly rule: "xmr" }
  | { readonly rule: "bounds"; readonly low: number | null; readonly high: number | null };

const none: OutlierBounds = { low: null, high: null };

/** Mean moving range over standard deviation for two normal values (d₂ for n = 2, 2/√π). */
const d2 = 1.128379;
/** The median absolute deviation of a standard normal, as Iglewicz and Hoaglin round it. */
const normalDeviation = 0.6745;

/**
 * The bounds of a column by a rule. NaN is skipped; no bounds where there is no value. `xmr` takes the values in their
 * order, which no other rule looks at. Cost of one or two quantiles, or of the moments.
 */
export function outlierBounds(compute: Compute, values: Float64Array, rule: BoundsRule): OutlierBounds {
  switch (rule.rule) {
    case "iqr":
      return iqrBounds(compute, values, rule.limit);
    case "zscore":
      return zscoreBounds(compute, values, rule.limit);
    case "mad":
      return madBounds(compute, values, rule.limit);
    case "percentile":
      return percentileBounds(...(columnQuantiles(compute, values, [rule.low / 100, rule.high / 100]) as Pair));
    case "xmr":
      return xmrBounds(compute, values);
    case "bounds":
      return rule;
  }
}

type Pair = [number, number];

/**
 * Tukey's fences: `factor` interquartile ranges below the first quartile and above the third, quartiles of type 7. No
 * bounds where the quartiles are equal: half of the values are the same, and the fences would call all others outliers.
 * NaN is skipped. Cost of two quantiles. Source: Tukey, Exploratory Data Analysis, 1977.
 */
function iqrBounds(compute: Compute, values: Float64Array, factor: number): OutlierBounds {
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
function zscoreBounds(compute: Compute, values: Float64Array, limit: number): OutlierBounds {
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

/**
 * Values outside have a modified z-score, 0.6745 (x − median) / MAD, beyond the limit; MAD is the median of the absolute
 * deviations from the median. No bounds where it is 0: half of the values or more are the median, and every other one
 * would be an outlier. NaN is skipped. Cost of two quantiles. Source: Iglewicz and Hoaglin, How to Detect and Handle
 * Outliers, 1993.
 */
function madBounds(compute: Compute, values: Float64Array, limit: number): OutlierBounds {
  const [middle = Number.NaN] = columnQuantiles(compute, values, [0.5]);
  const deviations = values.map((value) => Math.abs(value - middle));
  const [deviation = Number.NaN] = columnQuantiles(compute, deviations, [0.5]);
  return madBoundsOf(middle, deviation, limit);
}

/** The same from the median and the median absolute deviation. */
export function madBoundsOf(middle: number, deviation: number, limit: number): OutlierBounds {
  if (!(deviation > 0)) return none;
  const reach = (limit * deviation) / normalDeviation;
  return { low: bound(middle - reach), high: bound(middle + reach) };
}

/** Two percentiles as bounds (quantiles of type 7); none where the column has no value. */
export function percentileBounds(low: number, high: number): OutlierBounds {
  return Number.isNaN(low) ? none : { low: bound(low), high: bound(high) };
}

/**
 * Natural process limits of the chart of individuals: mean ± 3 MR̄ / d₂, where MR̄ is the mean distance of a value to the one
 * before it, gaps passed over (d₂ = 1.128379, so ± 2.6587 MR̄). No bounds for fewer than two values, and where no value
 * differs from the one before it. Cost of the moments, twice. Source: Wheeler and Chambers, Understanding Statistical
 * Process Control, 1992.
 */
function xmrBounds(compute: Compute, values: Float64Array): OutlierBounds {
  const ranges = new Float64Array(values.length);
  let count = 0;
  let last = Number.NaN;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isNaN(last)) ranges[count++] = Math.abs(value - last);
    last = value;
  }
  return xmrBoundsOf(moments(compute, values).mean, moments(compute, ranges.subarray(0, count)).mean);
}

/** The same from the mean and the mean moving range. */
export function xmrBoundsOf(mean: number, movingRange: number): OutlierBounds {
  if (!(movingRange > 0)) return none;
  const reach = (3 * movingRange) / d2;
  return { low: bound(mean - reach), high: bound(mean + reach) };
}

/** The least and the greatest value within bounds: what winsorising puts in the place of those outside. Null for none. */
export function keptEnds(
  values: Float64Array,
  { low, high }: OutlierBounds,
): { readonly least: number | null; readonly most: number | null } {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    // NaN is neither.
    if (!(value >= (low ?? -Infinity) && value <= (high ?? Infinity))) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least: bound(least), most: bound(most) };
}

function bound(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}
