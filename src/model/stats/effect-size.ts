/** What an effect size is computed from. */
export interface GroupMoments {
  readonly rows: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly squares: number;
}

/** Difference of two means in pooled standard deviations. */
export interface EffectSize {
  readonly d: number;
  /** 95 % interval by the large-sample variance (Hedges and Olkin 1985, p. 86). */
  readonly ci95: readonly [number, number];
}

const z = 1.959963984540054;

/** Cohen's d of two groups (pooled deviation, ddof 1); null with fewer than two rows on a side, or no deviation in either. */
export function cohensD(a: GroupMoments, b: GroupMoments): EffectSize | null {
  const degrees = a.rows + b.rows - 2;
  if (a.rows < 2 || b.rows < 2) return null;
  const deviation = Math.sqrt((a.squares + b.squares) / degrees);
  if (!(deviation > 0)) return null;
  const d = (a.mean - b.mean) / deviation;
  const rows = a.rows + b.rows;
  const error = Math.sqrt(rows / (a.rows * b.rows) + (d * d) / (2 * rows));
  return { d, ci95: [d - z * error, d + z * error] };
}
