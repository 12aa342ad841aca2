import type { FoundMerges } from "./merge-tree.ts";
import { rootOf } from "./root-of.ts";
import type { SpanningTree } from "./spanning-tree.ts";

/**
 * Genie's merges (Gagolewski, Bartoszuk and Cena 2016, Genie: A new, fast, and outlier-resistant hierarchical clustering
 * algorithm, Information Sciences 363, algorithm 1) of the edges of a minimum spanning tree: the shortest edge joins two
 * clusters, but while the Gini index of the cluster sizes is above the threshold only edges of a smallest cluster may.
 * Of equal lengths the edge of the lower ends goes first. No row is noise.
 *
 * Heights are made to rise as the authors do: a merge is no higher than those after it. `weights` by point are the sizes that
 * clusters begin with. O(n log n) time and a pass over the different sizes for each merge; O(n) memory.
 */
export function genieMerges(
  { from, to, lengths }: SpanningTree,
  weights: Float64Array,
  threshold: number,
): FoundMerges {
  const edges = lengths.length;
  const order = edgesInOrder(from, to, lengths);
  const sizes = weights.slice();
  const parents = new Int32Array(edges + 1).fill(-1);
  const spread = openSpread(weights);
  const merges = {
    one: new Int32Array(edges),
    other: new Int32Array(edges),
    heights: new Float64Array(edges),
  };
  // Edges not yet used, by rising length: a list whose heads are `shortest` and, beyond edges passed over, `candidate`.
  const following = new Int32Array(edges + 1);
  const before = new Int32Array(edges + 1);
  for (let e = 0; e <= edges; e++) {
    following[e] = e + 1;
    before[e] = e - 1;
  }
  let shortest = 0;
  let candidate = 0;
  let smallest = 0;
  for (let merge = 0; merge < edges; merge++) {
    let chosen = shortest;
    if (giniOf(spread, edges + 1 - merge) > threshold) {
      // No cluster of the smallest size arises any more: what was passed over for it stays passed over.
      if (spread.sizes[0] !== smallest || candidate < shortest) candidate = shortest;
      smallest = spread.sizes[0]!;
      while (
        sizes[rootOf(parents, from[order[candidate]!]!)] !== smallest &&
        sizes[rootOf(parents, to[order[candidate]!]!)] !== smallest
      ) {
        candidate = following[candidate]!;
      }
      chosen = candidate;
    }
    const next = following[chosen]!;
    if (chosen === shortest) shortest = next;
    else following[before[chosen]!] = next;
    if (next <= edges) before[next] = before[chosen]!;
    if (candidate === chosen) candidate = next;
    const edge = order[chosen]!;
    const one = rootOf(parents, from[edge]!);
    const other = rootOf(parents, to[edge]!);
    merges.one[merge] = from[edge]!;
    merges.other[merge] = to[edge]!;
    merges.heights[merge] = lengths[edge]!;
    takeOut(spread, sizes[one]!);
    takeOut(spread, sizes[other]!);
    const [root, child] = sizes[one]! >= sizes[other]! ? [one, other] : [other, one];
    parents[child] = root;
    sizes[root]! += sizes[child]!;
    putIn(spread, sizes[root]!);
  }
  for (let merge = edges - 2; merge >= 0; merge--) {
    merges.heights[merge] = Math.min(merges.heights[merge]!, merges.heights[merge + 1]!);
  }
  return merges;
}

function edgesInOrder(from: Int32Array, to: Int32Array, lengths: Float64Array): Uint32Array {
  const order = new Uint32Array(lengths.length);
  for (let e = 0; e < order.length; e++) order[e] = e;
  const low = (e: number): number => Math.min(from[e]!, to[e]!);
  const high = (e: number): number => Math.max(from[e]!, to[e]!);
  return order.sort((a, b) => lengths[a]! - lengths[b]! || low(a) - low(b) || high(a) - high(b));
}

/** The sizes of the clusters that there are, and the sum of the differences of all pairs of them. */
interface Spread {
  /** The different sizes, rising, and how many clusters have each; the first `many` are used. */
  readonly sizes: Float64Array;
  readonly counts: Int32Array;
  many: number;
  differences: number;
  readonly total: number;
}

function openSpread(weights: Float64Array): Spread {
  const sorted = weights.slice().sort();
  const sizes = new Float64Array(sorted.length + 1);
  const counts = new Int32Array(sorted.length + 1);
  let many = 0;
  let total = 0;
  let differences = 0;
  sorted.forEach((size, i) => {
    differences += size * i - total;
    total += size;
    if (many > 0 && sizes[many - 1] === size) counts[many - 1]!++;
    else {
      sizes[many] = size;
      counts[many++] = 1;
    }
  });
  return { sizes, counts, many, differences, total };
}

/** The Gini index of the sizes of so many clusters, from 0 (all equal) to 1. */
function giniOf({ differences, total }: Spread, clusters: number): number {
  return differences / ((clusters - 1) * total);
}

function takeOut(spread: Spread, size: number): void {
  const { sizes, counts } = spread;
  const at = placeOf(spread, size);
  spread.differences -= differencesTo(spread, size);
  if (--counts[at]! > 0) return;
  sizes.copyWithin(at, at + 1, spread.many);
  counts.copyWithin(at, at + 1, spread.many);
  spread.many--;
}

function putIn(spread: Spread, size: number): void {
  const { sizes, counts } = spread;
  const at = placeOf(spread, size);
  spread.differences += differencesTo(spread, size);
  if (at < spread.many && sizes[at] === size) {
    counts[at]!++;
    return;
  }
  sizes.copyWithin(at + 1, at, spread.many);
  counts.copyWithin(at + 1, at, spread.many);
  sizes[at] = size;
  counts[at] = 1;
  spread.many++;
}

/** Of the first size that is not below. */
function placeOf({ sizes, many }: Spread, size: number): number {
  let low = 0;
  let high = many;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sizes[middle]! < size) low = middle + 1;
    else high = middle;
  }
  return low;
}

function differencesTo({ sizes, counts, many }: Spread, size: number): number {
  let sum = 0;
  for (let i = 0; i < many; i++) sum += Math.abs(sizes[i]! - size) * counts[i]!;
  return sum;
}
