/** A mean over all rows estimated from some of each segment. */
export interface SampledMean {
  readonly mean: number;
  /** Half the width of the 95 % interval of the sampling. */
  readonly halfWidth: number;
  /** Rows it rests on. */
  readonly anchors: number;
  /** Standard deviation of a row's contribution, by segment. */
  readonly deviations: Float64Array;
}

const z95 = 1.959963984540054;

/**
 * The stratified estimate of a weighted mean: segment means (ratios, where rows have weights) at the segments' true
 * shares, with the variance of that design (Cochran, Sampling Techniques, 5.3 and 6.3): finite population correction,
 * and linearised ratios. `sampled[c]` are the rows drawn from segment c, of `populations[c]` rows and `weights[c]` in
 * all.
 */
export function sampledMean(
  sampled: readonly (readonly number[])[],
  valueOf: (row: number) => number,
  rowWeights: Float64Array | null,
  populations: Float64Array,
  weights: Float64Array,
): SampledMean {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const deviations = new Float64Array(sampled.length);
  let mean = 0;
  let variance = 0;
  let anchors = 0;
  sampled.forEach((rows, c) => {
    const n = rows.length;
    if (n === 0) return;
    anchors += n;
    const weightOf = (row: number): number => (rowWeights === null ? 1 : rowWeights[row]!);
    let sum = 0;
    let weight = 0;
    for (const row of rows) {
      sum += weightOf(row) * valueOf(row);
      weight += weightOf(row);
    }
    const own = sum / weight;
    let squares = 0;
    for (const row of rows) squares += (((weightOf(row) * n) / weight) * (valueOf(row) - own)) ** 2;
    deviations[c] = n > 1 ? Math.sqrt(squares / (n - 1)) : 0;
    const share = weights[c]! / total;
    mean += share * own;
    variance += (share * share * (1 - n / populations[c]!) * deviations[c]! ** 2) / n;
  });
  return { mean, halfWidth: z95 * Math.sqrt(Math.max(0, variance)), anchors, deviations };
}

/**
 * Rows to draw from each segment for a half-width of `target`, by Neyman's allocation with a margin of a tenth for
 * the estimated deviations; never fewer than `before`, and about `maximum` at most.
 */
export function anchorQuotas(
  estimate: SampledMean,
  before: Float64Array,
  populations: Float64Array,
  target: number,
  maximum: number,
): Float64Array {
  if (estimate.halfWidth <= target) return before;
  const total = populations.reduce((sum, n) => sum + n, 0);
  let spread = 0;
  let squares = 0;
  populations.forEach((n, c) => {
    spread += (n / total) * estimate.deviations[c]!;
    squares += (n / total) * estimate.deviations[c]! ** 2;
  });
  const wanted = (1.1 * spread * spread) / ((target / z95) ** 2 + squares / total);
  const affordable = Math.min(wanted, maximum);
  // Where Neyman's shares already fall short of what was drawn elsewhere, a quarter more ends the search.
  const least = 1.25 * Math.min(estimate.anchors, maximum);
  const n = Math.max(affordable, estimate.anchors >= wanted ? least : 0);
  return before.map((quota, c) =>
    Math.max(quota, Math.ceil((n * (populations[c]! / total) * estimate.deviations[c]!) / spread)),
  );
}
