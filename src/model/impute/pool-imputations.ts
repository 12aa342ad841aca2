/** An estimate pooled over several imputations (Rubin 1987, chapter 3). */
export interface Pooled {
  readonly mean: number;
  /** Mean of the estimates' own variances. */
  readonly within: number;
  /** Variance of the estimates (ddof 1). */
  readonly between: number;
  /** within + (1 + 1 / imputations) · between. */
  readonly total: number;
  readonly standardError: number;
  /** What of the total variance the imputations make: (1 + 1 / imputations) · between / total; 0 where there is none. */
  readonly share: number;
  /** Degrees of freedom, (imputations − 1) / share²; null where the imputations agree. */
  readonly freedom: number | null;
}

/** Pools estimates and their squared standard errors, at least two. */
export function pool(estimates: readonly number[], variances: readonly number[]): Pooled {
  const m = estimates.length;
  const mean = meanOf(estimates);
  const within = meanOf(variances);
  const between = estimates.reduce((sum, q) => sum + (q - mean) ** 2, 0) / (m - 1);
  const added = (1 + 1 / m) * between;
  const total = within + added;
  const share = total > 0 ? added / total : 0;
  const freedom = share > 0 ? (m - 1) / share ** 2 : null;
  return { mean, within, between, total, standardError: Math.sqrt(total), share, freedom };
}

function meanOf(values: readonly number[]): number {
  const first = values[0]!;
  return first + values.reduce((sum, x) => sum + (x - first), 0) / values.length;
}

/**
 * The mean of each segment in each imputation and its squared standard error (variance with ddof 1 over rows; 0 for a
 * single row), of the values that are there; null where a segment has none. `labels` are from 0.
 */
export function segmentMeans(
  values: Float64Array,
  labels: Int32Array,
  segments: number,
): readonly ({ readonly mean: number; readonly variance: number } | null)[] {
  const counts = new Float64Array(segments);
  const sums = new Float64Array(segments);
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    counts[labels[i]!]! += 1;
    sums[labels[i]!]! += values[i]!;
  }
  const means = sums.map((sum, s) => sum / counts[s]!);
  const rests = new Float64Array(segments);
  const squares = new Float64Array(segments);
  for (let i = 0; i < values.length; i++) {
    const off = values[i]! - means[labels[i]!]!;
    if (Number.isNaN(off)) continue;
    rests[labels[i]!]! += off;
    squares[labels[i]!]! += off * off;
  }
  return Array.from(counts, (count, s) => {
    if (count === 0) return null;
    const variance = count === 1 ? 0 : (squares[s]! - rests[s]! ** 2 / count) / (count - 1) / count;
    return { mean: means[s]! + rests[s]! / count, variance: Math.max(0, variance) };
  });
}
