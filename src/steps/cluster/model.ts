import { SegmentError } from "../../core/errors.ts";
import type { Fitted } from "../../core/fitted.ts";
import { type Lang, langs } from "../../core/lang.ts";
import type { Json } from "../../core/report.ts";
import { type MethodName, methodNames } from "../../model/cluster/clustering.ts";
import { type Embedding, embeddingSize } from "../../model/embed/embedding.ts";
import { covarianceTypes } from "../../model/cluster/mixture-model.ts";
import { type MethodParameters, usualParameters } from "../../model/cluster/refit.ts";
import type { AssignmentRule } from "../../model/cluster/assignment-rule.ts";
import type { SizeLimits } from "../../model/cluster/limited-sizes.ts";
import { invertTransform, type Transform } from "../../model/stats/scaling.ts";
import { sum } from "../../model/stats/sum.ts";
import {
  amount,
  finite,
  type JsonRecord,
  list,
  type ModelColumn,
  type ModelFile,
  oneOf,
  record,
  requireSchema,
  whole,
  word,
} from "../model-file.ts";
import { codesOf, type ModelCategory } from "./model-category.ts";
import type { Fit } from "./fit.ts";
import { finalSegments, type MergedSegments } from "./merged-segments.ts";
import type { Numbered } from "./number-segments.ts";
import type { SegmentProfiles } from "./profile.ts";
import { embeddingJson, readEmbedding } from "./model-embedding.ts";
import { readRule, ruleJson } from "./model-rule.ts";
import type { MissingRule } from "./settings.ts";

export const modelSchema = "segment/model/cluster@1";

/** How a column is scaled; `given` came scaled, as `NAME_scaled`. */
export type FeatureTransform = Omit<Transform, "kind"> & { readonly kind: Transform["kind"] | "given" };

export interface ModelFeature {
  /** The name in reports. */
  readonly column: string;
  /** The column that is read: `column`, or `column_scaled`. */
  readonly source: string;
  /** The currency that its amounts were written in; absent: none, or it is not known. */
  readonly unit?: string;
  readonly missing: MissingRule;
  /** What takes the place of a missing value, in the unit of `source`; null with `drop` and `error`. */
  readonly fill: number | null;
  readonly transform: FeatureTransform;
}

export interface ModelSegment {
  readonly segment: number;
  /** In the scaled space, in the order of the features. */
  readonly centre: readonly number[];
  /** Sum of weights at the fit. */
  readonly size: number;
  readonly share: number;
  /** In the columns' own units, in the order of the features; NaN where no row of the segment has a value. */
  readonly centroid: readonly number[];
  /** z-scores against everyone at the fit, in the order of the features; older models have none. */
  readonly z?: readonly number[];
  /** A short name; older models have none. */
  readonly name?: string;
  /** The name, or the description, is of a person's choosing, and stays at a refit. */
  readonly given?: Given;
  readonly description: string;
}

/** What of a segment's words a person chose. */
export type Given = "name" | "description" | "both";

/** What a segment is called. */
export type SegmentTexts = Pick<ModelSegment, "description" | "given"> & { readonly name: string };

/** A fitted clustering: all that assigning new rows needs, and what the segments were called. */
export interface ClusterModel {
  readonly version: string;
  readonly seed: number;
  readonly method: MethodName;
  /** The name of the column it adds. */
  readonly name: string;
  /** Of the names and descriptions; English where it is not said. */
  readonly lang?: Lang;
  readonly features: readonly ModelFeature[];
  /** Categorical columns that its rule goes by; absent: none. */
  readonly categories?: readonly ModelCategory[];
  /** In the order of the fit's centres: a row as near to two of them belongs to the first. */
  readonly segments: readonly ModelSegment[];
  /** Segments of the fit that were joined since; see `finalSegments`. */
  readonly merged?: readonly MergedSegments[];
  /** Highest segment number ever given in this line of models. */
  readonly highestNumber: number;
  readonly inertia: number;
  /** What assigns rows, with the segments in the order of `segments`; null: the nearest centre does. */
  readonly rule: AssignmentRule | null;
  /** Rows that a segment was to hold at the fit; null: any. */
  readonly limits: SizeLimits | null;
  /** What rows are turned into after they are scaled, and centres and rule are in; null: nothing. */
  readonly embedding: Embedding | null;
  /** What the method was told; where it found a figure by itself, null. */
  readonly parameters: MethodParameters;
}

