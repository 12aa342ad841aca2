import type { Compute } from "../../core/compute.ts";
import { firstEqualRows } from "../first-equal-rows.ts";
import type { PreparedPoints } from "./prepared-points.ts";

/**
 * Weights by row, in the numeric memory, that make one point of equal rows: the first of them carries the weight of
 * all, the others 0. The two zeros are equal. One pass over the data, one over a table of 8 to 16 bytes a row.
 */
export function distinctWeights(compute: Compute, points: PreparedPoints): Float64Array {
  const { rows } = points;
  const weights = compute.f64(rows);
  if (points.weights === null) weights.fill(1);
  else weights.set(points.weights.subarray(0, rows));
  const mark = compute.mark();
  const first = firstEqualRows(compute, points);
  for (let i = 0; i < rows; i++) {
    const other = first[i]!;
    if (other === i) continue;
    weights[other]! += weights[i]!;
    weights[i] = 0;
  }
  compute.release(mark);
  return weights;
}
