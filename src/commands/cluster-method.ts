import { SegmentError } from "../core/errors.ts";
import { flagName, type OptionsOf } from "../core/options.ts";
import { type Method, methodNames, type MethodOptions } from "../model/cluster/clustering.ts";
import type { SizeLimits } from "../model/cluster/limited-sizes.ts";
import { usualParameters } from "../model/cluster/refit.ts";
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
  "minSize",
  "maxSize",
  "initLabels",
  "categories",
  "gamma",
  "distance",
  "miniBatch",
] as const satisfies readonly (keyof ClusterOptions)[];

/** What a method takes and gives; of a contest what holds whoever wins. */
export function factsOf(method: ClusterOptions["method"]): Pick<Method, "parameters" | "k" | "figures"> {
  return method === "auto" ? { parameters: [], k: "asked", figures: [] } : methods[method];
}

/** Refuses options of other methods, which this one has no use for. Throws `usage`. */
export function refuseOtherMethods(options: ClusterOptions): void {
  const own = factsOf(options.method).parameters;
  const others = new Set(methodNames.flatMap((name) => methods[name].parameters).filter((key) => !own.includes(key)));
  const keys = methodKeys.filter((key) => others.has(key));
  refuseIdle(givenFlags(clusterOptions, options, keys), `--method ${options.method} takes no such option`);
  if (options.dendrogram !== undefined && !/\.svg$/i.test(options.dendrogram)) {
    throw new SegmentError("usage", `--dendrogram draws SVG, and ${options.dendrogram} is called something else`, {
      hint: "name it .svg",
    });
  }
  if (takesCategories(options)) return;
  refuseIdle(
    givenFlags(clusterOptions, options, ["categories"]),
    "euclidean distances are of numbers",
    "add --distance gower",
  );
}

/** Whether rows are clustered by words too. */
export function takesCategories({ method, distance }: Pick<ClusterOptions, "method" | "distance">): boolean {
  return method === "k-prototypes" || (method === "k-medoids" && distance === "gower");
}

/** Refuses what a fit on blocks of rows has no use for. Throws `usage`, `engine-refused`. */
export function refuseBesideMiniBatch(options: ClusterOptions, rowsStay: boolean): void {
  const idle = ["seeding", "tol", "init", "initLabels", "minSize", "maxSize", "explain"] as const;
  refuseIdle(givenFlags(clusterOptions, options, idle), "--mini-batch reads rows block by block");
  if (!rowsStay) return;
  throw new SegmentError("engine-refused", "--mini-batch reads rows block by block, and Spark's rows stay there", {
    hint: "leave it out: k-means is fitted there by sums",
  });
}

/** Refuses methods that go by words where only numbers are read. Throws `usage`. */
export function refuseCategories(options: ClusterOptions, what: string): void {
  if (!takesCategories(options)) return;
  const way = options.method === "k-medoids" ? "--distance gower" : `--method ${options.method}`;
  throw new SegmentError("usage", `${what} reads numbers alone, and ${way} goes by words too`, {
    hint: "use another method there",
  });
}

/**
 * The numbers of segments to try. Throws `bad-option-value`, and `usage` for a number that the method finds by itself, and beside a
 * height.
 */
export function readMethodK(options: ClusterOptions): KChoice {
  const { method, k } = options;
  const choice = readK(k);
  const isGiven = choice.asked !== "auto";
  if (isGiven && factsOf(method).k === "found") {
    const hint = `steer it by ${factsOf(method)
      .parameters.map((key) => `--${flagName(key)}`)
      .join(", ")}`;
    throw new SegmentError("usage", `--method ${method} finds the number of segments, so --k would have no effect`, {
      hint,
    });
  }
  if (isGiven && options.height !== undefined) refuseIdle(["--k"], "--height says where the tree is cut");
  if (choice.asked === "range" && factsOf(method).k === "most") {
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
  if (options.gamma === 0) throw new SegmentError("bad-option-value", "--gamma 0: above 0");
  if (xi === 0 || xi === 1) throw new SegmentError("bad-option-value", `--xi ${xi}: above 0 and below 1`);
  return {
    linkage: options.linkage ?? usualParameters.linkage,
    covariance: options.covariance ?? usualParameters.covariance,
    selection: options.selection ?? usualParameters.selection,
    gini: options.gini ?? usualParameters.gini,
    xi: xi ?? null,
    height: options.height ?? null,
    epsilon: epsilon ?? null,
    starts: options.starts ?? null,
    maxIter: options.maxIter ?? null,
    tol: options.tol ?? null,
    minSamples: options.minSamples ?? null,
    minClusterSize: options.minClusterSize ?? null,
    categories: null,
    gamma: options.gamma ?? null,
    distance: options.distance,
    limits: sizeLimits(options),
  };
}

/** Throws `bad-option-value` for limits that cross, `usage` beside weights. */
function sizeLimits({ minSize, maxSize, weights }: ClusterOptions): SizeLimits | null {
  if (minSize === undefined && maxSize === undefined) return null;
  const limits = { least: minSize ?? 0, most: maxSize ?? Number.MAX_SAFE_INTEGER };
  if (limits.least > limits.most) {
    throw new SegmentError("bad-option-value", `--min-size ${limits.least} is above --max-size ${limits.most}`);
  }
  refuseIdle(weights === undefined ? [] : ["--weights"], "--min-size and --max-size count rows");
  return limits;
}
