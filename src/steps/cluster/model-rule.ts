import type { Json } from "../../core/report.ts";
import type { AssignmentRule } from "../../model/cluster/assignment-rule.ts";
import type { MethodName } from "../../model/cluster/clustering.ts";
import type { DbscanModel } from "../../model/cluster/dbscan-model.ts";
import type { HdbscanModel } from "../../model/cluster/hdbscan/hdbscan-model.ts";
import { covarianceSize, covarianceTypes, type MixtureModel } from "../../model/cluster/mixture-model.ts";
import type { NearestRowModel } from "../../model/cluster/nearest-row.ts";
import { amount, finite, list, oneOf, record, whole } from "../model-file.ts";

type JsonRecord = Readonly<Record<string, Json>>;

/** A rule as plain data of a model file. */
export function ruleJson(rule: AssignmentRule): JsonRecord {
  const { kind, model } = rule;
  if (kind === "prototypes") {
    const { gamma, centres, modes } = model;
    return { kind, gamma, centres: Array.from(centres), modes: Array.from(modes) };
  }
  if (kind === "gower") {
    const { gower, medoids } = model;
    return {
      kind,
      prices: Array.from(gower.prices),
      category_prices: Array.from(gower.categoryPrices),
      values: Array.from(medoids.values),
      codes: Array.from(medoids.codes),
    };
  }
  if (kind === "density-tree") {
    const { minSamples, coreDistances, clusterOf, segmentOf, ...others } = model;
    return {
      kind,
      ...others,
      min_samples: minSamples,
      core_distances: coreDistances,
      cluster_of: clusterOf,
      segment_of: segmentOf,
    };
  }
  if (kind !== "mixture") return { kind, ...model };
  const { covarianceType, weights, means, covariances, logWeights } = model;
  return {
    kind,
    covariance_type: covarianceType,
    weights: Array.from(weights),
    means: Array.from(means),
    covariances: Array.from(covariances),
    ...(logWeights === undefined ? {} : { log_weights: Array.from(logWeights) }),
  };
}

/** The rules that models of a method may have; null: the nearest centre. */
const kindsOf: Readonly<Record<MethodName, readonly (AssignmentRule["kind"] | null)[]>> = {
  "k-means": [null],
  "k-medoids": [null, "gower"],
  "k-prototypes": ["prototypes"],
  // Of before there was a rule: the nearest mean.
  hierarchical: [null, "nearest-row"],
  gmm: ["mixture"],
  "bayesian-gmm": ["mixture"],
  dbscan: ["core-rows"],
  hdbscan: ["density-tree"],
  optics: ["nearest-row"],
  genie: ["nearest-row"],
};

/** Says which member is wrong. */
type Wrong = (member: string) => never;

/** The least value and the length that a member's numbers must have. */
interface Bounds {
  readonly length: number;
  readonly least?: number;
  readonly most?: number;
  readonly isWhole?: boolean;
}

/** What a rule must fit: `codes` are the numbers of words of the categorical columns. */
interface RuleOwner {
  readonly method: MethodName;
  readonly features: number;
  readonly segments: number;
  readonly codes: readonly number[];
}

/**
 * Reads the rule of a model of a method, with so many features and segments, every member checked; null where its segments are
 * those of the nearest centre. `wrong` throws.
 */
