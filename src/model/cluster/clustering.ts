import type { Cophenetic } from "./cophenetic.ts";
import type { Branch } from "./merge-tree.ts";

/** The methods by which segments are found, in the order in which they are offered. */
export const methodNames = ["k-means", "k-medoids", "hierarchical"] as const;
export type MethodName = (typeof methodNames)[number];

/** What a method made of points. */
export interface Clustering {
  readonly k: number;
  /** Segment of each point, from 0; in the numeric memory. */
  readonly labels: Int32Array;
  /** What each segment is about, k × columns, row-major, in the units of the matrix: its mean, or with k-medoids its medoid. */
  readonly centres: Float64Array;
  /** Weighted sum of squared distances to the own centre; with k-medoids of the distances. What falls as k grows. */
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Points that the segments were found among; absent or null for all. */
  readonly sample?: number | null;
  /** Of a hierarchy. */
  readonly hierarchy?: HierarchyFacts;
}

export interface HierarchyFacts {
  readonly cophenetic: Cophenetic;
  /** Micro-clusters that the hierarchy is over; null for the rows themselves. */
  readonly micro: number | null;
  /** The tree above the cut; the clusters of the cut have the labels of the clustering. */
  readonly top: Branch;
}

/** What is said of a method, whatever it is fitted on. */
export interface MethodFacts {
  /** What falls as k grows, as a report calls it. */
  readonly criterion: string;
  /** How many starts it makes where the user does not say; null where it makes none. */
  readonly starts: number | null;
  /** Options of `cluster` that it has a use for, beside those of every method. */
  readonly parameters: readonly string[];
  /** What `iterations` counts, one and several. */
  readonly iteration: readonly [string, string];
}

export const methods: Readonly<Record<MethodName, MethodFacts>> = {
  "k-means": {
    criterion: "inertia",
    starts: 10,
    parameters: ["starts", "seeding", "maxIter", "tol", "init"],
    iteration: ["iteration", "iterations"],
  },
  "k-medoids": {
    criterion: "deviation",
    starts: 1,
    parameters: ["starts", "maxIter"],
    iteration: ["pass", "passes"],
  },
  hierarchical: {
    criterion: "inertia",
    starts: null,
    parameters: ["linkage", "dendrogram"],
    iteration: ["merge", "merges"],
  },
};
