/** The three measures, in the order of their digits in a score such as `543`. */
export const measures = ["recency", "frequency", "monetary"] as const;
export type Measure = (typeof measures)[number];

/** How a measure is divided into the scores 1 to 5. */
export interface Cuts {
  /** Four inner cuts, rising; equal ones leave scores out. */
  readonly at: readonly number[];
  /** The measure had one value when the cuts were learned: the four cuts are that value, and it scores 3. */
  readonly constant: boolean;
}

export type MeasureCuts = Readonly<Record<Measure, Cuts>>;

/** The probabilities of the inner cuts: five groups as equal as ties allow. */
export const cutProbabilities = [0.2, 0.4, 0.6, 0.8] as const;

/**
 * The score of a value: 1 + the cuts strictly below it, so that equal values get equal scores. For recency, of which
 * less is better, 1 + the cuts strictly above it. 0 for NaN.
 */
export function scoreOf(value: number, { at, constant }: Cuts, measure: Measure): number {
  if (Number.isNaN(value)) return 0;
  if (constant && value === at[0]) return 3;
  let score = 1;
  for (const cut of at) if (measure === "recency" ? cut > value : cut < value) score++;
  return score;
}

/** The place of three scores of 1 to 5 among the 125 there are, by r, then f, then m. */
export function cellOf(r: number, f: number, m: number): number {
  return 25 * (r - 1) + 5 * (f - 1) + (m - 1);
}

/** The scores of a place: the inverse of `cellOf`. */
export function scoresOf(cell: number): readonly [r: number, f: number, m: number] {
  return [Math.floor(cell / 25) + 1, (Math.floor(cell / 5) % 5) + 1, (cell % 5) + 1];
}

export const cellCount = 125;
