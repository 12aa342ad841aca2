import type { Matrix } from "../../core/matrix.ts";
import type { Points } from "../cluster/prepared-points.ts";
import { createRandom } from "../random.ts";
import { selectRanks } from "../stats/quantile.ts";
import { areCounts } from "./labeling.ts";
import { rowHash } from "./row-hash.ts";

/**
 * At most `size` of the points, in row order: all where there are no more, else those of the smallest hashes. Counts as
 * weights are rows drawn without replacement from the repeated rows, and come out as such rows; other weights give a
 * weighted draw without replacement (Efraimidis and Spirakis 2006), and stay weights only where nothing is drawn.
 */
export function structureSample({ matrix, weights }: Points, size: number, seed: number): Points {
  if (weights === null)
    return {
      matrix: pick(matrix, smallestHashes(matrix.rows, size, seed)),
      weights: null,
    };
  if (areCounts(weights)) return { matrix: pick(matrix, repeatedRows(weights, size, seed)), weights: null };
  const carried = weights.reduce((n, w) => n + (w > 0 ? 1 : 0), 0);
  const key = (row: number): number =>
    weights[row]! > 0 ? -Math.log((rowHash(seed, row) + 0.5) / 2 ** 32) / weights[row]! : Infinity;
  const rows = smallest(allRows(matrix.rows), Math.min(size, carried), key);
  return {
    matrix: pick(matrix, rows),
    weights: carried > size ? null : Float64Array.from(rows, (row) => weights[row]!),
  };
}

function allRows(count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  return rows;
}

/** The rows of the `size` smallest hashes, rising: of many rows, only those are looked at whose hash can be among them. */
export function smallestHashes(count: number, size: number, seed: number): Uint32Array {
  const key = (row: number): number => rowHash(seed, row);
  // Four times as many as are wanted, on average: fewer than wanted come once in an age, and cost a pass over all.
  const bound = (2 ** 32 * 4 * size) / count;
  if (bound >= 2 ** 32) return smallest(allRows(count), size, key);
  const low: number[] = [];
  for (let row = 0; row < count; row++) if (key(row) < bound) low.push(row);
  return smallest(low.length < size ? allRows(count) : Uint32Array.from(low), size, key);
}

/** The rows of the `size` smallest keys, ties to the lower row, in row order. `rows` rise. */
function smallest(rows: Uint32Array, size: number, key: (row: number) => number): Uint32Array {
  if (rows.length <= size) return rows;
  const keys = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) keys[i] = key(rows[i]!);
  const ordered = keys.slice();
  selectRanks(ordered, 0, ordered.length - 1, Float64Array.of(size - 1));
  const limit = ordered[size - 1]!;
  const below = rows.filter((_, i) => keys[i]! < limit);
  const tied = rows.filter((_, i) => keys[i] === limit).subarray(0, size - below.length);
  return Uint32Array.from([...below, ...tied]).sort();
}

function repeatedRows(weights: Float64Array, size: number, seed: number): Uint32Array {
  const ends = new Float64Array(weights.length);
  let total = 0;
  weights.forEach((w, row) => {
    total += w;
    ends[row] = total;
  });
  const chosen = new Set<number>();
  const random = createRandom(seed, "structure rows");
  if (total <= size) for (let i = 0; i < total; i++) chosen.add(i);
  for (let draw = 0; chosen.size < Math.min(size, total); draw++) chosen.add(Math.floor(random.uniform(draw) * total));
  return Uint32Array.from(chosen, (index) => firstAbove(ends, index)).sort();
}

function firstAbove(ends: Float64Array, index: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > index) high = middle;
    else low = middle + 1;
  }
  return low;
}

function pick(matrix: Matrix, rows: Uint32Array): Matrix {
  const values = new Float64Array(rows.length * matrix.columns.length);
  for (let j = 0; j < matrix.columns.length; j++) {
    for (let i = 0; i < rows.length; i++) values[j * rows.length + i] = matrix.values[j * matrix.rows + rows[i]!]!;
  }
  return { rows: rows.length, columns: matrix.columns, values };
}
