import type { Compute } from "../../core/compute.ts";
import { compactIndex, joinInIndex, nearestInIndex, openIndex } from "./cluster-index.ts";
import type { ExactPoints } from "./exact-points.ts";
import { openMerges, record } from "./found-merges.ts";
import type { FoundMerges } from "./merge-tree.ts";

const breathSearches = 512;

/**
 * Ward's hierarchy by the nearest-neighbour chain (Murtagh 1985; Müllner 2011) over centroids: the height of a merge is
 * √(2·w·v/(w + v))·‖a - b‖, SciPy's `ward`. O(n·d) memory; about 3·n searches for a nearest cluster, each over a tree of boxes,
 * which leaves out most clusters where columns are few and looks at all where they are many.
 *
 * Of equal distances the previous cluster of the chain is taken, else the lowest number; a joint cluster has the higher number
 * of its two (SciPy's rule). Numbers are those of the points. Distances that are equal but for rounding are told apart by it, which
 * is not SciPy's: it keeps distances, this keeps centroids.
 */
export async function wardMerges(
  compute: Compute,
  points: ExactPoints,
  progress?: (text: string) => void,
): Promise<FoundMerges> {
  const { count } = points;
  const merges = openMerges(count);
  const mark = compute.mark();
  try {
    const index = openIndex(compute, points.values, points.weights, points.columns);
    const chain = new Int32Array(count);
    /** Value between a cluster of the chain and the one before it. */
    const values = new Float64Array(count);
    const place = new Int32Array(count).fill(-1);
    const gone = new Uint8Array(count);
    let length = 0;
    let lowest = 0;
    let searches = 0;
    while (merges.found < count - 1) {
      if (length === 0) {
        while (gone[lowest] === 1) lowest++;
        chain[0] = lowest;
        values[0] = Infinity;
        place[lowest] = 0;
        length = 1;
      }
      if (++searches % breathSearches === 0) {
        progress?.(`hierarchy: ${merges.found} of ${count - 1} merges`);
        await compute.breathe();
      }
      const last = chain[length - 1]!;
      const { nearest, value } = nearestInIndex(compute, index, last, values[length - 1]!);
      if (nearest >= 0 && place[nearest]! >= 0) {
        // Rounding made a joint cluster nearer to the chain than its parts were: go on from there.
        while (chain[length - 1] !== nearest) place[chain[--length]!] = -1;
        continue;
      }
      if (nearest >= 0) {
        chain[length] = nearest;
        values[length] = value;
        place[nearest] = length++;
        continue;
      }
      const previous = chain[length - 2]!;
      const low = Math.min(last, previous);
      const high = Math.max(last, previous);
      record(merges, low, high, Math.sqrt(2 * values[length - 1]!) * points.unit);
      joinInIndex(index, low, high);
      gone[low] = 1;
      place[last] = -1;
      place[previous] = -1;
      length -= 2;
      if (index.alive > 1 && 3 * index.alive < 2 * index.laidOut) compactIndex(index);
    }
    return merges;
  } finally {
    compute.release(mark);
  }
}
