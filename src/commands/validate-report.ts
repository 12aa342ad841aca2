import type { Context } from "../core/context.ts";
import type { Block, Report, ReportRow } from "../core/report.ts";
import { agreementBlocks } from "../report/agreement.ts";
import { warningsOf } from "../report/columns.ts";
import { cutMiddle, visibleText } from "../report/display-text.ts";
import { formatCount } from "../report/number.ts";
import { representationBlocks } from "../report/representation.ts";
import { accountBlock, accountJson } from "../report/row-account.ts";
import type { LearnedRules } from "../steps/explain/learn-rules.ts";
import type { OpenedTable } from "../steps/open-table.ts";
import type { Comparison } from "../steps/validate/compare-segments.ts";
import { type SegmentFigures, type StabilityFigures, type TreeFigure } from "../steps/validate/judge-segments.ts";
import type { Representation } from "../steps/validate/representation.ts";
import type { CheckedTable, CheckResult, FirstFailure } from "../steps/validate/run-checks.ts";
import type { Separation } from "../steps/validate/separation.ts";
import type { SegmentSpace } from "../steps/validate/segment-features.ts";
import { rulesJson } from "./rules-view.ts";
import { segmentBlocks } from "./validate-segments-report.ts";
import {
  agreementView,
  checkJson,
  comparisonJson,
  representationJson,
  segmentsJson,
  stabilityJson,
} from "./validate-json.ts";

/** What was found out of the segments. */
export interface SegmentFacts {
  readonly column: string;
  /** Null where no column says anything of behaviour: then there are only sizes. */
  readonly space: SegmentSpace | null;
  readonly figures: SegmentFigures;
  /** Of a model of a hierarchy. */
  readonly tree: TreeFigure | null;
  readonly stability: StabilityFigures | null;
  /** Where only some rows came here: how many. */
  readonly sample: number | null;
  /** The segments of the model that they were judged by; null without. */
  readonly known: readonly number[] | null;
  /** What the model calls them; empty where it does not. */
  readonly names: ReadonlyMap<number, string>;
  readonly seed: number;
  /** How each segment differs from its nearest; empty where there is no space to compare in. */
  readonly separations: readonly Separation[];
  /** The outcomes of `--kpi`. */
  readonly kpis: readonly string[];
  /** Null where nobody asked for them. */
  readonly rules: LearnedRules | null;
}

/** What the report of `validate` is drawn from. */
export interface ValidateFacts {
  readonly results: readonly CheckResult[];
  readonly nullWords: CheckedTable["nullWords"];
  readonly segments: SegmentFacts | null;
  readonly comparisons: readonly Comparison[];
  /** By attribute of `--protected`. */
  readonly represented: readonly Representation[];
  /** The limit of the gate; null for none. */
  readonly minSilhouette: number | null;
  /** Where failing rows went, and how many. */
  readonly failures: { readonly file: string; readonly rows: number } | null;
}

const valueWidth = 32;
const columnWidth = 24;
const shownColumns = 12;
/** More checks than this are not all drawn: those that failed come first; the JSON document and saved tables have all. */
const shownChecks = 60;

