import type { Block, Cell, Json, JsonReport, Report, ReportTable } from "../core/report.ts";
import { measures, type Measure } from "../model/rfm/score.ts";
import { warningsOf } from "../report/columns.ts";
import { formatCount, formatFixed, formatShare, measureFormat } from "../report/number.ts";
import { accountBlock, accountJson, type RowAccount } from "../report/row-account.ts";
import type { OpenedTable } from "../steps/open-table.ts";
import type { AppliedRfm } from "../steps/rfm/apply.ts";
import type { RfmModel } from "../steps/rfm/model.ts";
import type { SegmentSummary } from "../steps/rfm/summary.ts";

/** What the report of `score rfm` is made from. */
export interface ScoreRfmFacts {
  readonly opened: OpenedTable;
  readonly model: RfmModel;
  readonly applied: AppliedRfm;
  readonly asOfGiven: boolean;
}

/** The report of `segment score rfm`. JSON schema `segment/rfm@1`. */
export function scoreRfmReport(version: string, facts: ScoreRfmFacts): Report {
  const { model, applied } = facts;
  const account = accountOf(facts);
  const empty = applied.summary.segments.filter(({ customers }) => customers === 0).map(({ segment }) => segment);
  const leavesOut = measures.some((name) => applied.summary.levels[name].length < 5);
  const blocks: Block[] = [
    { kind: "title", parts: titleParts(facts) },
    { kind: "heading", text: "segments (days since the last purchase, orders and spent: medians)" },
    { kind: "table", table: segmentTable(applied.summary.segments) },
    ...(empty.length === 0 ? [] : [dim(`without customers: ${empty.join(", ")}`)]),
    { kind: "heading", text: "cuts (a score of 5 is best)" },
    { kind: "table", table: cutTable(model, applied) },
    ...(leavesOut ? [dim("* no customer has this score")] : []),
    accountBlock(account),
    ...applied.warnings.map(({ code, message }): Block => ({ kind: "notice", code, text: message })),
  ];
  return { command: "score rfm", blocks, json: rfmJson(version, facts, account, warningsOf(blocks)) };
}

function titleParts({ opened, model, applied, asOfGiven }: ScoreRfmFacts): readonly string[] {
  const { asOf, table } = applied;
  const day = asOf === null ? [] : [asOfGiven ? `as of ${asOf}` : `as of ${asOf}, the last date in the data`];
  const customers = `${formatCount(table.rows)} ${table.rows === 1 ? "customer" : "customers"}`;
  if (model.roles.kind === "columns") return ["score rfm", customers, ...day];
  const { rows } = opened.table;
  return ["score rfm", customers, `${formatCount(rows)} ${rows === 1 ? "transaction" : "transactions"}`, ...day];
}

function accountOf({ opened, applied }: ScoreRfmFacts): RowAccount {
  const { removed, grouped, table } = applied;
  return { used: opened.table.rows, quarantined: opened.quarantined, grouped, removed, out: table.rows };
}

function segmentTable(segments: readonly SegmentSummary[]): ReportTable {
  const shown = segments.filter(({ customers }) => customers > 0);
  const longest = shown.reduce((most, { share, monetaryShare }) => Math.max(most, share, monetaryShare ?? 0), 0);
  const bar = (share: number | null): Cell =>
    share === null ? "—" : { text: formatShare(share), bar: longest > 0 ? Math.max(0, share) / longest : 0 };
  const formats = measures.map((name) => medianFormat(shown.map(({ medians }) => medians[name]!)));
  return {
    name: "segments",
    columns: [
      { header: "segment", align: "left" },
      { header: "customers", align: "right" },
      { header: "share", align: "right" },
      { header: "revenue", align: "right", priority: 1 },
      { header: "days", align: "right", priority: 2 },
      { header: "orders", align: "right", priority: 3 },
      { header: "spent", align: "right", priority: 4 },
    ],
    rows: shown.map((one) => ({
      cells: [
        one.segment,
        formatCount(one.customers),
        bar(one.share),
        one.monetaryShare === null ? "—" : formatShare(one.monetaryShare),
        ...measures.map((name, j) => formats[j]!(one.medians[name]!)),
      ],
    })),
    data: {
      columns: ["segment", "customers", "share", "monetary_share", ...measures.map((name) => `${name}_median`)],
      rows: segments.map(({ segment, customers, share, monetaryShare, medians }) => [
        segment,
        customers,
        share,
        monetaryShare,
        ...measures.map((name) => medians[name]),
      ]),
    },
  };
}

/** Medians of counts are whole or half. */
function medianFormat(values: readonly number[]): (value: number) => string {
  const isCount = values.every((value) => Number.isInteger(2 * value));
  return isCount ? (value) => formatFixed(value, values.every(Number.isInteger) ? 0 : 1) : measureFormat(values);
}

/** One row per measure: the values that each score stands for. */
function cutTable({ cuts }: RfmModel, { summary }: AppliedRfm): ReportTable {
  const cell = (name: Measure, score: number): string => {
    const { at, constant } = cuts[name];
    const format = measureFormat(at);
    const mark = summary.levels[name].includes(score) ? "" : "*";
    const falls = name === "recency";
    if (constant && score !== 1 && score !== 5) return score === 3 ? `${format(at[0]!)}${mark}` : "—";
    if (score === 5) return falls ? `< ${format(at[0]!)}${mark}` : `> ${format(at[3]!)}${mark}`;
    if (constant) return `${falls ? ">" : "<"} ${format(at[0]!)}${mark}`;
    return falls ? `≥ ${format(at[4 - score]!)}${mark}` : `≤ ${format(at[score - 1]!)}${mark}`;
  };
  const scores = [5, 4, 3, 2, 1];
  return {
    name: "cuts",
    columns: [
      { header: "score", align: "left" },
      ...scores.map((score) => ({ header: String(score), align: "right" as const })),
    ],
    rows: measures.map((name) => ({ cells: [name, ...scores.map((score) => cell(name, score))] })),
    data: {
      columns: ["measure", "cut_1", "cut_2", "cut_3", "cut_4"],
      rows: measures.map((name) => [name, ...cuts[name].at]),
    },
  };
}

function rfmJson(
  version: string,
  { model, applied }: ScoreRfmFacts,
  account: RowAccount,
  warnings: JsonReport["warnings"],
): JsonReport {
  const { summary, asOf, afterAsOf, table } = applied;
  const byMeasure = (value: (name: Measure) => Json): Json =>
    Object.fromEntries(measures.map((name) => [name, value(name)]));
  return {
    schema: "segment/rfm@1",
    version,
    ...accountJson(account),
    warnings,
    as_of: asOf,
    after_as_of: afterAsOf,
    customers: table.rows,
    unscored: table.rows - summary.scored,
    cuts: byMeasure((name) => model.cuts[name].at),
    levels: byMeasure((name) => summary.levels[name]),
    weights: model.weights === null ? null : { ...model.weights },
    segments: summary.segments.map(({ segment, customers, share, medians, monetaryShare }) => ({
      segment,
      customers,
      share,
      recency_median: medians.recency,
      frequency_median: medians.frequency,
      monetary_median: medians.monetary,
      monetary_share: monetaryShare,
    })),
  };
}

function dim(text: string): Block {
  return { kind: "text", text, emphasis: "dim" };
}
