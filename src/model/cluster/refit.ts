import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { countDistinct } from "../count-distinct.ts";
import { assign } from "./assign.ts";
import { assignByRule } from "./assignment-rule.ts";
import type { MethodName, MethodOptions } from "./clustering.ts";
import type { RowsWithWords } from "../pick-rows.ts";
import { methods } from "./methods/index.ts";

/** What a method is told beside k, seeds and starts. */
export type MethodParameters = Pick<
  MethodOptions,
  "linkage" | "covariance" | "epsilon" | "minSamples" | "minClusterSize" | "selection" | "xi" | "gini"
>;

/** What is not given. */
export const usualParameters: MethodParameters = {
  linkage: "ward",
  covariance: "full",
  epsilon: null,
  minSamples: null,
  minClusterSize: null,
  selection: "eom",
  xi: null,
  gini: 0.3,
};

/** What refits a method as it is where nobody says more. */
export const usualRefit: Omit<Refit, "method"> = {
  parameters: usualParameters,
  starts: null,
  gamma: null,
  distance: "euclidean",
};

/** Every option of a method but the seed, as it is where nobody gives one. */
export const usualOptions: Omit<MethodOptions, "seed"> = {
  ...usualParameters,
  starts: null,
  maxIter: null,
  tol: null,
  seeding: "greedy",
  init: null,
  height: null,
  limits: null,
  categories: null,
  gamma: null,
  distance: "euclidean",
  progress: () => {},
};

/** Those of all options. */
export function parametersOf(options: MethodParameters): MethodParameters {
  const { linkage, covariance, epsilon, minSamples, minClusterSize, selection, xi, gini } = options;
  return { linkage, covariance, epsilon, minSamples, minClusterSize, selection, xi, gini };
}

/** Starts of each of many fits at most, unless more are asked for. */
const refitStarts = 10;

/** A method that is fitted again and again. */
export interface Refit {
  readonly method: MethodName;
  readonly parameters: MethodParameters;
  /** Starts of each fit; null: as many as the method makes. */
  readonly starts: number | null;
  /** What an unlike word costs; null: proposed for each fit. */
  readonly gamma: number | null;
  readonly distance: "euclidean" | "gower";
}

export interface Refitted {
  readonly k: number;
  /** From 0, -1 for none; in the numeric memory. */
  readonly labels: Int32Array;
  /** The segments that it gives other rows, in the numeric memory. */
  assign(rows: RowsWithWords): Promise<Int32Array>;
}

/**
 * One fit of rows into k segments, or as many as the method finds; null where the rows have fewer distinct values than k, and
 * where the method refuses them.
 */
export async function refit(
  compute: Compute,
  { matrix, categories }: RowsWithWords,
  { method, parameters, starts, gamma, distance }: Refit,
  k: number,
  seed: number,
): Promise<Refitted | null> {
  if (methods[method].k === "asked" && categories === null && countDistinct(matrix, k) < k) return null;
  try {
    const [result] = await methods[method].fit(compute, { matrix, weights: null }, [k], {
      ...usualOptions,
      ...parameters,
      seed,
      starts,
      mostStarts: refitStarts,
      gamma,
      distance,
      categories,
    });
    const { labels, centres, k: found } = result!;
    return {
      k: found,
      labels,
      async assign(other) {
        const rule = await result!.rule?.();
        if (rule === undefined) return assign(compute, other.matrix, centres, found);
        return (await assignByRule(compute, other.matrix, rule, other.categories)).labels;
      },
    };
  } catch (error) {
    if (error instanceof SegmentError && error.code !== "bug") return null;
    throw error;
  }
}