/** The report of `segment validate`: what failed and where, then the segments. JSON schema `segment/validate@1`. */
export function validateReport(context: Context, opened: OpenedTable, facts: ValidateFacts): Report {
  const { results, segments } = facts;
  const { rows } = opened.table;
  const failed = results.filter(({ passed }) => !passed).length;
  const account = {
    used: rows,
    quarantined: opened.quarantined,
    out: failed === 0 ? rows : 0,
    removed: failed === 0 ? 0 : rows,
  };
  const verdict = results.length === 0 ? [] : [failed === 0 ? "all passed" : `${failed} FAILED`];
  const blocks: Block[] = [
    {
      kind: "title",
      parts: [
        "validate",
        plural(rows, "row"),
        ...(results.length === 0 ? ["no gate"] : [plural(results.length, "check")]),
        ...verdict,
      ],
    },
    ...checkBlocks(opened, results),
    ...(segments === null ? [] : segmentBlocks(segments)),
    ...facts.comparisons.flatMap((one) => agreementBlocks(agreementView(one))),
    ...facts.represented.flatMap(representationBlocks),
    ...outcomeBlocks(facts, failed),
    accountBlock(account),
    ...noticeBlocks(context, opened, facts),
  ];
  return {
    command: "validate",
    blocks,
    json: {
      schema: "segment/validate@1",
      version: context.version,
      ...accountJson(account),
      warnings: warningsOf(blocks),
      passed: failed === 0,
      checks: results.map(checkJson),
      segments: segments === null ? null : segmentsJson(segments),
      comparisons: facts.comparisons.map(comparisonJson),
      representation: representationJson(facts.represented),
      ...(segments?.rules ? { rules: rulesJson(segments.rules) } : {}),
      stability: segments?.stability ? stabilityJson(segments, segments.stability) : null,
    },
  };
}

function plural(count: number, word: string): string {
  return `${formatCount(count)} ${count === 1 ? word : `${word}s`}`;
}

function checkBlocks({ sources }: OpenedTable, results: readonly CheckResult[]): readonly Block[] {
  if (results.length === 0) return [];
  const failed = results.filter(({ passed }) => !passed);
  const failedFirst = [...failed, ...results.filter(({ passed }) => passed)];
  const shown = results.length <= shownChecks ? results : failedFirst.slice(0, shownChecks);
  const more = results.length - shown.length;
  const left = failed.length > shownChecks ? `, ${formatCount(failed.length - shownChecks)} of them FAILED` : "";
  const row = (result: CheckResult): ReportRow => ({
    chosen: !result.passed,
    cells: [
      result.passed ? "pass" : "FAIL",
      cutMiddle(visibleText(result.column ?? "—"), columnWidth),
      cutMiddle(visibleText(checkText(result)), valueWidth),
      result.failing === null ? "—" : formatCount(result.failing),
      foundText(result, sources.length > 1),
    ],
  });
  return [
    {
      kind: "table",
      table: {
        name: "checks",
        columns: [
          { header: "", align: "left" },
          { header: "column", align: "left" },
          { header: "check", align: "left" },
          { header: "failing", align: "right" },
          { header: "found", align: "left", wrap: true },
        ],
        rows: shown.map(row),
        data: {
          columns: ["passed", "check", "column", "asked", "failing", "row", "line", "value", "found"],
          rows: results.map(({ passed, check, column, asked, failing, first, found }) => [
            passed ? "yes" : "no",
            check,
            column,
            asked,
            failing,
            first?.row ?? null,
            first?.place.line ?? null,
            first?.value ?? null,
            found,
          ]),
        },
      },
    },
    ...(more === 0 ? [] : [dim(`and ${formatCount(more)} more ${more === 1 ? "check" : "checks"}${left}`)]),
  ];
}

/** `range 18..99`; the words that say no more than the check does are left out. */
function checkText({ check, asked }: CheckResult): string {
  return check === "not-null" || check === "unique" ? check : `${check} ${asked}`;
}

function foundText({ first, found }: CheckResult, severalFiles: boolean): string {
  const parts = [...(first === null ? [] : [firstText(first, severalFiles)]), ...(found === null ? [] : [found])];
  return visibleText(parts.join("; "));
}

/** `line 12: “value”`, with the file where there are several. */
function firstText({ row, place, value }: FirstFailure, severalFiles: boolean): string {
  const file = severalFiles && place.file !== undefined ? `${place.file} ` : "";
  const where = place.line === undefined ? `row ${row}` : `${file}line ${place.line}`;
  return `${where}: ${value === "" ? "empty" : `“${cutMiddle(value, valueWidth)}”`}`;
}

function dim(text: string): Block {
  return { kind: "text", text, emphasis: "dim" };
}

