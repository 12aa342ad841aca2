import type { Compute } from "../../core/compute.ts";
import type { Labeling } from "../metrics/labeling.ts";
import { pickRows } from "../pick-rows.ts";
import { sum } from "../stats/sum.ts";
import type { Points } from "./prepared-points.ts";

/** The points of a clustering that are in a segment. */
export interface AssignedPoints {
  readonly points: Points;
  readonly labeling: Labeling & { readonly labels: Int32Array };
  /** The point that each of them is; null where all are in a segment. */
  readonly rows: Int32Array | null;
  /** Share of the weight that is in a segment, 0–1. */
  readonly share: number;
}

/**
 * The points that are in a segment (label from 0), without those in none: themselves where that is all, else copies in the
 * numeric memory. One pass over the labels, and one over the values where some are left out.
 */
export function assignedPoints(
  compute: Compute,
  { matrix, weights }: Points,
  { k, labels }: { readonly k: number; readonly labels: Int32Array },
): AssignedPoints {
  const count = labels.reduce((n, label) => n + (label >= 0 ? 1 : 0), 0);
  if (count === labels.length) return { points: { matrix, weights }, labeling: { k, labels }, rows: null, share: 1 };
  const rows = new Int32Array(count);
  let next = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i]! >= 0) rows[next++] = i;
  const own = compute.i32(count);
  const ownWeights = weights === null ? null : Float64Array.from(rows, (row) => weights[row]!);
  for (let n = 0; n < count; n++) own[n] = labels[rows[n]!]!;
  return {
    points: { matrix: pickRows(compute, matrix, rows), weights: ownWeights },
    labeling: { k, labels: own },
    rows,
    share: weights === null ? count / labels.length : sum(ownWeights!) / sum(weights),
  };
}
