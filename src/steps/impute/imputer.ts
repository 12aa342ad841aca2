import { SegmentError } from "../../core/errors.ts";
import type { Chain, IterativeModel } from "../../model/impute/iterative.ts";
import type { ForestModel } from "../../model/impute/forest.ts";
import type { KnnModel } from "../../model/impute/knn.ts";
import { missingFlagName } from "../clean/flag-of.ts";

/** A column that gaps are filled from, and in. */
export interface ImputeFeature {
  readonly column: string;
  /** The texts of a column of categories, by their codes; empty for a column of numbers. */
  readonly levels: readonly string[];
}

/** A column whose gaps are filled, and how well, by known cells that were hidden from a model of their own. */
export interface ImputeTarget {
  readonly column: string;
  /** Whether a column beside it says which values were missing. */
  readonly flag: boolean;
  /** Null where too few cells are known to hide some. */
  readonly check: ImputeCheck | null;
}

export interface ImputeCheck {
  /** Cells that were hidden. */
  readonly hidden: number;
  /** Root mean squared error of numbers, share of wrong categories. */
  readonly error: number;
  /** The same of the mean, or the most frequent category. */
  readonly plain: number;
}

export type LearnedImputer =
  | { readonly method: "knn"; readonly model: KnnModel }
  | { readonly method: "iterative"; readonly model: IterativeModel }
  | { readonly method: "forest"; readonly model: ForestModel };

/** What the rows of a group taught, of the features that have a value there, by their places. */
export interface GroupImputer {
  readonly places: readonly number[];
  readonly learned: LearnedImputer;
}

/** What a model of the other columns learned to fill gaps by. */
export interface Imputer {
  readonly features: readonly ImputeFeature[];
  /** Of the features. */
  readonly targets: readonly ImputeTarget[];
  /** Rows that it was learned from, of how many. */
  readonly rows: number;
  readonly of: number;
  readonly learned: LearnedImputer;
  /** Those of the model's groups, in their order; null for one that takes the model of all rows. Null: not by group. */
  readonly groups: readonly (GroupImputer | null)[] | null;
  /** One of several imputations, whose values are drawn; null for one that gives what is expected. */
  readonly chain: Chain | null;
}

/** A method in words, such as `knn 5`. */
export function imputerWords({ learned }: Imputer): string {
  return learned.method === "knn" ? `knn ${learned.model.neighbors}` : learned.method;
}

/** Names of the columns that imputers add: whether a value was missing. */
export function imputedFlags(imputers: readonly Imputer[]): readonly string[] {
  return imputers.flatMap(({ targets }) =>
    targets.flatMap(({ column, flag }) => (flag ? [missingFlagName(column)] : [])),
  );
}

/** Refuses to explain as SQL what imputers do. Throws `usage`. */
export function refuseAsSql(imputers: readonly unknown[]): void {
  if (imputers.length === 0) return;
  throw new SegmentError(
    "usage",
    "what --impute fills by a model comes from the numeric core, which --explain cannot show as SQL",
    {
      hint: "leave out --explain, or fill with mean, median or mode",
    },
  );
}

/** The place of a column among the features. */
export function featurePlace({ features }: Pick<Imputer, "features">, column: string): number {
  return features.findIndex((feature) => feature.column === column);
}
