import { bySegment, type ClusterFacts, envelope, noiseOf, unassignedOf } from "./cluster-facts.ts";
import type { Context } from "../core/context.ts";
import type { Json, JsonReport } from "../core/report.ts";
import { flagName } from "../core/options.ts";
import { methods } from "../model/cluster/methods/index.ts";
import type { EmbeddingFacts } from "../model/embed/embedding.ts";
import type { Contest } from "../steps/cluster/contest.ts";
import { dendrogramJson } from "../report/dendrogram.ts";
import { structureJson, structureWord } from "./structure-view.ts";
import type { Fit } from "../steps/cluster/fit.ts";
import { categoriesJson, modesJson } from "./cluster-categories.ts";
import { keptCompanyJson } from "./init-labels-report.ts";
import { dendrogramOf } from "./cluster-tree.ts";
import { rulesJson } from "./rules-view.ts";

/** The report of a clustering as JSON, `segment/cluster@1`. */
export function clusterJson(context: Context, facts: ClusterFacts, warnings: JsonReport["warnings"]): JsonReport {
  const { fit, features, numbered, model } = facts;
  const { result, silhouette } = fit.chosen;
  return {
    ...envelope(context, "segment/cluster@1", facts.opened, warnings),
    columns: features.map(({ column }) => column),
    ...categoriesJson(facts.categories),
    dropped: facts.dropped.map(({ column, reason }) => ({ column, reason })),
    scale: features.map(({ column, transform }) => ({
      column,
      transform: transform.log1p ? `log1p+${transform.kind}` : transform.kind,
      center: transform.center,
      scale: transform.scale,
    })),
    missing: features.flatMap(({ column, missing, fill }, j) =>
      facts.missing[j]! > 0 ? [{ column, count: facts.missing[j]!, rule: missing, value: fill }] : [],
    ),
    unassigned: unassignedOf(facts),
    ...sampleJson(facts),
    method: model.method,
    k: result.k,
    seed: model.seed,
    ...(result.hierarchy === undefined
      ? {}
      : {
          linkage: facts.linkage,
          cophenetic: { ...result.hierarchy.cophenetic },
          micro_clusters: result.hierarchy.micro,
          tree: dendrogramJson(dendrogramOf(fit, numbered)!),
        }),
    seeding: facts.seeding,
    starts: result.starts ?? null,
    ...methodJson(facts),
    ...(facts.embedding === null ? {} : { embedding: embeddingJson(facts.embedding) }),
    ...(facts.contest === null ? {} : { contest: contestJson(facts.contest) }),
    weights: facts.weightsColumn,
    [methods[model.method].criterion]: result.inertia,
    iterations: result.iterations,
    converged: result.converged,
    structure: structureWord(fit.structure),
    structure_test: structureJson(fit.structure),
    silhouette:
      silhouette === null ? null : { mean: silhouette.mean, ci95: silhouette.ci95, anchors: silhouette.anchors },
    choice: choiceJson(fit, facts.how),
    segments: bySegment(facts).map(({ segment, size, share, centroid, name, description }, s) => ({
      segment,
      name: name!,
      size,
      share,
      silhouette: silhouette?.segments[numbered.numbers.indexOf(segment)]?.mean ?? null,
      centroid: Object.fromEntries(features.map(({ column }, j) => [column, centroid[j]!])),
      ...modesJson(facts.categories, s),
      description,
    })),
    ...keptCompanyJson(facts.company),
    ...(facts.rules === null ? {} : { rules: rulesJson(facts.rules) }),
    ...(numbered.like === null ? {} : { like: { ...numbered.like } }),
  };
}

/** Whether the segments were found among the rows of the sample, or only what is not a sum. */
function sampleJson({ sample }: ClusterFacts): { readonly [member: string]: Json } {
  if (sample === null) return {};
  const { rows, of, seed, isFit } = sample;
  return { sample: { rows, of, seed, fitted_on: isFit ? "sample" : "all" } };
}

function embeddingJson({ kind, columns, size, left, leftByPca, epochs }: EmbeddingFacts): Json {
  return { kind, columns, size, variance_left: left, variance_left_by_pca: leftByPca, epochs };
}

function contestJson({ winner, rule, rows, contestants }: Contest): Json {
  return {
    winner,
    rule,
    rows,
    methods: contestants.map(({ method, k, agreement, stability, silhouette, noise, out }) => ({
      method,
      k,
      neighbour_agreement: agreement,
      stability,
      silhouette,
      noise,
      out,
    })),
  };
}

/** What only some methods have. */
function methodJson(facts: ClusterFacts): { readonly [member: string]: Json } {
  const { parameters = [], likelihood, emptied = 0, dropped } = facts.fit.chosen.result;
  const noise = noiseOf(facts);
  const isDensity = methods[facts.model.method].k === "found";
  return {
    ...(parameters.length === 0
      ? {}
      : {
          parameters: Object.fromEntries(
            parameters.map(({ option, value, how }) => [
              flagName(option).replaceAll("-", "_"),
              { value, proposed: how },
            ]),
          ),
        }),
    ...(isDensity ? { noise: { rows: noise, share: noise / facts.opened.table.rows } } : {}),
    ...(likelihood === undefined
      ? {}
      : {
          likelihood: {
            log_likelihood: likelihood.logLikelihood,
            ...(likelihood.evidence === undefined ? {} : { evidence_bound: likelihood.evidence }),
            ...likelihood.criteria,
          },
          components_emptied: emptied,
          ...(dropped === undefined ? {} : { components_dropped: dropped }),
        }),
  };
}

function choiceJson({ choice, tried, chosen, votes }: Fit, { method, height }: ClusterFacts["how"]): Json {
  const { criterion, k: way } = methods[method];
  const { k } = chosen.result;
  const asked = height === null ? `k = ${k} was asked for` : `the tree was cut at height ${height}`;
  return {
    rule: choice?.rule ?? (way === "asked" ? asked : `${method} found ${k} segments`),
    knee: choice?.knee ?? null,
    best_silhouette: choice?.bestSilhouette ?? null,
    votes: votes.map((vote) => ({
      criterion: vote.criterion,
      k: vote.k,
      figures: vote.figures.map((figure) => (Number.isFinite(figure) ? figure : null)),
    })),
    candidates: tried.map(({ result, silhouette, calinskiHarabasz, daviesBouldin, sizes }) => ({
      k: result.k,
      [criterion]: result.inertia,
      silhouette: silhouette?.mean ?? null,
      ci95: silhouette?.ci95 ?? null,
      calinski_harabasz: calinskiHarabasz,
      davies_bouldin: daviesBouldin,
      smallest: Math.min(...sizes),
    })),
  };
}
