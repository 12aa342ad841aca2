import { clusterJson } from "./cluster-json.ts";
import { noticeBlocks } from "./cluster-notices.ts";
import { accountOf, bySegment, type ClusterFacts, noiseOf, unassignedOf } from "./cluster-facts.ts";
import type { Context } from "../core/context.ts";
import type { Block, Report } from "../core/report.ts";
import { flagName } from "../core/options.ts";
import { methods } from "../model/cluster/methods/index.ts";
import { embeddingBlocks } from "../report/embedding.ts";
import { contestBlocks } from "../report/contest.ts";
import { correlatedPairs } from "../model/stats/correlation.ts";
import { chooseKBlocks, clusterTitle, kVotesBlocks } from "../report/choose-k.ts";
import { columnsBlocks, leftOutBlocks, warningsOf } from "../report/columns.ts";
import { describeBlocks } from "../report/describe.ts";
import { accountBlock } from "../report/row-account.ts";
import { parameterBlocks } from "../report/parameters.ts";
import { profileBlocks } from "../report/profile.ts";
import { rulesBlocks, statementBlocks } from "../report/rules.ts";
import { sentenceBlocks } from "../report/sentences.ts";
import { silhouetteBlocks } from "../report/silhouette.ts";
import { sizesBlocks } from "../report/sizes.ts";
import { structureBlocks } from "../report/structure.ts";
import { structureView } from "./structure-view.ts";
import type { Fit } from "../steps/cluster/fit.ts";
import type { ModelFeature } from "../steps/cluster/model.ts";
import type { SegmentProfiles } from "../steps/cluster/profile.ts";
import { voteRows } from "../steps/cluster/vote-on-k.ts";
import { categoriesBlocks } from "./cluster-categories.ts";
import { keptCompanyBlocks } from "./init-labels-report.ts";
import { treeBlocks } from "./cluster-tree.ts";
import { rulesView } from "./rules-view.ts";

const correlationLimit = 0.95;
/** The report of `segment cluster`. */
export function clusterReport(context: Context, facts: ClusterFacts): Report {
  const { fit, features, model, numbered } = facts;
  const { segments } = numbered;
  const blocks: Block[] = [
    clusterTitle({
      lead: leadOf(facts),
      method: methodWords(facts),
      rows: facts.opened.table.rows,
      features: features.length + facts.categories.length,
      seed: facts.model.seed,
      seeding: facts.seeding,
      starts: fit.chosen.result.starts ?? null,
    }),
    ...(facts.contest === null ? [] : contestBlocks(facts.contest)),
    ...(facts.embedding === null ? [] : embeddingBlocks(facts.embedding)),
    ...parameterBlocks(parametersOf(fit)),
    ...chooseBlocks(fit, methods[model.method].criterion),
    ...kVotesBlocks({
      ks: fit.tried.map(({ result }) => result.k),
      chosen: fit.chosen.result.k,
      votes: fit.votes,
      sampled: voteRows,
    }),
    ...treeBlocks(facts),
    ...(features.length === 0 ? [] : structureBlocks(structureView(fit.structure, model.method))),
    ...sizesBlocks({
      segments: sizesView(facts),
      valueColumn: facts.value?.column ?? null,
      weighted: facts.weightsColumn !== null,
      unassigned: unassignedOf(facts) - noiseOf(facts),
      noise: { rows: noiseOf(facts), share: noiseOf(facts) / facts.opened.table.rows },
    }),
    ...sentenceBlocks(bySegment(facts), model.lang),
    ...silhouetteView(facts),
    ...(features.length === 0 ? [] : profileView(facts)),
    ...categoriesBlocks(facts.categories, segments, facts.categoriesNamed),
    ...keptCompanyBlocks(facts.company, facts.opened.table.rows),
    ...(facts.rules === null ? [] : rulesBlocks(rulesView(facts.rules))),
    ...(facts.rulesText === null ? [] : statementBlocks(facts.rulesText)),
    ...describeBlocks(describeView(facts)),
    ...(features.length === 0 ? leftOutBlocks(facts.dropped) : columnsBlocks(columnsView(context, facts))),
    accountBlock(accountOf(facts.opened)),
    ...noticeBlocks(context, facts),
  ];
  return { command: "cluster", blocks, json: clusterJson(context, facts, warningsOf(blocks)) };
}

function profileView({ features, numbered: { segments }, profiles }: ClusterFacts): readonly Block[] {
  return profileBlocks({
    columns: features.map(({ column }) => column),
    segments,
    z: profiles.z,
    medians: bySegmentOf(profiles, ({ medians }) => medians, segments.length),
    means: bySegmentOf(profiles, ({ means }) => means, segments.length),
    everyone: {
      medians: profiles.columns.map(({ everyone }) => everyone.median),
      means: profiles.columns.map(({ everyone }) => everyone.mean),
    },
    imputed: bySegmentOf(profiles, ({ missing }) => missing, segments.length),
  });
}

function leadOf({ fit, model }: ClusterFacts): string {
  const { k } = fit.chosen.result;
  if (fit.tried.length > 1) return "choose k";
  return methods[model.method].k === "asked" ? `k = ${k}` : `${k} ${k === 1 ? "segment" : "segments"} found`;
}

