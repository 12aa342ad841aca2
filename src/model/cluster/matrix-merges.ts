import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { pairDistancesBlock } from "../kernels/pair-distances.ts";
import type { ExactPoints } from "./exact-points.ts";
import { openMerges, record } from "./found-merges.ts";
import type { FoundMerges } from "./merge-tree.ts";

/** Distinct rows up to which the distances of all pairs are held: 1.6 GB. */
export const mostMatrixPoints = 20_000;
const breathRows = 64 * pairDistancesBlock;
const breathSearches = 512;

/**
 * The hierarchy of complete or average linkage (UPGMA) by the nearest-neighbour chain (Murtagh 1985; Müllner 2011) over the
 * distances of all pairs, 4·n² bytes, which Lance and Williams' formulas keep up to date; SciPy's `complete` and `average`.
 * O(n²·d) time. Ties as in `wardMerges`. Throws `too-many-rows` above 20,000 distinct rows.
 */
export async function matrixMerges(
  compute: Compute,
  points: ExactPoints,
  linkage: "complete" | "average",
  progress?: (text: string) => void,
): Promise<FoundMerges> {
  const { count, columns, unit } = points;
  if (count > mostMatrixPoints) {
    throw new SegmentError(
      "too-many-rows",
      `${linkage} linkage holds the distances of all pairs, for at most ${mostMatrixPoints} distinct rows; these are ${count}`,
      { hint: "fit in two stages (micro-clusters, then the hierarchy over them), or use ward or single linkage" },
    );
  }
  const merges = openMerges(count);
  const mark = compute.mark();
  try {
    const distances = compute.f64((count * (count - 1)) / 2);
    const data = [count, columns, pairDistancesBlock, points.values.byteOffset, distances.byteOffset];
    for (let row = 0; row < count; row += breathRows) {
      compute.run("pairDistances", Math.ceil(Math.min(breathRows, count - row) / pairDistancesBlock), [...data, row]);
      await compute.breathe();
    }
    const sizes = points.weights.slice();
    /** Where the distances of a cluster to those of higher number begin, less its number. */
    const rows = new Float64Array(count);
    for (let i = 0; i < count; i++) rows[i] = i * count - (i * (i + 1)) / 2 - i - 1;
    const alive = new Int32Array(count);
    for (let i = 0; i < count; i++) alive[i] = i;
    const chain = new Int32Array(count);
    let left = count;
    let length = 0;
    let searches = 0;
    while (left > 1) {
      if (length === 0) chain[length++] = alive[0]!;
      const last = chain[length - 1]!;
      const previous = length > 1 ? chain[length - 2]! : -1;
      const least = length > 1 ? distances[rows[Math.min(last, previous)]! + Math.max(last, previous)]! : Infinity;
      if (++searches % breathSearches === 0) {
        progress?.(`hierarchy: ${merges.found} of ${count - 1} merges`);
        await compute.breathe();
      }
      const nearest = nearestOf(distances, rows, alive, left, last, least);
      if (nearest >= 0) {
        const again = chain.subarray(0, length).indexOf(nearest);
        if (again >= 0) length = again + 1;
        else chain[length++] = nearest;
        continue;
      }
      const low = Math.min(last, previous);
      const high = Math.max(last, previous);
      record(merges, low, high, least * unit);
      const at = alive.subarray(0, left).indexOf(low);
      alive.copyWithin(at, at + 1, left);
      left--;
      update(distances, rows, alive, left, low, high, linkage === "complete" ? null : sizes);
      sizes[high]! += sizes[low]!;
      length -= 2;
    }
    return merges;
  } finally {
    compute.release(mark);
  }
}

/** The nearest cluster that is nearer than `least`, of equals the lowest; -1 where there is none. `alive` rises. */
function nearestOf(
  distances: Float64Array,
  rows: Float64Array,
  alive: Int32Array,
  left: number,
  own: number,
  least: number,
): number {
  let nearest = -1;
  let best = least;
  let a = 0;
  for (; alive[a]! < own; a++) {
    const distance = distances[rows[alive[a]!]! + own]!;
    if (distance < best) {
      best = distance;
      nearest = alive[a]!;
    }
  }
  const row = rows[own]!;
  for (a++; a < left; a++) {
    const distance = distances[row + alive[a]!]!;
    if (distance < best) {
      best = distance;
      nearest = alive[a]!;
    }
  }
  return nearest;
}

/** Distances of the cluster `high` after it has taken in `low`: the greater of the two, or with sizes their mean. */
function update(
  distances: Float64Array,
  rows: Float64Array,
  alive: Int32Array,
  left: number,
  low: number,
  high: number,
  sizes: Float64Array | null,
): void {
  const one = sizes === null ? 0 : sizes[low]!;
  const other = sizes === null ? 0 : sizes[high]!;
  for (let a = 0; a < left; a++) {
    const i = alive[a]!;
    if (i === high) continue;
    const gone = distances[i < low ? rows[i]! + low : rows[low]! + i]!;
    const at = i < high ? rows[i]! + high : rows[high]! + i;
    const kept = distances[at]!;
    if (sizes !== null) distances[at] = (one * gone + other * kept) / (one + other);
    else if (gone > kept) distances[at] = gone;
  }
}
