import type { Compute } from "../../core/compute.ts";
import { fixedSum } from "../../model/fixed-sum.ts";
import { columnQuantiles } from "../../model/stats/column-quantiles.ts";
import { moments } from "../../model/stats/moments.ts";
import { iqrBoundsOf } from "../../model/stats/outlier-bounds.ts";

/** What is said of a column of numbers, or of dates as days since 1970. NaN where there is no finite value. */
export interface NumberFacts {
  /** Finite values, and infinite ones, which count nowhere else. */
  readonly count: number;
  readonly infinite: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** ddof 0. */
  readonly standardDeviation: number;
  /** Third central moment over the cube of the deviation; fourth over its square, less 3. Of the population; 0 for a constant. */
  readonly skewness: number;
  readonly kurtosis: number;
  /** At `quantileProbabilities`, type 7. */
  readonly quantiles: readonly number[];
  readonly zeros: number;
  readonly negatives: number;
  /** Beyond 1.5 interquartile ranges from the quartiles; 0 where these are equal. */
  readonly outliersLow: number;
  readonly outliersHigh: number;
  readonly histogram: Histogram;
}

/**
 * Counts of bins of equal width from the 1st to the 99th percentile, of fewer than 200 values from the least to the
 * greatest; what lies outside is counted apart.
 */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}

export const quantileProbabilities = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;
export const histogramBins = 20;

/** Measures a column that lies in the numeric memory; infinite values in it become NaN. About 100 ns a value and thread. */
export function numberFacts(compute: Compute, values: Float64Array): NumberFacts {
  let infinite = 0;
  for (let i = 0; i < values.length; i++) {
    if (Math.abs(values[i]!) !== Infinity) continue;
    infinite++;
    values[i] = Number.NaN;
  }
  const { count, mean, standardDeviation, skewness, minimum, maximum } = moments(compute, values);
  const quantiles = columnQuantiles(compute, values, quantileProbabilities);
  const frame = countedBy(quantiles, { count, minimum, maximum });
  const counts = new Array<number>(histogramBins).fill(0);
  const fourth = new Float64Array(Math.ceil(values.length / blockRows));
  let [zeros, negatives, outliersLow, outliersHigh, below, above] = [0, 0, 0, 0, 0, 0];
  for (let b = 0; b < fourth.length; b++) {
    const end = Math.min(values.length, (b + 1) * blockRows);
    let sum = 0;
    for (let i = b * blockRows; i < end; i++) {
      const x = values[i]!;
      if (x !== x) continue;
      if (x === 0) zeros++;
      else if (x < 0) negatives++;
      if (x < frame.low) outliersLow++;
      else if (x > frame.high) outliersHigh++;
      if (x < frame.from) below++;
      else if (x > frame.to) above++;
      else counts[binOf(x, frame)]! += 1;
      const z = standardDeviation > 0 ? (x - mean) / standardDeviation : 0;
      sum += z * z * z * z;
    }
    fourth[b] = sum;
  }
  const kurtosis = count === 0 ? Number.NaN : standardDeviation > 0 ? fixedSum(fourth) / count - 3 : 0;
  return {
    count,
    infinite,
    minimum,
    maximum,
    mean,
    standardDeviation,
    skewness,
    kurtosis,
    quantiles,
    zeros,
    negatives,
    outliersLow,
    outliersHigh,
    histogram: { from: frame.from, to: frame.to, counts, below, above },
  };
}

const blockRows = 4096;
const fewValues = 200;

/** Where values are counted: fences of outliers, infinite where there are none, and the ends of the histogram. */
export interface CountFrame {
  readonly low: number;
  readonly high: number;
  readonly from: number;
  readonly to: number;
}

/** The frame that the quantiles of a column give, and its ends where it has few values. */
export function countedBy(
  quantiles: readonly number[],
  { count, minimum, maximum }: Pick<NumberFacts, "count" | "minimum" | "maximum">,
): CountFrame {
  const [p01, , q1, , q3, , p99] = quantiles as [number, number, number, number, number, number, number];
  const fences = iqrBoundsOf(q1, q3, 1.5);
  const ends = count < fewValues ? { from: minimum, to: maximum } : { from: p01, to: p99 };
  return { low: fences.low ?? -Infinity, high: fences.high ?? Infinity, ...ends };
}

function binOf(x: number, { from, to }: CountFrame): number {
  if (!(to > from)) return 0;
  return Math.min(histogramBins - 1, Math.floor(((x - from) / (to - from)) * histogramBins));
}
