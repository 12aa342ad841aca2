import type { Json } from "../../core/report.ts";
import type { SizeLimits } from "../../model/cluster/limited-sizes.ts";
import { covarianceTypes } from "../../model/cluster/mixture-model.ts";
import type { MethodParameters } from "../../model/cluster/refit.ts";
import { amount, oneOf, record, whole } from "../model-file.ts";

/** The rows that segments were found among, of a table of so many, drawn by hash. */
export interface FitSample {
  readonly rows: number;
  readonly of: number;
  readonly seed: number;
}

/** What a method was told, as plain data of a model file. */
export function parametersJson(of: MethodParameters): { readonly [member: string]: Json } {
  return {
    linkage: of.linkage,
    covariance: of.covariance,
    selection: of.selection,
    epsilon: of.epsilon,
    min_samples: of.minSamples,
    min_cluster_size: of.minClusterSize,
    xi: of.xi,
    gini: of.gini,
  };
}

/** Reads what a method was told; `at` throws for a member. */
export function readParameters(item: Json, at: (member: string) => never): MethodParameters {
  const options = record(item) ?? at("options");
  const orNull = (member: string): number | null =>
    options[member] === null ? null : (amount(options[member]) ?? at(`options.${member}`));
  return {
    linkage: oneOf(options.linkage, ["ward", "complete", "average", "single"] as const) ?? at("options.linkage"),
    covariance: oneOf(options.covariance, covarianceTypes) ?? at("options.covariance"),
    selection: oneOf(options.selection, ["eom", "leaf"] as const) ?? at("options.selection"),
    epsilon: orNull("epsilon"),
    minSamples: orNull("min_samples"),
    minClusterSize: orNull("min_cluster_size"),
    xi: orNull("xi"),
    gini: amount(options.gini) ?? at("options.gini"),
  };
}

/** Reads the sizes that segments were to have; `at` throws for a member. */
export function readLimits(item: Json, at: (member: string) => never): SizeLimits {
  const limits = record(item) ?? at("size_limits");
  const least = whole(limits.least, 0, Number.MAX_SAFE_INTEGER) ?? at("size_limits.least");
  return { least, most: whole(limits.most, least, Number.MAX_SAFE_INTEGER) ?? at("size_limits.most") };
}

/** Reads what a model was fitted on; `at` throws for a member. */
export function readSample(item: Json, at: (member: string) => never): FitSample {
  const sample = record(item) ?? at("sample");
  const of = whole(sample.of, 1, Number.MAX_SAFE_INTEGER) ?? at("sample.of");
  return {
    rows: whole(sample.rows, 1, of) ?? at("sample.rows"),
    of,
    seed: whole(sample.seed, 0, Number.MAX_SAFE_INTEGER) ?? at("sample.seed"),
  };
}