/** The model of a fit; `texts` are in the order of the segment numbers. */
export function buildModel(
  about: Pick<
    ClusterModel,
    "version" | "seed" | "name" | "method" | "rule" | "limits" | "parameters" | "lang" | "embedding" | "categories"
  >,
  features: readonly ModelFeature[],
  fit: Fit,
  numbered: Numbered,
  profiles: SegmentProfiles,
  texts: readonly SegmentTexts[],
  like: ClusterModel | null,
): ClusterModel {
  const { result, sizes } = fit.chosen;
  const d = result.centres.length / result.k;
  const total = sum(sizes);
  const segments = Array.from(numbered.numbers, (segment, c): ModelSegment => {
    const s = numbered.segments.indexOf(segment);
    const centre = Array.from(result.centres.subarray(c * d, (c + 1) * d));
    const centroid = features.map(({ transform: { kind, ...transform } }, j) => {
      if (kind === "given" || about.embedding !== null) return profiles.columns[j]!.means[s]!;
      return invertTransform({ ...transform, kind }, centre[j]!);
    });
    const size = sizes[c]!;
    return { segment, centre, size, share: size / total, centroid, z: profiles.z[s]!, ...texts[s]! };
  });
  const highest = Math.max(like?.highestNumber ?? 0, ...numbered.segments);
  return {
    ...about,
    features,
    segments,
    highestNumber: highest,
    inertia: result.inertia,
  };
}

/** What each segment is called. Throws `usage` for a model of a time when segments had no names. */
export function segmentNamesOf(model: ClusterModel): ReadonlyMap<number, string> {
  return new Map(
    finalSegments(model).map(({ segment, name }) => {
      if (name !== undefined) return [segment, name];
      throw new SegmentError("usage", "the model is of an earlier version, in which segments had no names", {
        hint: "name them in a file: --names FILE.yaml, or fit again",
      });
    }),
  );
}

/** The model as plain, versioned JSON. */
export function toFitted(model: ClusterModel): Fitted {
  return {
    schema: modelSchema,
    version: model.version,
    seed: model.seed,
    columns: [
      ...model.features.map(({ source, unit }) => ({
        name: source,
        type: "number",
        ...(unit === undefined ? {} : { unit }),
      })),
      ...(model.categories ?? []).map(({ column, type }) => ({ name: column, type })),
    ],
    parameters: {
      method: model.method,
      name: model.name,
      ...(model.lang === undefined ? {} : { lang: model.lang }),
      features: model.features.map(({ unit: _unit, ...feature }) => ({
        ...feature,
        transform: { ...feature.transform },
      })),
      ...(model.categories === undefined
        ? {}
        : {
            categories: model.categories.map(({ column, type, words, hasMissing }) => ({
              column,
              type,
              words: [...words],
              has_missing: hasMissing,
            })),
          }),
      segments: model.segments.map((segment) => ({ ...segment })),
      ...(model.merged === undefined ? {} : { merged: model.merged.map((whole) => ({ ...whole })) }),
      highest_number: model.highestNumber,
      inertia: model.inertia,
      ...(model.rule === null ? {} : { rule: ruleJson(model.rule) }),
      ...(model.embedding === null ? {} : { embedding: embeddingJson(model.embedding) }),
      options: parametersJson(model.parameters),
      ...(model.limits === null ? {} : { size_limits: { ...model.limits } }),
    },
  };
}

