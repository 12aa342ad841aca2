import { SegmentError } from "../core/errors.ts";
import { flagName, type OptionsOf } from "../core/options.ts";
import { methodNames, type MethodOptions } from "../model/cluster/clustering.ts";
import { methods } from "../model/cluster/methods/index.ts";
import { type KChoice, readK } from "../steps/cluster/settings.ts";
import { clusterOptions } from "./cluster-options.ts";
import { givenFlags, refuseIdle } from "./refuse-options.ts";

type ClusterOptions = OptionsOf<typeof clusterOptions>;

/** Options that some methods have a use for and others have not. */
export const methodKeys = [
  "linkage",
  "height",
  "dendrogram",
  "covariance",
  "epsilon",
  "minSamples",
  "minClusterSize",
  "selection",
  "xi",
  "gini",
  "seeding",
  "starts",
  "maxIter",
  "tol",
  "init",
] as const satisfies readonly (keyof ClusterOptions)[];

/** Refuses options of other methods, which this one has no use for. Throws `usage`. */
export function refuseOtherMethods(options: ClusterOptions): void {
  const own = methods[options.method].parameters;
  const others = new Set(methodNames.flatMap((name) => methods[name].parameters).filter((key) => !own.includes(key)));
  const keys = methodKeys.filter((key) => others.has(key));
  refuseIdle(givenFlags(clusterOptions, options, keys), `--method ${options.method} has no use for it`);
}

/**
 * The numbers of segments to try. Throws `bad-option-value`, and `usage` for a number that the method finds by itself, and beside a
 * height.
 */
export function readMethodK(options: ClusterOptions): KChoice {
  const { method, k } = options;
  const choice = readK(k);
  const isGiven = choice.asked !== "auto";
  if (isGiven && methods[method].k === "found") {
    const hint = `steer it by ${methods[method].parameters.map((key) => `--${flagName(key)}`).join(", ")}`;
    throw new SegmentError("usage", `--method ${method} finds the number of segments, so --k would have no effect`, {
      hint,
    });
  }
  if (isGiven && options.height !== undefined) refuseIdle(["--k"], "--height says where the tree is cut");
  if (choice.asked === "range" && methods[method].k === "most") {
    throw new SegmentError("usage", `--method ${method} takes the most segments there may be, not a range`, {
      hint: `such as --k ${choice.candidates.at(-1)}`,
    });
  }
  return choice;
}

/** The options of the methods; null where one is not given. Throws `bad-option-value`. */
export function methodOptions(options: ClusterOptions): Omit<MethodOptions, "seed" | "seeding" | "init" | "progress"> {
  const { epsilon, xi } = options;
  if (epsilon === 0) throw new SegmentError("bad-option-value", "--epsilon 0: above 0");
  if (xi === 0 || xi === 1) throw new SegmentError("bad-option-value", `--xi ${xi}: above 0 and below 1`);
  return {
    linkage: options.linkage,
    covariance: options.covariance,
    selection: options.selection,
    gini: options.gini,
    xi,
    height: options.height ?? null,
    epsilon: epsilon ?? null,
    starts: options.starts ?? null,
    maxIter: options.maxIter ?? null,
    tol: options.tol ?? null,
    minSamples: options.minSamples ?? null,
    minClusterSize: options.minClusterSize ?? null,
  };
}
