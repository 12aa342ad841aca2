import type { MethodName } from "../../../model/cluster/clustering.ts";
import type { Linkage } from "../../../model/cluster/tree-of-points.ts";
import { evidenceRows } from "./sample-rows.ts";

/** Whether a method is fitted where the rows are, by sums over all of them; the others are fitted on a sample that comes here. */
export function fitsBySums(method: MethodName): boolean {
  return method === "k-means" || method === "gmm";
}

/** Rows of a fit whose cost grows with their square: some ten seconds on two cores. */
const squareRows = 50_000;
/** Rows of which all distances are held at once: 400 MB. */
const matrixRows = 10_000;
/** A sample by hash of about so many is no more than the 20,000 that medoids are looked for among (seven standard deviations). */
const medoidRows = 19_000;

/**
 * Rows, about so many at most, that come here for a method where rows stay in a cluster: by sums the evidence for the report,
 * else what the segments are found among.
 */
export function mostFitRows(method: MethodName | "auto", linkage: Linkage): number {
  switch (method) {
    case "k-means":
    case "gmm":
    case "bayesian-gmm":
      return evidenceRows;
    case "k-medoids":
      return medoidRows;
    case "hierarchical":
      return linkage === "complete" || linkage === "average" ? matrixRows : squareRows;
    case "auto":
    case "k-prototypes":
    case "genie":
    case "dbscan":
    case "hdbscan":
    case "optics":
      return squareRows;
  }
}