export function readRule(
  item: Json | undefined,
  { method, features, segments, codes }: RuleOwner,
  wrong: Wrong,
): AssignmentRule | null {
  const kinds = kindsOf[method];
  if (item === undefined && kinds.includes(null)) return null;
  if (kinds.every((one) => one === null)) wrong("");
  const rule = record(item) ?? wrong("");
  const kind = kinds.find((one) => one === rule.kind) ?? wrong(".kind");
  const numbers = (member: string, { length, least, most, isWhole }: Bounds): number[] => {
    const items = list(rule[member]) ?? wrong(`.${member}`);
    if (items.length !== length) wrong(`.${member}`);
    return items.map((entry, at) => {
      const number = finite(entry);
      const isFit =
        number !== null &&
        number >= (least ?? Number.NEGATIVE_INFINITY) &&
        number <= (most ?? Number.POSITIVE_INFINITY) &&
        (isWhole !== true || Number.isInteger(number));
      return isFit ? number : wrong(`.${member}[${at}]`);
    });
  };
  const lastSegment = segments - 1;
  const words = (member: string): Int32Array => {
    const read = numbers(member, { length: segments * codes.length, least: 0, isWhole: true });
    read.forEach((code, at) => (code < codes[at % codes.length]! ? code : wrong(`.${member}[${at}]`)));
    return Int32Array.from(read);
  };
  if (kind === "prototypes") {
    const gamma = amount(rule.gamma) || wrong(".gamma");
    const centres = Float64Array.from(numbers("centres", { length: segments * features }));
    return { kind, model: { k: segments, gamma, centres, modes: words("modes") } };
  }
  if (kind === "gower") {
    const prices = (member: string, length: number) => Float64Array.from(numbers(member, { length, least: 0 }));
    const gower = { prices: prices("prices", features), categoryPrices: prices("category_prices", codes.length) };
    const values = Float64Array.from(numbers("values", { length: segments * features }));
    return { kind, model: { gower, medoids: { count: segments, values, codes: words("codes") } } };
  }
  if (kind === "mixture") return { kind, model: readMixture(rule, features, segments, numbers, wrong) };
  const rows = whole(rule.rows, 0, 10_000_000) ?? wrong(".rows");
  const values = numbers("values", { length: rows * features });
  const distances = (member: string): number[] | null =>
    rule[member] === null ? null : numbers(member, { length: rows, least: 0 });
  if (kind === "core-rows") {
    const epsilon = amount(rule.epsilon) || wrong(".epsilon");
    const labels = numbers("labels", { length: rows, least: 0, most: lastSegment, isWhole: true });
    return { kind, model: { epsilon, rows, values, labels, reaches: distances("reaches") } satisfies DbscanModel };
  }
  if (kind === "nearest-row") {
    const labels = numbers("labels", { length: rows, least: -1, most: lastSegment, isWhole: true });
    return { kind, model: { rows, values, labels, limits: distances("limits") } satisfies NearestRowModel };
  }
  const clusters = (list(rule.parents) ?? wrong(".parents")).length;
  const model: HdbscanModel = {
    minSamples: whole(rule.min_samples, 1, 1_000_000_000) ?? wrong(".min_samples"),
    rows,
    values,
    weights: rule.weights === null ? null : numbers("weights", { length: rows, least: 0 }),
    coreDistances: numbers("core_distances", { length: rows, least: 0 }),
    clusterOf: numbers("cluster_of", { length: rows, least: 0, most: clusters - 1, isWhole: true }),
    leaves: numbers("leaves", { length: rows, least: 0 }),
    reaches: distances("reaches"),
    parents: numbers("parents", { length: clusters, least: -1, most: clusters - 1, isWhole: true }),
    begins: numbers("begins", { length: clusters, least: 0 }),
    segmentOf: numbers("segment_of", { length: clusters, least: -1, most: lastSegment, isWhole: true }),
    ends: numbers("ends", { length: segments, least: 0 }),
  };
  // A parent comes before its parts: else a walk upwards would not end.
  if (model.parents.some((parent, at) => parent >= at)) wrong(".parents");
  return { kind, model };
}

function readMixture(
  rule: JsonRecord,
  columns: number,
  k: number,
  numbers: (member: string, bounds: Bounds) => number[],
  wrong: Wrong,
): MixtureModel {
  const covarianceType = oneOf(rule.covariance_type, covarianceTypes) ?? wrong(".covariance_type");
  const read = (member: string, bounds: Bounds): Float64Array => Float64Array.from(numbers(member, bounds));
  const weights = read("weights", { length: k, least: 0 });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (Math.abs(total - 1) > 1e-6) wrong(".weights (they do not sum to 1)");
  return {
    k,
    columns,
    covarianceType,
    weights,
    means: read("means", { length: k * columns }),
    covariances: read("covariances", { length: covarianceSize(covarianceType, k, columns) }),
    ...(rule.log_weights === undefined ? {} : { logWeights: read("log_weights", { length: k }) }),
  };
}