function outcomeBlocks({ results, failures }: ValidateFacts, failed: number): readonly Block[] {
  const written =
    failures === null
      ? []
      : [`${plural(failures.rows, "failing row")} (one for each check failed) in ${failures.file}`];
  const verdict =
    failed > 0
      ? `FAILED: ${failed} of ${plural(results.length, "check")}; the table is not passed on`
      : results.length === 0
        ? "no gate was asked for; the table is passed on unchanged"
        : `passed: ${results.length === 1 ? "the check" : `all ${results.length} checks`}; the table is passed on unchanged`;
  return [
    { kind: "text", text: verdict, emphasis: "strong" },
    ...written.map((text): Block => ({ kind: "text", text })),
  ];
}

function noticeBlocks(context: Context, opened: OpenedTable, facts: ValidateFacts): readonly Block[] {
  const notices = [...opened.warnings];
  const { segments } = facts;
  for (const { column, count } of facts.nullWords) {
    const message = `${plural(count, "value")} of ${column} ${count === 1 ? "is a word" : "are words"} such as n/a or none, which a column of text keeps as values`;
    notices.push({ code: "null-words", message });
  }
  if (segments !== null) notices.push(...segmentNotices(segments, facts.minSilhouette));
  if (segments !== null && context.compute.backend === "typescript") {
    const message = "WebAssembly threads are missing here: the numbers are the same, the run is slower";
    notices.push({ code: "kernels-fallback", message });
  }
  return notices.map(({ code, message }) => ({ kind: "notice", code, text: message }));
}

function segmentNotices(
  { figures, space, stability, known, sample }: SegmentFacts,
  limit: number | null,
): readonly { code: string; message: string }[] {
  const notices: { code: string; message: string }[] = [];
  const { silhouette, unplaced, segments } = figures;
  const ci95 = silhouette?.ci95 ?? null;
  if (limit !== null && ci95 !== null && ci95[0] < limit && ci95[1] >= limit) {
    const message = `the mean silhouette is an estimate, and its interval holds the limit of ${limit}`;
    notices.push({ code: "near-limit", message });
  }
  if (unplaced > 0) {
    const message = `${plural(unplaced, "row")} of a segment ${unplaced === 1 ? "has" : "have"} a missing value that is not filled, and no part in silhouettes and indices`;
    notices.push({ code: "rows-not-judged", message });
  }
  const unknown =
    known === null ? [] : segments.filter(({ segment, size }) => size > 0 && !known.includes(Number(segment)));
  if (unknown.length > 0) {
    const list = unknown.slice(0, shownColumns).map(({ segment }) => segment);
    notices.push({ code: "unknown-segments", message: `not in the model: segment ${list.join(", ")}` });
  }
  if (space === null) {
    const message = "no column of numbers to judge the segments by: no silhouettes, only sizes";
    notices.push({ code: "sizes-only", message });
  }
  if (space !== null && space.words.length > 0) {
    const message = `${stability?.usesWords === true ? "silhouettes, indices and what parts the segments are " : ""}judged by the ${plural(space.features.length, "numeric column")} of the model alone, not by its words: ${space.words.join(", ")}`;
    notices.push({ code: "numbers-only", message });
  }
  if (space !== null && space.outside.length > 0) {
    const message = `negative values of ${space.outside.join(", ")} were taken as -log(1 - x); the fit had none`;
    notices.push({ code: "outside-the-fit", message });
  }
  if (stability !== null && stability.rows < stability.of) {
    const message = `stability was judged on a sample of ${formatCount(stability.rows)} of ${formatCount(stability.of)} rows; --stability-rows changes that`;
    notices.push({ code: "stability-sampled", message });
  }
  if (sample !== null) {
    const isEmbedded = space !== null && space.embedding !== null;
    const whole = isEmbedded ? "sizes and shares" : "sizes, shares and indices";
    const message = `${whole} are of all rows; ${isEmbedded ? "indices, " : ""}silhouettes, stability and what parts the segments of ${formatCount(sample)} rows drawn by hash`;
    notices.push({ code: "sampled", message });
  }
  return notices;
}
