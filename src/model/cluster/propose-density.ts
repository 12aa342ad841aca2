import type { Points } from "./prepared-points.ts";

/** Rows that points stand for: the sum of their weights. */
export function rowsOf({ matrix, weights }: Points): number {
  return weights === null ? matrix.rows : Math.round(weights.reduce((total, weight) => total + weight, 0));
}

/**
 * DBSCAN's minimum of neighbours where none is given: twice the columns (Sander, Ester, Kriegel, Xu 1998), but no less
 * than twice the natural logarithm of the rows, as chance clumps of noise grow with the table; 5–50.
 */
export function proposeMinSamples(rows: number, columns: number): number {
  return Math.max(5, Math.min(50, Math.max(2 * columns, Math.round(2 * Math.log(rows)))));
}

/** HDBSCAN's minimum sizes where none are given. */
export interface ProposedSizes {
  /** The square root of the rows, 5 to 1,000: segments that are worth a name, more of them in larger tables. */
  readonly minClusterSize: number;
  /** As for DBSCAN, but no more than the minimum size. */
  readonly minSamples: number;
}

export function proposeSizes(rows: number, columns: number): ProposedSizes {
  const minClusterSize = Math.max(5, Math.min(1000, Math.round(Math.sqrt(rows))));
  return { minClusterSize, minSamples: Math.min(minClusterSize, proposeMinSamples(rows, columns)) };
}