/** Reads the parameters of a model file, every member checked. Throws `bad-model` with the member that is wrong. */
export function readModel(model: ModelFile): ClusterModel {
  requireSchema(model, modelSchema, "cluster");
  const { parameters, columns, wrong: at } = model;
  const features = (list(parameters.features) ?? at("features")).map((item, i) =>
    readFeature(item, columns[i], (member) => at(`features[${i}]${member}`)),
  );
  const categories = parameters.categories === undefined ? undefined : readCategories(parameters.categories, at);
  if (features.length === 0 && categories === undefined) at("features");
  const embedding =
    parameters.embedding === undefined
      ? null
      : readEmbedding(parameters.embedding, features.length, (member) => at(`embedding${member}`));
  const space = embedding === null ? features.length : embeddingSize(embedding);
  const segments = (list(parameters.segments) ?? at("segments")).map((item, i) =>
    readSegment(item, { features: features.length, space }, (member) => at(`segments[${i}]${member}`)),
  );
  const names = [...features.map(({ source }) => source), ...(categories ?? []).map(({ column }) => column)];
  if (new Set(names).size !== names.length) at("features (a column stands twice)");
  if (segments.length === 0) at("segments");
  if (new Set(segments.map(({ segment }) => segment)).size !== segments.length) at("segments (a number stands twice)");
  const shares = segments.reduce((total, { share }) => total + share, 0);
  if (Math.abs(shares - 1) > 1e-6) at("segments (their shares do not sum to 1)");
  const method = oneOf(parameters.method, methodNames) ?? at("method");
  const about = { method, features: space, segments: segments.length };
  const codes = (categories ?? []).map(codesOf);
  const rule = readRule(parameters.rule, { ...about, codes }, (member) => at(`rule${member}`));
  if (categories !== undefined && rule?.kind !== "prototypes" && rule?.kind !== "gower") at("categories");
  if (rule === null && new Set(segments.map(({ centre }) => centre.join())).size !== segments.length)
    at("segments (two have one centre)");
  const merged = parameters.merged === undefined ? undefined : readMerged(parameters.merged, segments, at);
  const highest = Math.max(...[...segments, ...(merged ?? [])].map(({ segment }) => segment));
  return {
    version: model.version,
    seed: model.seed,
    method,
    name: word(parameters.name) || at("name"),
    ...(parameters.lang === undefined ? {} : { lang: oneOf(parameters.lang, langs) ?? at("lang") }),
    features,
    ...(categories === undefined ? {} : { categories }),
    segments,
    ...(merged === undefined ? {} : { merged }),
    highestNumber: whole(parameters.highest_number, highest, largestNumber) ?? at("highest_number"),
    inertia: amount(parameters.inertia) ?? at("inertia"),
    rule,
    embedding,
    parameters: parameters.options === undefined ? usualParameters : readParameters(parameters.options, at),
    limits: parameters.size_limits === undefined ? null : readLimits(parameters.size_limits, at),
  };
}

