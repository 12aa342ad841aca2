import type { Context } from "../core/context.ts";
import type { Block, Json, JsonReport, Report } from "../core/report.ts";
import { flagName } from "../core/options.ts";
import { methods } from "../model/cluster/methods/index.ts";
import type { MethodName } from "../model/cluster/clustering.ts";
import type { EmbeddingFacts } from "../model/embed/embedding.ts";
import { embeddingBlocks } from "../report/embedding.ts";
import { contestBlocks } from "../report/contest.ts";
import type { Contest } from "../steps/cluster/contest.ts";
import { correlatedPairs } from "../model/stats/correlation.ts";
import { chooseKBlocks, clusterTitle, kVotesBlocks } from "../report/choose-k.ts";
import { columnsBlocks, leftOutBlocks, warningsOf } from "../report/columns.ts";
import { dendrogramJson } from "../report/dendrogram.ts";
import { describeBlocks } from "../report/describe.ts";
import { formatCount, formatShare } from "../report/number.ts";
import { accountBlock, accountJson, type RowAccount } from "../report/row-account.ts";
import { parameterBlocks } from "../report/parameters.ts";
import { profileBlocks } from "../report/profile.ts";
import { rulesBlocks } from "../report/rules.ts";
import { sentenceBlocks } from "../report/sentences.ts";
import { silhouetteBlocks } from "../report/silhouette.ts";
import { sizesBlocks } from "../report/sizes.ts";
import { structureBlocks } from "../report/structure.ts";
import { structureJson, structureView, structureWord } from "./structure-view.ts";
import type { CategoryProfile } from "../steps/cluster/category-profile.ts";
import type { Described } from "../steps/cluster/describe.ts";
import type { Fit } from "../steps/cluster/fit.ts";
import type { KeptCompany } from "../steps/cluster/init-labels.ts";
import type { ClusterModel, ModelFeature } from "../steps/cluster/model.ts";
import type { Numbered } from "../steps/cluster/number-segments.ts";
import type { PreparedRows } from "../steps/cluster/prepare.ts";
import type { SegmentProfiles } from "../steps/cluster/profile.ts";
import type { Dropped } from "../steps/cluster/select-features.ts";
import { voteRows } from "../steps/cluster/vote-on-k.ts";
import type { LearnedRules } from "../steps/explain/learn-rules.ts";
import type { OpenedTable } from "../steps/open-table.ts";
import { categoriesBlocks, categoriesJson, categoriesNotices, modesJson } from "./cluster-categories.ts";
import { keptCompanyBlocks, keptCompanyJson } from "./init-labels-report.ts";
import { dendrogramOf, treeBlocks } from "./cluster-tree.ts";
import { rulesJson, rulesView } from "./rules-view.ts";

/** All that the report of a clustering is drawn from. */
export interface ClusterFacts {
  readonly opened: OpenedTable;
  readonly features: readonly ModelFeature[];
  /** Missing values by feature. */
  readonly missing: readonly number[];
  readonly dropped: readonly Dropped[];
  readonly rows: PreparedRows;
  /** By row of the matrix. */
  readonly rowWeights: Float64Array | null;
  readonly weightsColumn: string | null;
  readonly fit: Fit;
  readonly numbered: Numbered;
  readonly profiles: SegmentProfiles;
  /** Of the categorical columns; none with methods that go by numbers alone. */
  readonly categories: readonly CategoryProfile[];
  readonly categoriesNamed: boolean;
  readonly model: ClusterModel;
  /** Null: the starting centres were given. */
  readonly seeding: "greedy" | "parallel" | null;
  readonly linkage: string;
  /** What the segments were found in, in place of the columns; null: these. */
  readonly embedding: EmbeddingFacts | null;
  /** Where the method was not asked for. */
  readonly contest: Contest | null;
  readonly how: { readonly method: MethodName; readonly height: number | null };
  /** The value column's name and its totals by segment. */
  readonly value: { readonly column: string; readonly totals: readonly number[] } | null;
  readonly described: readonly Described[];
  /** Rows that each row's silhouette was estimated from; null where exact or not written. */
  readonly silhouetteReference: number | null;
  /** Rows of a hierarchy that a saved model would give another segment. */
  readonly nearerElsewhere: number;
  /** Where labelled rows went that the fit started from; null where there were none. */
  readonly company: KeptCompany | null;
  /** What is to be said of the names file. */
  readonly notices: readonly { readonly code: string; readonly message: string }[];
  /** Null where nobody asked for them. */
  readonly rules: LearnedRules | null;
  /** Where only some rows came here: how many, and how many of all are in no segment. */
  readonly sample: { readonly rows: number; readonly unassigned: number } | null;
}

const correlationLimit = 0.95;
const smallShare = 0.01;

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

/** Rows that took part and lie in no segment. */
function noiseOf({ numbered }: ClusterFacts): number {
  return numbered.labels.reduce((count, label) => (label < 0 ? count + 1 : count), 0);
}

function unassignedOf({ sample, numbered }: ClusterFacts): number {
  return sample?.unassigned ?? numbered.unassigned;
}

/** Every row that was read is written. */
function accountOf({ table, quarantined }: OpenedTable): RowAccount {
  return { used: table.rows, quarantined, out: table.rows };
}

/** The envelope of a run of `cluster`. */
export function envelope(
  context: Context,
  schema: string,
  opened: OpenedTable,
  warnings: JsonReport["warnings"],
): JsonReport {
  return { schema, version: context.version, ...accountJson(accountOf(opened)), warnings };
}

