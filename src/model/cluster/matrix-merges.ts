import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { matrixClustersBlock } from "../kernels/matrix-clusters.ts";
import { distanceTile, pairDistancesBlock, tiledLength } from "../kernels/pair-distances.ts";
import type { ExactPoints } from "./exact-points.ts";
import { openMerges, record } from "./found-merges.ts";
import type { FoundMerges } from "./merge-tree.ts";

/** Distinct rows up to which the distances of all pairs are held: 1.6 GB. */
export const mostMatrixPoints = 20_000;
const breathRows = 64 * pairDistancesBlock;
const breathSearches = 512;
/** Places of a matrix that is not worth moving together. */
const smallest = 64;

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
    const distances = compute.f64(tiledLength(count));
    const data = [count, columns, pairDistancesBlock, points.values.byteOffset, distances.byteOffset];
    for (let row = 0; row < count; row += breathRows) {
      compute.run("pairDistances", Math.ceil(Math.min(breathRows, count - row) / pairDistancesBlock), [...data, row]);
      await compute.breathe();
    }
    const state = openState(compute, distances, points.weights, linkage);
    const { alive, numbers, chain } = state;
    let length = 0;
    let searches = 0;
    while (state.left > 1) {
      if (++searches % breathSearches === 0) {
        progress?.(`hierarchy: ${merges.found} of ${count - 1} merges`);
        await compute.breathe();
      }
      if (length === 0) chain[length++] = alive[0]!;
      const last = chain[length - 1]!;
      const previous = length > 1 ? chain[length - 2]! : -1;
      const least =
        length > 1 ? distances[placeOf(state, Math.min(last, previous), Math.max(last, previous))]! : Infinity;
      const nearest = nearestOf(compute, state, last, least);
      if (nearest >= 0) {
        const again = chain.subarray(0, length).indexOf(nearest);
        if (again >= 0) length = again + 1;
        else chain[length++] = nearest;
        continue;
      }
      const low = Math.min(last, previous);
      const high = Math.max(last, previous);
      record(merges, numbers[low]!, numbers[high]!, least * unit);
      length -= 2;
      join(compute, state, low, high);
      if (2 * state.left < state.count && state.count > smallest) compact(state, length);
    }
    return merges;
  } finally {
    compute.release(mark);
  }
}

/** Clusters by their place in the matrix; places rise as numbers do. */
interface State {
  readonly distances: Float64Array;
  readonly isComplete: boolean;
  /** Places of the matrix as it lies now. */
  count: number;
  /** Places that still hold a cluster, rising; the first `left` of the list. */
  readonly alive: Int32Array;
  left: number;
  /** First tile of a row of tiles, less the number of its first column of tiles. */
  readonly tileRows: Int32Array;
  readonly sizes: Float64Array;
  readonly numbers: Int32Array;
  readonly chain: Int32Array;
  readonly out: Float64Array;
}

function openState(
  compute: Compute,
  distances: Float64Array,
  weights: Float64Array,
  linkage: "complete" | "average",
): State {
  const count = weights.length;
  const numbers = new Int32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = i;
  const state: State = {
    distances,
    isComplete: linkage === "complete",
    count,
    alive: compute.i32(count),
    left: count,
    tileRows: compute.i32(Math.ceil(count / distanceTile)),
    sizes: weights.slice(),
    numbers,
    chain: new Int32Array(count),
    out: compute.f64(2 * Math.ceil(count / matrixClustersBlock)),
  };
  state.alive.set(numbers);
  setTileRows(state);
  return state;
}

function setTileRows({ count, tileRows }: State): void {
  const tiles = Math.ceil(count / distanceTile);
  for (let row = 0; row < tiles; row++) tileRows[row] = row * tiles - (row * (row + 1)) / 2;
}

/** Of the distance of two places, the lower one first. */
function placeOf({ tileRows }: State, low: number, high: number): number {
  return ((tileRows[low >> 3]! + (high >> 3)) << 6) + ((low & 7) << 3) + (high & 7);
}

/** The nearest cluster that is nearer than `least`, of equals the lowest; -1 where there is none. */
function nearestOf(compute: Compute, state: State, own: number, least: number): number {
  const { out } = state;
  const blocks = Math.ceil(state.left / matrixClustersBlock);
  compute.run("matrixNearest", blocks, [...matrixOf(state), own, least, out.byteOffset]);
  let nearest = -1;
  let best = least;
  for (let b = 0; b < blocks; b++) {
    if (out[2 * b]! >= best) continue;
    best = out[2 * b]!;
    nearest = out[2 * b + 1]!;
  }
  return nearest;
}

function matrixOf({ left, alive, distances, tileRows }: State): number[] {
  return [left, matrixClustersBlock, alive.byteOffset, distances.byteOffset, tileRows.byteOffset];
}

/** Takes `low` into `high` and brings the distances of `high` up to date. */
function join(compute: Compute, state: State, low: number, high: number): void {
  const { alive, sizes, isComplete } = state;
  const at = alive.subarray(0, state.left).indexOf(low);
  alive.copyWithin(at, at + 1, state.left);
  state.left--;
  const [one, other] = [sizes[low]!, sizes[high]!];
  const given = [low, high, isComplete ? 0 : one, isComplete ? 0 : other];
  compute.run("matrixJoin", Math.ceil(state.left / matrixClustersBlock), [...matrixOf(state), ...given]);
  sizes[high] = one + other;
}

/** Moves what is left of the matrix together, in place: every tile comes from such as lie no further ahead. */
function compact(state: State, length: number): void {
  const { distances, left, numbers, sizes, chain } = state;
  const alive = state.alive.subarray(0, left);
  const before = { ...state, tileRows: state.tileRows.slice() };
  const places = new Int32Array(state.count);
  alive.forEach((place, p) => (places[place] = p));
  for (let at = 0; at < length; at++) chain[at] = places[chain[at]!]!;
  state.count = left;
  setTileRows(state);
  const tiles = Math.ceil(state.count / distanceTile);
  const tile = new Float64Array(distanceTile ** 2);
  for (let row = 0; row < tiles; row++) {
    for (let column = row; column < tiles; column++) {
      for (let t = 0; t < tile.length; t++) {
        const p = row * distanceTile + (t >> 3);
        const q = column * distanceTile + (t & 7);
        tile[t] = p < q && q < state.count ? distances[placeOf(before, alive[p]!, alive[q]!)]! : 0;
      }
      distances.set(tile, (state.tileRows[row]! + column) << 6);
    }
  }
  for (let p = 0; p < left; p++) {
    numbers[p] = numbers[alive[p]!]!;
    sizes[p] = sizes[alive[p]!]!;
    alive[p] = p;
  }
}
