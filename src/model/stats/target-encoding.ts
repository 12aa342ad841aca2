/** What the rows of one category in one fold say of the target, about `centre`, in the target's unit. */
export interface TargetSums {
  readonly count: number;
  /** Σ (y - centre) */
  readonly sum: number;
  /** Σ (y - centre)² */
  readonly squares: number;
}

/** How strongly a category's mean is drawn to the mean of all rows: rows that it is worth, or estimated. */
export type Smooth = "auto" | number;

/** What is learned of a target: the mean of all rows, and what each category is worth. */
export interface TargetEncoding {
  readonly mean: number;
  readonly values: readonly number[];
}

/** Sums of every category by fold, each about the category's own centre; the last category is that of rows without one. */
export interface TargetTable {
  readonly centres: readonly number[];
  /** `sums[category][fold]` */
  readonly sums: readonly (readonly TargetSums[])[];
}

/**
 * The mean of the target by category, drawn to the mean m of all rows: (Σy + s·m) / (n + s) for a number s of rows
 * (m-estimate); by `auto` λ·ȳ + (1 - λ)·m with λ = n·σ² / (n·σ² + s²), σ² being the variance of all rows and s² that of
 * the category, both population variances (empirical Bayes). A category without rows, or with λ = 0/0, gives m. Source:
 * Micci-Barreca 2001, equations 3 to 5. `isUsed` says which folds count. NaN where no row counts.
 */
export function encodeTarget(
  { centres, sums }: TargetTable,
  smooth: Smooth,
  isUsed: (fold: number) => boolean,
): TargetEncoding {
  const groups = sums.map((folds, c) => {
    const used = folds.filter((_, fold) => isUsed(fold));
    const count = total(used.map((one) => one.count));
    const shift = count === 0 ? 0 : total(used.map((one) => one.sum)) / count;
    const spread = Math.max(0, total(used.map((one) => one.squares)) - count * shift * shift);
    return { count, mean: centres[c]! + shift, spread };
  });
  const rows = total(groups.map(({ count }) => count));
  const near = groups.find(({ count }) => count > 0)?.mean ?? Number.NaN;
  const off = groups.map(({ count, mean }) => (count === 0 ? 0 : count * (mean - near)));
  const mean = near + total(off) / rows;
  const between = groups.map(({ count, mean: own }) => (count === 0 ? 0 : count * (own - mean) ** 2));
  const variance = (total(groups.map(({ spread }) => spread)) + total(between)) / rows;
  const values = groups.slice(0, -1).map(({ count, mean: own, spread }) => {
    if (count === 0) return mean;
    if (smooth !== "auto") return mean + (count / (count + smooth)) * (own - mean);
    const share = (variance * count) / (variance * count + spread / count);
    return Number.isNaN(share) ? mean : mean + share * (own - mean);
  });
  return { mean, values };
}

function total(items: readonly number[]): number {
  return items.reduce((sum, item) => sum + item, 0);
}
