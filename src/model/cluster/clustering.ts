import type { Compute } from "../../core/compute.ts";
import type { AssignmentRule } from "./assignment-rule.ts";
import type { Categories } from "./categories.ts";
import type { Cophenetic } from "./cophenetic.ts";
import type { SizeLimits } from "./limited-sizes.ts";
import type { Branch } from "./merge-tree.ts";
import type { CovarianceType } from "./mixture-model.ts";
import type { Points } from "./prepared-points.ts";
import type { Linkage } from "./tree-of-points.ts";

/** The methods by which segments are found, in the order in which they are offered. */
export const methodNames = [
  "k-means",
  "k-medoids",
  "k-prototypes",
  "hierarchical",
  "gmm",
  "bayesian-gmm",
  "dbscan",
  "hdbscan",
  "optics",
  "genie",
] as const;
export type MethodName = (typeof methodNames)[number];

/** What a method made of points. */
export interface Clustering {
  readonly k: number;
  /** Segment of each point, from 0, -1 for none; in the numeric memory. */
  readonly labels: Int32Array;
  /** What each segment is about, k × columns, row-major, in the units of the matrix: its mean, or with k-medoids its medoid. */
  readonly centres: Float64Array;
  /**
   * Weighted sum of squared distances to the own centre; with k-medoids of the distances, with categories of what the method
   * weighs them by. What falls as k grows.
   */
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Starts that were made; absent for a method that makes none. */
  readonly starts?: number;
  /** Points that the segments were found among; absent or null for all. */
  readonly sample?: number | null;
  /** Of a hierarchy. */
  readonly hierarchy?: HierarchyFacts;
  /** Of a mixture. */
  readonly likelihood?: Likelihood;
  /** Components that were offered and own no row. */
  readonly emptied?: number;
  /** Components that were taken away though they owned rows. */
  readonly dropped?: number;
  /** What the method went by, beside what every method has. */
  readonly parameters?: readonly MethodParameter[];
  /** By point, 0–1: how surely it is in its segment; 0 for noise. In the numeric memory. */
  readonly probabilities?: Float64Array;
  /** By point, 0–1: how much thinner it lies than the densest part of what it belongs to. */
  readonly outlierScores?: Float64Array;
  /** Gives what assigns other rows; absent: they go to the nearest centre. */
  rule?(): Promise<AssignmentRule>;
}

export interface HierarchyFacts {
  readonly cophenetic: Cophenetic;
  /** Micro-clusters that the hierarchy is over; null for the rows themselves. */
  readonly micro: number | null;
  /** The tree above the cut; the clusters of the cut have the labels of the clustering. */
  readonly top: Branch;
}

/** How well a mixture fits; of BIC, AIC and ICL the lower the better. */
export interface Likelihood {
  readonly logLikelihood: number;
  /** Of the variational mixture: what takes the place of the criteria, the higher the better. */
  readonly evidence?: number;
  readonly criteria: { readonly bic: number; readonly aic: number; readonly icl: number } | null;
}

/** A parameter of a method as it was used. */
export interface MethodParameter {
  /** The option that sets it, in camelCase. */
  readonly option: string;
  readonly value: number | string;
  /** How it was found where nobody gave it; null where it was given, or is a fixed default. */
  readonly how: string | null;
}

/** How a method is to find segments; null: by its own default, or proposed from the points. */
export interface MethodOptions {
  readonly seed: number;
  readonly starts: number | null;
  /** Of a method that makes more where they cost little: as many at most where `starts` is null. */
  readonly mostStarts?: number;
  readonly maxIter: number | null;
  readonly tol: number | null;
  /** Greedy k-means++, or k-means‖; not used with `init`. */
  readonly seeding: "greedy" | "parallel";
  /** Starting centres, k × columns, row-major, in the units of the matrix. */
  readonly init: Float64Array | null;
  readonly linkage: Linkage;
  /** The height that a hierarchy is cut at, in place of a number of segments. */
  readonly height: number | null;
  readonly covariance: CovarianceType;
  readonly epsilon: number | null;
  readonly minSamples: number | null;
  readonly minClusterSize: number | null;
  readonly selection: "eom" | "leaf";
  readonly xi: number | null;
  readonly gini: number;
  /** Of the rows of the points, as many; null: there are none. */
  readonly categories: Categories | null;
  /** What an unlike category costs beside a squared distance. */
  readonly gamma: number | null;
  readonly distance: "euclidean" | "gower";
  /** Rows that a segment may hold. */
  readonly limits: SizeLimits | null;
  progress(text: string): void;
}

/** One way to find segments. */
export interface Method {
  /** What falls as k grows, as a report calls it. */
  readonly criterion: string;
  /** Options of `cluster` that it has a use for, beside those of every method. */
  readonly parameters: readonly string[];
  /** What `iterations` counts, one and several. */
  readonly iteration: readonly [string, string];
  /** The number of segments is asked of it, or the most there may be, or it finds the number by itself. */
  readonly k: "asked" | "most" | "found";
  /** What it tells of each row beside its segment. */
  readonly figures: readonly ("probability" | "outlier")[];
  /** Whether equal rows may be one point of their weight. */
  readonly folds: boolean;
  /**
   * A clustering for each k (rising; with `most` one for the largest, with `found` one for none of them). Labels live in the
   * numeric memory, and all that `rule` needs does not.
   */
  fit(compute: Compute, points: Points, ks: readonly number[], options: MethodOptions): Promise<readonly Clustering[]>;
}