function parametersJson(of: MethodParameters): { readonly [member: string]: Json } {
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

function readParameters(item: Json, at: (member: string) => never): MethodParameters {
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

function readLimits(item: Json, at: (member: string) => never): SizeLimits {
  const limits = record(item) ?? at("size_limits");
  const least = whole(limits.least, 0, Number.MAX_SAFE_INTEGER) ?? at("size_limits.least");
  return { least, most: whole(limits.most, least, Number.MAX_SAFE_INTEGER) ?? at("size_limits.most") };
}

/** Segment numbers are stored in 32 bits. */
const largestNumber = 2 ** 31 - 1;

function readFeature(item: Json, learned: ModelColumn | undefined, wrong: (member: string) => never): ModelFeature {
  const feature = record(item) ?? wrong("");
  const transform = record(feature.transform) ?? wrong(".transform");
  const missing = oneOf(feature.missing, ["median", "mean", "zero", "drop", "error"] as const) ?? wrong(".missing");
  const fill = feature.fill === null ? null : (finite(feature.fill) ?? wrong(".fill"));
  if ((fill === null) !== (missing === "drop" || missing === "error")) wrong(".fill");
  const scale = finite(transform.scale) ?? wrong(".transform.scale");
  return {
    column: word(feature.column) ?? wrong(".column"),
    source: word(feature.source) ?? wrong(".source"),
    ...(learned?.unit === undefined || learned.name !== feature.source ? {} : { unit: learned.unit }),
    missing,
    fill,
    transform: {
      kind: oneOf(transform.kind, ["zscore", "robust", "minmax", "none", "given"] as const) ?? wrong(".transform.kind"),
      log1p: typeof transform.log1p === "boolean" ? transform.log1p : wrong(".transform.log1p"),
      center: finite(transform.center) ?? wrong(".transform.center"),
      scale: scale > 0 ? scale : wrong(".transform.scale"),
    },
  };
}

const categoryTypes = ["text", "integer", "boolean"] as const;

function readCategories(given: Json, wrong: (member: string) => never): readonly ModelCategory[] {
  const items = list(given) ?? wrong("categories");
  if (items.length === 0) wrong("categories");
  return items.map((item, i) => {
    const at = (member: string): never => wrong(`categories[${i}]${member}`);
    const category = record(item) ?? at("");
    const words = (list(category.words) ?? at(".words")).map((one, w) => word(one) ?? at(`.words[${w}]`));
    if (new Set(words).size !== words.length) at(".words (one stands twice)");
    const hasMissing = typeof category.has_missing === "boolean" ? category.has_missing : at(".has_missing");
    const read = {
      column: word(category.column) ?? at(".column"),
      type: oneOf(category.type, categoryTypes) ?? at(".type"),
      words,
      hasMissing,
    };
    return codesOf(read) > 0 ? read : at(".words");
  });
}

/** `features` of the model, and columns of the `space` that centres are in. */
function readSegment(
  item: Json,
  { features, space }: { readonly features: number; readonly space: number },
  wrong: (member: string) => never,
): ModelSegment {
  const segment = record(item) ?? wrong("");
  const places = (member: string, length = features): readonly Json[] => {
    const items = list(segment[member]) ?? wrong(`.${member}`);
    return items.length === length ? items : wrong(`.${member}`);
  };
  return {
    segment: whole(segment.segment, 1, largestNumber) ?? wrong(".segment"),
    centre: places("centre", space).map((entry) => finite(entry) ?? wrong(".centre")),
    size: amount(segment.size) ?? wrong(".size"),
    share: amount(segment.share) ?? wrong(".share"),
    // Where no row of the segment had a value in the column's own unit there is no mean of them: null in JSON.
    centroid: places("centroid").map((entry) => (entry === null ? Number.NaN : (finite(entry) ?? wrong(".centroid")))),
    ...(segment.z === undefined ? {} : { z: places("z").map((entry) => finite(entry) ?? wrong(".z")) }),
    ...readTexts(segment, wrong),
  };
}

function readTexts(
  segment: JsonRecord,
  wrong: (member: string) => never,
): Pick<ModelSegment, "name" | "given" | "description"> {
  return {
    ...(segment.name === undefined ? {} : { name: word(segment.name) || wrong(".name") }),
    ...(segment.given === undefined
      ? {}
      : { given: oneOf(segment.given, ["name", "description", "both"] as const) ?? wrong(".given") }),
    description: word(segment.description) ?? wrong(".description"),
  };
}

/** Wholes of two or more segments of the fit, none in two, under a number that no other segment has. */
function readMerged(
  given: Json,
  segments: readonly ModelSegment[],
  wrong: (member: string) => never,
): readonly MergedSegments[] {
  const left = new Set(segments.map(({ segment }) => segment));
  const wholes = (list(given) ?? wrong("merged")).map((item, i): MergedSegments => {
    const at = (member: string): never => wrong(`merged[${i}]${member}`);
    const joint = record(item) ?? at("");
    const of = (list(joint.of) ?? at(".of")).map((part) => whole(part, 1, largestNumber) ?? at(".of"));
    if (of.length < 2 || !of.every((part) => left.delete(part))) at(".of");
    return { segment: whole(joint.segment, 1, largestNumber) ?? at(".segment"), of, ...readTexts(joint, at) };
  });
  const numbers = new Set(wholes.map(({ segment }) => segment));
  if (numbers.size !== wholes.length || wholes.some(({ segment }) => left.has(segment))) {
    wrong("merged (a number stands twice)");
  }
  return wholes;
}
