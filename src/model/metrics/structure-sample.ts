import type { Matrix } from "../../core/matrix.ts";
import type { Points } from "../cluster/prepared-points.ts";
import { createRandom } from "../random.ts";
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
      matrix: pick(
        matrix,
        smallest(matrix.rows, size, (row) => rowHash(seed, row)),
      ),
      weights: null,
    };
  if (areCounts(weights)) return { matrix: pick(matrix, repeatedRows(weights, size, seed)), weights: null };
  const carried = weights.reduce((n, w) => n + (w > 0 ? 1 : 0), 0);
  const key = (row: number): number =>
    weights[row]! > 0 ? -Math.log((rowHash(seed, row) + 0.5) / 2 ** 32) / weights[row]! : Infinity;
  const rows = smallest(matrix.rows, Math.min(size, carried), key);
  return {
    matrix: pick(matrix, rows),
    weights: carried > size ? null : Float64Array.from(rows, (row) => weights[row]!),
  };
}

/** The rows of the `size` smallest keys, ties to the lower row, in row order. */
function smallest(count: number, size: number, key: (row: number) => number): Uint32Array {
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  if (count <= size) return rows;
  const keys = Float64Array.from(rows, key);
  const limit = keys.slice().sort()[size - 1]!;
  const below = rows.filter((row) => keys[row]! < limit);
  const tied = rows.filter((row) => keys[row] === limit).subarray(0, size - below.length);
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
