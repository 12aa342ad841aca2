import type { Compute } from "../../core/compute.ts";
import { assign } from "../../model/cluster/assign.ts";
import type { FittedRows } from "./assigned-rows.ts";

/** Rows whose nearest centre is not that of their segment. */
export function countNearer(compute: Compute, { rows, labels }: FittedRows, centres: Float64Array): number {
  const mark = compute.mark();
  const nearest = assign(compute, rows.matrix, centres, centres.length / rows.matrix.columns.length);
  const count = nearest.reduce((n, label, i) => n + (label === labels[i] ? 0 : 1), 0);
  compute.release(mark);
  return count;
}
