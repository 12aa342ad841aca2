import { structureJson, structureWord } from "./structure-view.ts";
import type { Json } from "../core/report.ts";
import type { RefitAgreement, Spread } from "../model/metrics/refit-agreement.ts";
import type { AgreementInput } from "../report/agreement.ts";
import type { SeparationInput } from "../report/separation.ts";
import type { Comparison } from "../steps/validate/compare-segments.ts";
import { embeddingSize } from "../model/embed/embedding.ts";
import { stabilityWords, type StabilityFigures } from "../steps/validate/judge-segments.ts";
import type { Representation } from "../steps/validate/representation.ts";
import type { CheckResult } from "../steps/validate/run-checks.ts";
import { leastEffect, type Separation } from "../steps/validate/separation.ts";
import type { SegmentFacts } from "./validate-report.ts";

/** Segments of fewer rows are doubted. */
const smallSegment = 50;

/** How each segment differs from its nearest, with what speaks for joining the two. */
export function separationView({ figures, separations, kpis }: SegmentFacts): readonly SeparationInput[] {
  const { segments } = figures;
  return separations.map((one) => ({
    segment: segments[one.segment]!.segment,
    nearest: segments[one.nearest]!.segment,
    column: one.column,
    outcome: one.outcome,
    doubts: doubtsOf(segments[one.segment]!.size, one, kpis.length > 0),
  }));
}

function doubtsOf(size: number, { column, outcome }: Separation, hasKpi: boolean): readonly string[] {
  return [
    ...(size < smallSegment ? [`under ${smallSegment} rows`] : []),
    ...(column === null || Math.abs(column.d) < leastEffect.column ? ["no column parts them"] : []),
    ...(hasKpi && (outcome === null || Math.abs(outcome.d) < leastEffect.outcome) ? ["changes no outcome"] : []),
  ];
}

/** How groups are spread over the segments, as the JSON report has it. */
export function representationJson(represented: readonly Representation[]): Json {
  return represented.map(({ column, groups, missing }) => ({
    column,
    missing,
    groups: groups.map(({ segments: own, ...group }) => ({ ...group, segments: own.map((one) => ({ ...one })) })),
  }));
}

function separationJson(facts: SegmentFacts): Json {
  const effect = (one: SeparationInput["column"]): Json =>
    one === null ? null : { column: one.column, d: one.d, ci95: one.ci95 };
  return separationView(facts).map(({ segment, nearest, column, outcome, doubts }) => ({
    segment,
    nearest,
    column: effect(column),
    outcome: effect(outcome),
    doubts,
  }));
}

function refitsJson({ splitHalf, folds, seeds, ks, columns }: RefitAgreement): Json {
  const spread = ({ mean, least, fits }: Spread): Json => (fits === 0 ? null : { mean, least, fits });
  return {
    split_half: spread(splitHalf),
    folds: spread(folds),
    seeds: spread(seeds),
    k: ks.map((one) => ({ ...one })),
    without: columns.map((one) => ({ ...one })),
  };
}

/** A check, as the JSON report has it. */
export function checkJson({ check, column, asked, failing, found, first, passed }: CheckResult): Json {
  return {
    check,
    column,
    asked,
    failing,
    found,
    first: first === null ? null : { row: first.row, line: first.place.line ?? null, value: first.value },
    passed,
  };
}

/** The segments and how good they are, as the JSON report has them. */
export function segmentsJson(facts: SegmentFacts): Json {
  const { column, space, figures, known } = facts;
  const { silhouette, noise, rows } = figures;
  return {
    column,
    judged_by: space === null ? null : known === null ? "default" : "model",
    columns: (space?.features ?? []).map(({ column: feature, transform }) => ({
      column: feature,
      transform: transform.log1p ? `log1p+${transform.kind}` : transform.kind,
      center: transform.center,
      scale: transform.scale,
    })),
    embedding:
      space === null || space.embedding === null
        ? null
        : { kind: space.embedding.kind, size: embeddingSize(space.embedding) },
    noise: { rows: noise, share: rows === 0 ? 0 : noise / rows },
    unplaced: figures.unplaced,
    silhouette:
      silhouette === null ? null : { mean: silhouette.mean, ci95: silhouette.ci95, anchors: silhouette.anchors },
    calinski_harabasz: figures.calinskiHarabasz,
    davies_bouldin: figures.daviesBouldin,
    dunn: figures.dunn === null ? null : { ...figures.dunn },
    ...(facts.tree === null ? {} : { cophenetic: { ...facts.tree } }),
    separation: separationJson(facts),
    segments: figures.segments.map(({ segment, size, share, silhouette: mean, belowZero }) => ({
      segment,
      ...(facts.names.has(Number(segment)) ? { name: facts.names.get(Number(segment))! } : {}),
      size,
      share,
      silhouette: mean,
      share_below_zero: belowZero,
    })),
  };
}

/** A comparison with its contingency table as rows. */
export function agreementView({ contingency, ...comparison }: Comparison): AgreementInput {
  const { columns, counts } = contingency;
  const row = (i: number): readonly number[] => Array.from(counts.subarray(i * columns, (i + 1) * columns));
  return { ...comparison, counts: comparison.segments.map((_, i) => row(i)) };
}

/** A comparison, as the JSON report has it. */
export function comparisonJson(comparison: Comparison): Json {
  const { kind, against, segments, classes, counts, agreement, assigned, aligned, rows, left, unmatched } =
    agreementView(comparison);
  return {
    kind,
    against,
    rows,
    left_out: left,
    unmatched,
    ...agreementJson(agreement),
    without_noise: assigned === null ? null : agreementJson(assigned),
    segments,
    classes,
    contingency: counts,
    aligned: segments.map((segment, i) => ({ segment, class: classes[aligned[i]!] ?? null })),
  };
}

function agreementJson(agreement: AgreementInput["agreement"]): { readonly [key: string]: Json } {
  return {
    ari: agreement.ari,
    ami: agreement.ami,
    nmi: agreement.nmi,
    homogeneity: agreement.homogeneity,
    completeness: agreement.completeness,
    v_measure: agreement.vMeasure,
    fowlkes_mallows: agreement.fowlkesMallows,
  };
}

/** How stable the segments are, as the JSON report has it. */
export function stabilityJson(
  { figures, seed }: SegmentFacts,
  { by, draws, rows, of, segments, refits, structure }: StabilityFigures,
): Json {
  return {
    method: by.method,
    structure: structureWord(structure),
    structure_test: structureJson(structure),
    draws,
    seed,
    rows,
    sampled: rows < of,
    refits: refits === null ? null : refitsJson(refits),
    segments: segments.map((own, c) => ({
      segment: figures.segments[c]!.segment,
      jaccard: own?.jaccard ?? null,
      dissolved: own?.dissolved ?? null,
      recovered: own?.recovered ?? null,
      verdict: own === null ? null : stabilityWords(own.jaccard),
    })),
  };
}
