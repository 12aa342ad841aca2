import type { Scaler } from "../../../model/stats/column-scaling.ts";
import type { Smooth } from "../../../model/stats/target-encoding.ts";

/** Ways to put a category in numbers. */
export const encodingKinds = ["one-hot", "ordinal", "frequency", "target"] as const;
export type EncodingKind = (typeof encodingKinds)[number];

/** The type of a column of categories: what its values are told apart by. */
export type CategoryType = "text" | "integer" | "boolean";

/** What a target encoding was learned from. */
export interface EncodingTarget {
  readonly column: string;
  /** Of the rows that have a value; what an unseen category is worth. */
  readonly mean: number;
  readonly smooth: Smooth;
  readonly folds: number;
  readonly seed: number;
}

/** What was learned of a column of categories: all that encoding other rows, and the way back, need. */
export interface ColumnEncoding {
  readonly column: string;
  readonly type: CategoryType;
  readonly kind: EncodingKind;
  /** The values of the fit in rising order, or in the order given. */
  readonly categories: readonly string[];
  /** By category the place that it has among the encoded ones; rare ones share the last. */
  readonly slots: readonly number[];
  /** Whether the last slot stands for several rare categories. */
  readonly grouped: boolean;
  /** Rows of the fit by slot. */
  readonly counts: readonly number[];
  /** The columns that are added: one by slot for `one-hot`, else one. */
  readonly targets: readonly string[];
  /** By slot what `ordinal`, `frequency` and `target` put in its place, before the scaler; none for `one-hot`. */
  readonly values: readonly number[];
  /** What an unseen category becomes, before the scaler; null: missing. */
  readonly unseen: number | null;
  readonly scaler: Scaler;
  readonly center: number;
  readonly scale: number;
  readonly target: EncodingTarget | null;
}

/** What an encoding is called as the user writes it: `target:revenue+zscore`. */
export function encodingWords({ kind, target, scaler }: Pick<ColumnEncoding, "kind" | "target" | "scaler">): string {
  const of = target === null ? "" : `:${target.column}`;
  return `${kind}${of}${scaler === "none" ? "" : `+${scaler}`}`;
}

/** A value as it is written: scaled. */
export function scaledCode(
  { center, scale, scaler }: Pick<ColumnEncoding, "center" | "scale" | "scaler">,
  x: number,
): number {
  return scaler === "none" ? x : (x - center) / scale;
}
