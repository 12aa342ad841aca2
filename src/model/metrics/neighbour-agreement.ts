import type { Compute } from "../../core/compute.ts";
import type { Points } from "../cluster/prepared-points.ts";
import { inMemory } from "../in-memory.ts";
import { kdTree } from "../neighbours/kd-tree.ts";
import { nearestRows } from "../neighbours/nearest-rows.ts";
import { pickRows } from "../pick-rows.ts";
import type { Labeling } from "./labeling.ts";
import { smallestHashes } from "./structure-sample.ts";

/** Nearest other rows that are asked. */
export const agreementNeighbours = 10;

/** Rows that neighbours are looked for among, and rows whose neighbours are looked for, at most; drawn by a hash. */
const mostRows = 20_000;
const mostAsked = 5000;

/**
 * How far rows share their segment with their ten nearest others, whatever shape the segments have: 1 - (1 - a) / (1 - c),
 * where a is the mean share of the neighbours that are in the row's own segment (0 for a row in none) and c that of rows
 * anywhere, the sum of the squared shares of the segments. 1: every boundary runs where no rows are; 0: no better than labels
 * at random; null for fewer than two segments or rows. One figure for each labeling of the same points; points count by their
 * weights, neighbours do not. Of more than 20,000 points on a sample. The same for any number of threads.
 */
export async function neighbourAgreement(
  compute: Compute,
  { matrix, weights }: Points,
  labelings: readonly Labeling[],
  { seed }: { readonly seed: number },
): Promise<readonly (number | null)[]> {
  if (matrix.rows < 2) return labelings.map(() => null);
  const mark = compute.mark();
  try {
    const drawn = smallestHashes(matrix.rows, mostRows, seed);
    const among = drawn.length === matrix.rows ? matrix : pickRows(compute, matrix, drawn);
    const asked = smallestHashes(among.rows, mostAsked, seed);
    const values = inMemory(compute, among.values);
    const tree = kdTree(compute, values, among.rows);
    await compute.breathe();
    const queries = asked.length === among.rows ? values : inMemory(compute, pickRows(compute, among, asked).values);
    const sums = labelings.map(() => 0);
    let total = 0;
    const k = Math.min(agreementNeighbours + 1, among.rows);
    await nearestRows(compute, tree, queries, asked.length, k, ({ first, count, rows }) => {
      for (let i = 0; i < count; i++) {
        const place = asked[first + i]!;
        const row = drawn[place]!;
        const weight = weights?.[row] ?? 1;
        total += weight;
        // The row itself is among its neighbours, but where so many others equal it.
        const others: number[] = [];
        for (let n = 0; n < k && others.length < k - 1; n++) {
          const other = rows[i * k + n]!;
          if (other !== place) others.push(drawn[other]!);
        }
        labelings.forEach(({ labels }, l) => {
          const own = labels[row]!;
          if (own < 0) return;
          const same = others.reduce((found, other) => found + (labels[other] === own ? 1 : 0), 0);
          sums[l]! += (weight * same) / others.length;
        });
      }
    });
    return labelings.map((labeling, l) => {
      const shares = sharesOf(labeling, weights);
      const chance = shares.reduce((sum, share) => sum + share * share, 0);
      return labeling.k < 2 || total === 0 || chance >= 1 ? null : 1 - (1 - sums[l]! / total) / (1 - chance);
    });
  } finally {
    compute.release(mark);
  }
}

/** Of all weight; what is in no segment has none. */
function sharesOf({ k, labels }: Labeling, weights: Float64Array | null): Float64Array {
  const shares = new Float64Array(k);
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const weight = weights?.[i] ?? 1;
    total += weight;
    if (labels[i]! >= 0) shares[labels[i]!]! += weight;
  }
  return shares.map((share) => share / total);
}