function chooseBlocks(fit: Fit, criterion: string): readonly Block[] {
  const total = fit.chosen.sizes.reduce((sum, size) => sum + size, 0);
  return chooseKBlocks({
    candidates: fit.tried.map(({ result, silhouette, calinskiHarabasz, daviesBouldin, sizes }) => ({
      k: result.k,
      inertia: result.inertia,
      silhouette: silhouette?.mean ?? Number.NaN,
      halfWidth: halfWidth(silhouette?.ci95 ?? null),
      calinskiHarabasz: calinskiHarabasz ?? Number.NaN,
      daviesBouldin: daviesBouldin ?? Number.NaN,
      smallest: Math.min(...sizes) / total,
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

/** Segments of the model by rising number. */
function bySegment({ model }: ClusterFacts): ClusterModel["segments"] {
  return [...model.segments].sort((a, b) => a.segment - b.segment);
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
      rows: facts.sample === null ? profiles.grouped.groups[s]!.rows.length : Math.round(bySegment(facts)[s]!.size),
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

function noticeBlocks(context: Context, facts: ClusterFacts): readonly Block[] {
  const { fit, numbered } = facts;
  const notices: { code: string; message: string }[] = [...facts.opened.warnings];
  const small = bySegment(facts).filter(({ share }) => share < smallShare);
  if (small.length > 0) {
    const list = small.map(({ segment, share }) => `${segment} (${formatShare(share)})`).join(", ");
    const subject = small.length === 1 ? `segment ${list} holds` : `segments ${list} hold`;
    notices.push({ code: "small-segment", message: `${subject} under 1% of the rows; outliers, or a niche?` });
  }
  if (!fit.chosen.result.converged) {
    const { iterations } = fit.chosen.result;
    const [one, several] = methods[facts.model.method].iteration;
    const message = `${facts.model.method} stopped after ${iterations} ${iterations === 1 ? one : several}, before it had converged; raise --max-iter`;
    notices.push({ code: "not-converged", message });
  }
  const { drawn } = fit;
  if (drawn !== null) {
    const message = `the segments were found among ${formatCount(drawn)} rows drawn by hash; every other row belongs where the nearest ${facts.model.method === "k-medoids" ? "medoid" : "of them"} does`;
    notices.push({ code: "fitted-on-sample", message });
  }
  if (fit.chosen.result.k === 1) {
    const { method } = facts.model;
    const way =
      method === "bayesian-gmm"
        ? ""
        : `; steer it by ${methods[method].parameters
            .slice(0, 2)
            .map((key) => `--${flagName(key)}`)
            .join(" and ")}`;
    notices.push({ code: "one-segment", message: `${method} found one segment alone, which tells nobody apart${way}` });
  }
  const { emptied = 0, k: kept } = fit.chosen.result;
  if (emptied > 0) {
    const message = `${emptied} of ${kept + emptied} components own no row and ${emptied === 1 ? "is" : "are"} left out`;
    notices.push({ code: "components-emptied", message });
  }
  const micro = fit.chosen.result.hierarchy?.micro ?? null;
  if (micro !== null) {
    const message = `the hierarchy is over ${formatCount(micro)} micro-clusters that k-means made of the rows, which are too many for one of their own`;
    notices.push({ code: "two-stages", message });
  }
  if (facts.nearerElsewhere > 0) {
    const { nearerElsewhere: rows } = facts;
    const message = `${formatCount(rows)} ${rows === 1 ? "row is" : "rows are"} nearer to the mean of another segment than to their own's; a saved model gives each row the nearest`;
    notices.push({ code: "nearer-elsewhere", message });
  }
  if (fit.chosen.result.parameters?.some(({ option }) => option === "miniBatch") === true) {
    const message =
      "by mini-batch: centres moved with every 1,024 rows, read in turn; the inertia may be some percent above that of all rows together";
    notices.push({ code: "mini-batch", message });
  }
  if (facts.sample !== null) {
    const message = `fills, scales, sizes, centres and inertia are of all rows; profiles, rules, silhouettes, shares of --describe and the test of structure of ${formatCount(facts.sample.rows)} rows drawn by hash`;
    notices.push({ code: "sampled", message });
  }
  if (facts.silhouetteReference !== null) {
    const message = `each row's silhouette was estimated from ${formatCount(facts.silhouetteReference)} rows that stand for all`;
    notices.push({ code: "silhouette-estimated", message });
  }
  const { like } = numbered;
  if (like !== null) {
    const added = like.added.length === 0 ? "" : `; new: ${like.added.join(", ")}`;
    const retired = like.retired.length === 0 ? "" : `; gone: ${like.retired.join(", ")}`;
    const message = `numbered like the earlier model: ${formatCount(like.moved)} ${like.moved === 1 ? "row" : "rows"} moved to another segment${added}${retired}`;
    notices.push({ code: "numbered-like", message });
  }
  notices.push(
    ...categoriesNotices(facts.categories, facts.features.length, methods[facts.model.method].criterion),
    ...facts.notices,
  );
  if (context.compute.backend === "typescript") {
    const message = "WebAssembly threads are missing here: the numbers are the same, the run is slower";
    notices.push({ code: "kernels-fallback", message });
  }
  return notices.map(({ code, message }) => ({ kind: "notice", code, text: message }));
}

function clusterJson(context: Context, facts: ClusterFacts, warnings: JsonReport["warnings"]): JsonReport {
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
    ...(facts.sample === null ? {} : { sample: { rows: facts.sample.rows } }),
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
  const { parameters = [], likelihood, emptied = 0 } = facts.fit.chosen.result;
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
