import { normalProbability, normalQuantile } from "./normal-distribution.ts";
import { interpolated } from "./quantile.ts";

/** Quantiles that a column is described by where the user says nothing. */
export const usualKnots = 1000;

/** How far shares stay from 0 and 1 before they become normal deviates, which so stay within ±5.2. */
const leastShare = 1e-7;
const clipped = leastShare - 2 ** -52;

/**
 * The quantiles (type 7) of a column at `most` even probabilities, or at as many as it has rows, rising; NaN is skipped but,
 * as by scikit-learn, counts as a row, and no row is left out. The probabilities are rounded as scikit-learn rounds them, lest a tie end one step off. Empty where
 * there is no value. Costs a sort.
 */
export function fitKnots(values: Float64Array, most: number): readonly number[] {
  const sorted = values.filter((x) => x === x).sort();
  const n = sorted.length;
  const count = n === 0 ? 0 : Math.min(most, values.length);
  return probabilities(count).map((p) => {
    const h = (n - 1) * p;
    const low = Math.floor(h);
    return interpolated(sorted[low]!, sorted[Math.min(low + 1, n - 1)]!, h - low);
  });
}

function probabilities(count: number): readonly number[] {
  const step = count > 1 ? 1 / (count - 1) : 0;
  return Array.from({ length: count }, (_, i) => (i > 0 && i === count - 1 ? 1 : (i * step * 100) / 100));
}

/** A piece of the line from values to shares, from `from` on: `base + slope·(x - from)`; `at` is the share of `from` itself. */
export interface SharePiece {
  readonly from: number;
  readonly at: number;
  readonly base: number;
  readonly slope: number;
}

/**
 * The pieces of the distribution function through the knots. A value that is several of them has the middle of their shares,
 * the ends have 0 and 1. At least one knot.
 */
export function sharePieces(knots: readonly number[]): readonly SharePiece[] {
  const last = knots.length - 1;
  const shareOf = (i: number): number => (last === 0 ? 0 : i / last);
  const pieces: SharePiece[] = [];
  for (let i = 0; i <= last;) {
    let end = i;
    while (end < last && knots[end + 1] === knots[i]) end++;
    const from = knots[i]!;
    const isEnd = i === 0 || end === last;
    const at = isEnd ? (i === 0 ? 0 : 1) : (shareOf(i) + shareOf(end)) / 2;
    const base = end === last ? at : shareOf(end);
    const steep = end === last ? 0 : (shareOf(end + 1) - shareOf(end)) / (knots[end + 1]! - from);
    // Between subnormal numbers doubles hold no slope, and next to no value lies there.
    const slope = Number.isFinite(steep) ? steep : 0;
    pieces.push({ from, at, base, slope });
    i = end + 1;
  }
  return pieces;
}

/** The share of the knots below a value, 0 to 1; NaN for NaN. About 50 ns. */
export function shareOfValue(pieces: readonly SharePiece[], x: number): number {
  if (x !== x) return x;
  let low = 0;
  let high = pieces.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (pieces[middle]!.from <= x) low = middle;
    else high = middle;
  }
  const { from, at, base, slope } = pieces[low]!;
  if (x <= from) return at;
  return base + slope * (x - from);
}

/** The value that a share stands for; shares beyond 0 and 1 stand for the ends. */
export function valueOfShare(knots: readonly number[], share: number): number {
  if (share !== share) return share;
  const last = knots.length - 1;
  if (share <= 0 || last === 0) return knots[0]!;
  if (share >= 1) return knots[last]!;
  const t = share * last;
  const low = Math.min(Math.floor(t), last - 1);
  return knots[low]! + (knots[low + 1]! - knots[low]!) * (t - low);
}

/** A share as a standard normal deviate, clipped to ±5.2. */
export function deviateOfShare(share: number): number {
  return share !== share ? share : normalQuantile(Math.min(1 - clipped, Math.max(clipped, share)));
}

/** The share below a deviate; what is clipped stands for the ends. */
export function shareOfDeviate(z: number): number {
  const share = normalProbability(z);
  return share < leastShare ? 0 : share > 1 - leastShare ? 1 : share;
}

/** How far rounding may take what the transforms give beyond their ends. */
const rounding = 1e-9;

/** The least and the greatest number that a transform by quantiles gives, and what rounding adds. */
export const quantileReach = {
  quantile: [-rounding, 1 + rounding],
  "quantile-normal": [normalQuantile(clipped) - rounding, normalQuantile(1 - clipped) + rounding],
} as const;

/** The least and the greatest share that become deviates. */
export const shareEnds = [clipped, 1 - clipped, leastShare] as const;
