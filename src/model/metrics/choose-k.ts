import { kneedle } from "./kneedle.ts";

/** One k that was tried. */
export interface CandidateK {
  readonly k: number;
  readonly inertia: number;
  /** Mean silhouette. */
  readonly silhouette: number;
}

export interface ChosenK {
  readonly k: number;
  /** The rule in words. */
  readonly rule: string;
  /** The knee of the inertia, if it has one. */
  readonly knee: number | null;
  /** The k of the best mean silhouette (the smallest of equals). */
  readonly bestSilhouette: number;
  /** Whether knee and best silhouette name the same k; null without a knee. */
  readonly agree: boolean | null;
}

const tie = 0.01;

/** The rule that `chooseK` follows, as printed. */
export const chooseKRule =
  "best mean silhouette; every k within 0.01 of it ties, and the tie goes to the knee of the inertia, else to the smallest k";

/** Chooses k among at least one candidate. Order does not matter. */
export function chooseK(candidates: readonly CandidateK[]): ChosenK {
  const ordered = [...candidates].sort((a, b) => a.k - b.k);
  const [first] = ordered;
  if (first === undefined) throw new RangeError("no k to choose from");
  const best = ordered.reduce((leader, c) => (c.silhouette > leader.silhouette ? c : leader), first);
  const knee = kneedle(
    ordered.map((c) => c.k),
    ordered.map((c) => c.inertia),
  );
  // The least that float64 adds to a difference of exactly 0.01 must not break the tie.
  const tied = ordered.filter((c) => best.silhouette - c.silhouette <= tie + 1e-12);
  const chosen = tied.find((c) => c.k === knee) ?? tied[0] ?? best;
  return {
    k: chosen.k,
    rule: chooseKRule,
    knee,
    bestSilhouette: best.k,
    agree: knee === null ? null : knee === best.k,
  };
}
