import type { Labeling } from "./labeling.ts";
import { inHashOrder, rowHash } from "./row-hash.ts";

/** Rows of about this many are put in order at first; the rest only where a segment needs them. */
const poolSize = 65_536;

/** Gives the first rows in hash order of each segment of a labelling. */
export interface AnchorDraw {
  /** `quotas[c]` rows of segment c, or all it has, as one list per segment. Asked for more, the first stay first. */
  first(labeling: Labeling, quotas: ArrayLike<number>): number[][];
}

/**
 * Prepares the draw of rows by the hash of their index and the seed: within each segment a simple random sample,
 * and for several labellings of the same points largely the same rows. Rows of weight 0 are never drawn.
 */
export function anchorDraw(rows: number, weights: Float64Array | null, seed: number): AnchorDraw {
  const threshold = (2 ** 32 * poolSize) / rows;
  const inPool = (row: number): boolean => rows <= poolSize || rowHash(seed, row) < threshold;
  const pool = inHashOrder(
    seed,
    rowsWhere(rows, (row) => carries(weights, row) && inPool(row)),
  );
  return {
    first({ k, labels }, quotas) {
      const lists: number[][] = Array.from({ length: k }, () => []);
      for (const row of pool) {
        const list = lists[labels[row]!]!;
        if (list.length < quotas[labels[row]!]!) list.push(row);
      }
      if (rows <= poolSize) return lists;
      return lists.map((list, c) => {
        if (list.length >= quotas[c]!) return list;
        const all = inHashOrder(
          seed,
          rowsWhere(rows, (row) => labels[row] === c && carries(weights, row)),
        );
        return all.slice(0, quotas[c]!);
      });
    },
  };
}

function carries(weights: Float64Array | null, row: number): boolean {
  return weights === null || weights[row]! > 0;
}

function* rowsWhere(rows: number, wanted: (row: number) => boolean): Iterable<number> {
  for (let row = 0; row < rows; row++) if (wanted(row)) yield row;
}
