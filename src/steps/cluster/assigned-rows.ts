import type { Compute } from "../../core/compute.ts";
import { assignedPoints } from "../../model/cluster/assigned-points.ts";
import type { PreparedRows } from "./prepare.ts";

/** Rows of a fit with what is known of each. */
export interface FittedRows {
  readonly rows: PreparedRows;
  /** By row of the matrix: the centre of the fit; in the numeric memory. */
  readonly labels: Int32Array;
  /** By row of the matrix; null: all one. */
  readonly weights: Float64Array | null;
}

/** The rows that are in a segment, as if the others had been left out of the fit; all as they are where there are no others. */
export function assignedRows(compute: Compute, k: number, { rows, labels, weights }: FittedRows): FittedRows {
  const placed = assignedPoints(compute, { matrix: rows.matrix, weights }, { k, labels });
  if (placed.rows === null) return { rows, labels, weights };
  const { kept } = rows;
  return {
    rows: {
      matrix: placed.points.matrix,
      kept: kept === null ? placed.rows : placed.rows.map((row) => kept[row]!),
    },
    labels: placed.labeling.labels,
    weights: placed.points.weights,
  };
}
