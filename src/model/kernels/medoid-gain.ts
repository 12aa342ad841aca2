import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of a block. */
export const medoidGainBlock = 2048;

/**
 * What a candidate would change as a medoid: the distance of every row of a block to it, and by block the change of the total
 * deviation where it is added, then for each medoid the further change where that one is removed for it, beside what its
 * removal alone costs (Schubert and Rousseeuw 2021, FasterPAM).
 *
 * args: rows, columns, rows of a block, values (f64, column-major), weights (f64; 0: all one), candidate's row, medoids,
 * nearest medoid of each row (i32), distance to it (f64), distance to the second (f64), out: distances to the candidate (f64),
 * out: 1 + medoids changes (f64 by block).
 */
export const medoidGain: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const first = block * blockRows;
  const end = Math.min(first + blockRows, rows);
  const values = new Float64Array(memory, argument(args, 3), rows * columns);
  const weightsAt = argument(args, 4);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt, rows);
  const candidate = argument(args, 5);
  const k = argument(args, 6);
  const nearest = new Int32Array(memory, argument(args, 7), rows);
  const own = new Float64Array(memory, argument(args, 8), rows);
  const second = new Float64Array(memory, argument(args, 9), rows);
  const distances = new Float64Array(memory, argument(args, 10), rows);
  const out = new Float64Array(memory, argument(args, 11) + 8 * block * (k + 1), k + 1);
  for (let i = first; i < end; i++) {
    let squared = 0;
    for (let j = 0; j < columns; j++) {
      const x = values[j * rows + i]! - values[j * rows + candidate]!;
      squared += x * x;
    }
    distances[i] = Math.sqrt(squared);
  }
  addGains({ nearest, own, second, distances, weights }, first, end, out);
};

interface Caches {
  readonly nearest: Int32Array;
  readonly own: Float64Array;
  readonly second: Float64Array;
  readonly distances: Float64Array;
  readonly weights: Float64Array | null;
}

/** The changes that a candidate brings to some rows, whose distances to it are known. */
export function addGains(
  { nearest, own, second, distances, weights }: Caches,
  first: number,
  end: number,
  out: Float64Array,
): void {
  out.fill(0);
  for (let i = first; i < end; i++) {
    const distance = distances[i]!;
    const weight = weights === null ? 1 : weights[i]!;
    if (distance < own[i]!) {
      out[0]! += (distance - own[i]!) * weight;
      out[1 + nearest[i]!]! += (own[i]! - second[i]!) * weight;
    } else if (distance < second[i]!) {
      out[1 + nearest[i]!]! += (distance - second[i]!) * weight;
    }
  }
}