/** The method with what it is a kind of, such as `gmm (full)`. */
function methodWords({ fit, model, linkage, features }: ClusterFacts): string {
  const { method } = model;
  if (method === "k-prototypes" && features.length === 0) return `${method} (k-modes)`;
  if (method === "hierarchical") return `${method} (${linkage})`;
  const kind = fit.chosen.result.parameters?.find(({ option }) =>
    ["covariance", "selection", "distance", "miniBatch"].includes(option),
  );
  return kind === undefined ? method : `${method} (${kind.value})`;
}

function parametersOf({ chosen }: Fit): Parameters<typeof parameterBlocks>[0] {
  const parameters = (chosen.result.parameters ?? []).filter(({ value }) => typeof value === "number");
  return parameters.map(({ option, value, how }) => ({ flag: flagName(option), value: Number(value), how }));
}

function chooseBlocks(fit: Fit, criterion: string): readonly Block[] {
  const total = (sizes: Float64Array): number => sizes.reduce((sum, size) => sum + size, 0);
  return chooseKBlocks({
    candidates: fit.tried.map(({ result, silhouette, calinskiHarabasz, daviesBouldin, sizes }) => ({
      k: result.k,
      inertia: result.inertia,
      silhouette: silhouette?.mean ?? Number.NaN,
      halfWidth: halfWidth(silhouette?.ci95 ?? null),
      calinskiHarabasz: calinskiHarabasz ?? Number.NaN,
      daviesBouldin: daviesBouldin ?? Number.NaN,
      smallest: Math.min(...sizes) / total(sizes),
      ...(result.likelihood?.criteria ? { likelihood: result.likelihood.criteria } : {}),
    })),
    chosen: fit.chosen.result.k,
    knee: fit.choice?.knee ?? null,
    tolerance: 0.01,
    criterion,
  });
}

function halfWidth(interval: readonly [number, number] | null): number | null {
  return interval === null ? null : (interval[1] - interval[0]) / 2;
}

function sizesView(facts: ClusterFacts): Parameters<typeof sizesBlocks>[0]["segments"] {
  const total = facts.value?.totals.reduce((sum, part) => sum + part, 0) ?? 0;
  return bySegment(facts).map(({ segment, size, share }, s) => ({
    segment,
    size,
    share,
    valueShare: facts.value !== null && total > 0 ? facts.value.totals[s]! / total : null,
  }));
}

function silhouetteView(facts: ClusterFacts): readonly Block[] {
  const { fit, numbered, profiles } = facts;
  const { silhouette } = fit.chosen;
  if (silhouette === null) return [];
  const segments = numbered.segments.map((segment, s) => {
    const own = silhouette.segments[numbered.numbers.indexOf(segment)]!;
    return {
      segment,
      rows:
        facts.sample === null && facts.counts === null
          ? profiles.grouped.groups[s]!.rows.length
          : Math.round(bySegment(facts)[s]!.size),
      mean: own.mean,
      quantiles: own.quantiles,
      belowZero: own.negative,
    };
  });
  return silhouetteBlocks({ segments, mean: silhouette.mean, ci95: silhouette.ci95, anchors: silhouette.anchors });
}

function bySegmentOf(
  profiles: SegmentProfiles,
  figure: (column: SegmentProfiles["columns"][number]) => readonly number[],
  segments: number,
): readonly (readonly number[])[] {
  return Array.from({ length: segments }, (_, s) => profiles.columns.map((column) => figure(column)[s]!));
}

function describeView({ described, numbered }: ClusterFacts): Parameters<typeof describeBlocks>[0] {
  return {
    segments: numbered.segments,
    categories: described.flatMap((one) => {
      if (one.kind !== "categories") return [];
      const at = (i: number) => ({ everyone: one.everyone[i]!, shares: one.shares.map((shares) => shares[i]!) });
      const values = one.values.map((value, i) => ({ value, ...at(i) }));
      const rest = one.others > 0 ? { values: one.others, ...at(one.values.length) } : null;
      return [{ column: one.column, values, rest }];
    }),
    numbers: described.flatMap((one) => {
      if (one.kind !== "numbers") return [];
      const figure = (value: number): number | null => (Number.isNaN(value) ? null : value);
      return [{ column: one.column, everyone: figure(one.everyone), medians: one.medians.map(figure) }];
    }),
  };
}

function columnsView(context: Context, facts: ClusterFacts): Parameters<typeof columnsBlocks>[0] {
  const { features, missing, rows } = facts;
  const pairs = correlatedPairs(context.compute, rows.matrix, facts.rowWeights, correlationLimit);
  return {
    used: features.map((feature, j) => ({
      column: feature.column,
      scaling: scalingWords(feature),
      missing: missing[j]!,
      missingShare: missing[j]! / facts.opened.table.rows,
      filledWith: missing[j] === 0 ? null : feature.missing,
      fill: feature.fill,
    })),
    leftOut: facts.dropped,
    correlated: pairs.map(({ left, right, r }) => ({ a: features[left]!.column, b: features[right]!.column, r })),
  };
}

/** A feature's transform in words, such as `log1p, z-score`. */
export function scalingWords({ source, transform }: ModelFeature): string {
  const words = {
    zscore: "z-score",
    robust: "median and IQR",
    minmax: "0 to 1",
    none: "as it is",
    given: `as ${source}`,
  };
  return transform.log1p ? `log1p, ${words[transform.kind]}` : words[transform.kind];
}
