import { adjustedRandIndex } from "../metrics/adjusted-rand-index.ts";
import { optimalAssignment } from "../stats/optimal-assignment.ts";

/** What several labellings of the same rows agree on. */
export interface Consensus {
  /** Each labelling under common labels: the later ones are paired with the first by best overlap. */
  readonly aligned: readonly Int32Array[];
  /** By row, the label that most labellings give, ties to the lowest. */
  readonly labels: Int32Array;
  /** By row, the share of labellings that give it. */
  readonly stability: Float64Array;
  /** Adjusted Rand index of every pair of labellings, as given. */
  readonly pairs: readonly number[];
}

/** Compares labellings with labels from 0 to `k` - 1. Cost about labellings² · 20 ns a row. */
export function consensus(labellings: readonly Int32Array[], k: number): Consensus {
  const first = labellings[0]!;
  const aligned = labellings.map((own, m) => {
    if (m === 0) return own.slice();
    const overlap = new Float64Array(k * k);
    for (let i = 0; i < own.length; i++) overlap[own[i]! * k + first[i]!]! += 1;
    const paired = optimalAssignment(overlap, k, k);
    return own.map((label) => paired[label]!);
  });
  const labels = new Int32Array(first.length);
  const stability = new Float64Array(first.length);
  const votes = new Int32Array(k);
  for (let i = 0; i < first.length; i++) {
    votes.fill(0);
    for (const own of aligned) votes[own[i]!]! += 1;
    let best = 0;
    for (let s = 1; s < k; s++) if (votes[s]! > votes[best]!) best = s;
    labels[i] = best;
    stability[i] = votes[best]! / aligned.length;
  }
  const pairs = labellings.flatMap((left, a) => labellings.slice(a + 1).map((right) => adjustedRandIndex(left, right)));
  return { aligned, labels, stability, pairs };
}
