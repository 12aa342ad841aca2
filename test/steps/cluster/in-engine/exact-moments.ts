/** What the moments of whole numbers are, by whole numbers of any size. */
export interface ExactMoments {
  readonly mean: number;
  /** Population standard deviation. */
  readonly standardDeviation: number;
}

/** Mean and deviation of `unit` × whole numbers, each standing `counts[i]` times; null is missing. */
export function exactMoments(
  wholes: readonly (number | null)[],
  unit: number,
  counts: readonly number[] | null,
): ExactMoments {
  let n = 0n;
  let total = 0n;
  let squares = 0n;
  wholes.forEach((whole, i) => {
    if (whole === null) return;
    const times = BigInt(counts?.[i] ?? 1);
    const x = BigInt(whole);
    n += times;
    total += times * x;
    squares += times * x * x;
  });
  // Numerators are divided in full before they are rounded to doubles: 60 binary places.
  const places = 2n ** 60n;
  const mean = Number((total * places) / n) / Number(places);
  const variance = Number(((n * squares - total * total) * places) / (n * n)) / Number(places);
  return { mean: mean * unit, standardDeviation: Math.sqrt(variance) * unit };
}
