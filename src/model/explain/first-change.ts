/** A way from a row: the point at `t`, from the row itself at 0 to its end at 1. */
export type Way = (t: number) => Float64Array;

/** The segments of some points, by whatever rule gives them; -1 for none. */
export type LabelsOf = (points: readonly Float64Array[]) => Promise<Int32Array>;

/** The first place on a way, as far as was looked, where the segment is another one. */
export interface FirstChange {
  readonly t: number;
  readonly label: number;
}

const steps = 64;
const parts = 16;
/** 16^13 is 2^52: no double is left between. */
const rounds = 13;

/**
 * The first place on each way where the segment is not `own`: 64 steps tell in which the segment changes first, which is
 * then found to the last bit of `t`. A segment that is left and entered again within one step of 1/64 is not noticed; one that
 * is a convex region, as that of a nearest centre, cannot be. Null where every step gives `own`. All ways are looked at in each call of `labelsOf`, fourteen in all.
 */
export async function firstChanges(
  ways: readonly Way[],
  own: number,
  labelsOf: LabelsOf,
): Promise<readonly (FirstChange | null)[]> {
  const between = (from: number, to: number, count: number): readonly number[] =>
    Array.from({ length: count }, (_, i) => (i + 1 === count ? to : from + ((to - from) * (i + 1)) / count));
  const found: { from: number; to: number; label: number }[] = ways.map(() => ({ from: 0, to: 1, label: own }));
  for (let round = 0; round <= rounds; round++) {
    const open = ways.map((_, w) => w).filter((w) => round === 0 || found[w]!.label !== own);
    const count = round === 0 ? steps : parts;
    const places = open.map((w) => between(found[w]!.from, found[w]!.to, count));
    if (open.length === 0) break;
    const labels = await labelsOf(open.flatMap((w, o) => places[o]!.map((t) => ways[w]!(t))));
    open.forEach((w, o) => {
      const at = labels.subarray(o * count, (o + 1) * count).findIndex((label) => label !== own);
      if (at < 0) return;
      const from = at === 0 ? found[w]!.from : places[o]![at - 1]!;
      found[w] = { from, to: places[o]![at]!, label: labels[o * count + at]! };
    });
  }
  return found.map(({ to, label }) => (label === own ? null : { t: to, label }));
}
