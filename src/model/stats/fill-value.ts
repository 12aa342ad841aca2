import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnQuantiles } from "./column-quantiles.ts";
import { moments } from "./moments.ts";

/** How missing values of a column are filled. */
export type FillMethod = "median" | "mean" | "zero";

/**
 * The value that takes the place of NaN in a column, learned from the values present under frequency weights. Throws
 * `missing-values` when the column has no value to learn from (zero needs none).
 */
export function fillValue(
  compute: Compute,
  column: Float64Array,
  weights: Float64Array | null,
  method: FillMethod,
): number {
  if (method === "zero") return 0;
  const value =
    method === "median" ? columnQuantiles(compute, column, [0.5], weights)[0]! : moments(compute, column, weights).mean;
  if (Number.isNaN(value)) {
    throw new SegmentError("missing-values", `a column without values has no ${method}`, {
      hint: "leave the column out with --exclude, or fill it with --missing zero",
    });
  }
  return value;
}
