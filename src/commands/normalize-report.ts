import type { Block, Json, JsonReport, Report, ReportTable } from "../core/report.ts";
import { leftOutBlocks, warningsOf } from "../report/columns.ts";
import { cutMiddle } from "../report/display-text.ts";
import { formatCount, formatFixed, formatMeasure } from "../report/number.ts";
import { accountBlock, accountJson, type RowAccount } from "../report/row-account.ts";
import { outsideTheFit, rowWarnings, type NormalizedColumns, type ScaledColumn } from "../steps/normalize/apply.ts";
import type { DecodedColumn } from "../steps/normalize/encode/decode-sql.ts";
import { encodingNotices, unseenWarnings, type EncodedColumn } from "../steps/normalize/encode/encoded-facts.ts";
import { encodingWords } from "../steps/normalize/encode/encoding.ts";
import type { NormalizeFit } from "../steps/normalize/fit.ts";
import { askedWords } from "../steps/normalize/learn.ts";
import type { RecoveredColumn } from "../steps/normalize/inverse.ts";
import { methodWords } from "../steps/normalize/methods.ts";
import type { NormalizeModel } from "../steps/normalize/model.ts";
import type { OpenedTable } from "../steps/open-table.ts";
import type { Ddof } from "../model/stats/column-scaling.ts";
import { decodedBlocks, decodedJson, encodedBlocks, encodedJson } from "./normalize-encodings.ts";

/** What the report of a scaling is made from. */
export interface NormalizeFacts {
  readonly version: string;
  readonly opened: OpenedTable;
  readonly model: NormalizeModel;
  readonly columns: readonly ScaledColumn[];
  readonly encoded: readonly EncodedColumn[];
  readonly groups: NormalizedColumns["groups"];
  readonly unit: NormalizedColumns["unit"];
  readonly ddof: Ddof;
  /** Null where a saved model was applied. */
  readonly fit: NormalizeFit | null;
}

/** Columns that the drawn table shows; all of them are in the JSON document and in saved tables. */
const shownColumns = 100;
const nameWidth = 32;

/** The report of `segment normalize`: one row per column, how it was scaled and why. JSON schema `segment/normalize@1`. */
export function normalizeReport(facts: NormalizeFacts): Report {
  const { opened, model, columns, fit, encoded } = facts;
  const notices = [
    ...rowWarnings(model, facts),
    ...unseenWarnings(encoded),
    ...(fit === null ? [] : encodingNotices(encoded, fit.withoutTarget)),
    ...unlikeEncodings(encoded),
  ];
  const blocks: Block[] = [
    titleBlock(opened, `${count(columns.length, "column")} scaled`, [
      ...(encoded.length === 0 ? [] : [`${formatCount(encoded.length)} encoded`]),
      ...(model.inPlace ? ["in place"] : []),
      ...(model.unitRows === undefined ? [] : [`rows of unit length (${model.unitRows})`]),
      ...(fit === null ? ["by a saved model"] : []),
    ]),
    ...(columns.length === 0 ? [] : [{ kind: "table" as const, table: columnTable(facts) }]),
    ...moreBlocks(columns.length),
    ...groupBlocks(model),
    ...ruleBlocks(fit),
    ...encodedBlocks(encoded, opened.table.rows),
    ...leftOutBlocks(fit?.dropped ?? []),
    accountBlock(accountOf(opened)),
    ...(model.unitRows === undefined ? unlikeScales(columns) : []),
    ...outsideTheFit(columns).map(noticeOf),
    ...notices.map(noticeOf),
    ...opened.warnings.map(noticeOf),
    ...sampledBlocks(fit),
  ];
  return { command: "normalize", blocks, json: normalizeJson(facts, warningsOf(blocks)) };
}

/** The report of `--inverse`: one row per column, from where it was recovered. JSON schema `segment/normalize@1`. */
export function inverseReport(facts: {
  readonly version: string;
  readonly opened: OpenedTable;
  readonly columns: readonly RecoveredColumn[];
  readonly decoded: readonly DecodedColumn[];
}): Report {
  const { version, opened, columns, decoded } = facts;
  const blocks: Block[] = [
    titleBlock(opened, `${count(columns.length + decoded.length, "column")} recovered`, ["by a saved model"]),
    ...(columns.length === 0 ? [] : [{ kind: "table" as const, table: recoveredTable(columns) }]),
    ...moreBlocks(columns.length),
    ...decodedBlocks(decoded),
    accountBlock(accountOf(opened)),
    ...opened.warnings.map(noticeOf),
  ];
  const json: JsonReport = {
    schema: "segment/normalize@1",
    version,
    ...accountJson(accountOf(opened)),
    warnings: warningsOf(blocks),
    inverse: true,
    columns: columns.map(({ column, source, scaling, missing, lowest, highest }) => ({
      column,
      source,
      method: methodWords(scaling),
      lambda: scaling.lambda,
      ...frameOf(scaling),
      minimum: orNull(lowest),
      maximum: orNull(highest),
      missing,
    })),
    encoded: decoded.map(decodedJson),
    dropped: [],
  };
  return { command: "normalize", blocks, json };
}

function titleBlock({ table }: OpenedTable, done: string, more: readonly string[]): Block {
  return { kind: "title", parts: ["normalize", count(table.rows, "row"), done, ...more] };
}

function accountOf({ table, quarantined }: OpenedTable): RowAccount {
  return { used: table.rows, quarantined, out: table.rows };
}

function noticeOf({ code, message }: { readonly code: string; readonly message: string }): Block {
  return { kind: "notice", code, text: message };
}

function columnTable({ columns, fit }: NormalizeFacts): ReportTable {
  const missing = columns.some((column) => column.missing > 0);
  const lambda = columns.some(({ scaling }) => scaling.lambda !== null);
  const why = (i: number): string => fit?.why[i] ?? "by the model";
  // What the user asked for by name needs no reason, and gives way first.
  const isTold = fit?.why.some((one) => one !== askedWords) === true;
  const cells = (column: ScaledColumn, i: number): readonly string[] => {
    const { center, scale } = frameOf(column.scaling);
    return [
      cutMiddle(column.column, nameWidth),
      methodWords(column.scaling),
      ...(lambda ? [column.scaling.lambda === null ? "—" : formatLambda(column.scaling.lambda)] : []),
      formatMeasure(center),
      formatMeasure(scale),
      `${formatFixed(column.skewnessBefore, 2)} → ${formatFixed(column.skewnessAfter, 2)}`,
      ...(missing ? [formatCount(column.missing)] : []),
      ...(fit === null ? [] : [why(i)]),
    ];
  };
  return {
    name: "columns",
    columns: [
      { header: "column", align: "left" },
      { header: "method", align: "left" },
      ...(lambda ? [{ header: "λ", align: "right" as const }] : []),
      { header: "centre", align: "right", priority: 1 },
      { header: "scale", align: "right", priority: 1 },
      { header: "skewness", align: "right", priority: isTold ? 4 : 2 },
      ...(missing ? [{ header: "missing", align: "right" as const, priority: 3 }] : []),
      ...(fit === null ? [] : [{ header: "why", align: "left" as const, wrap: true, priority: isTold ? 0 : 4 }]),
    ],
    rows: columns.slice(0, shownColumns).map((column, i) => ({ cells: cells(column, i) })),
    data: {
      columns: [
        "column",
        "target",
        "method",
        "why",
        "lambda",
        "center",
        "scale",
        "skewness_before",
        "skewness_after",
        "missing",
      ],
      rows: columns.map((column, i) => {
        const { target, scaling, skewnessBefore, skewnessAfter } = column;
        const { center, scale } = frameOf(scaling);
        const method = methodWords(scaling);
        const skews = [orNull(skewnessBefore), orNull(skewnessAfter)];
        return [column.column, target, method, why(i), scaling.lambda, center, scale, ...skews, column.missing];
      }),
    },
  };
}

function recoveredTable(columns: readonly RecoveredColumn[]): ReportTable {
  return {
    name: "columns",
    columns: [
      { header: "column", align: "left" },
      { header: "from", align: "left" },
      { header: "method", align: "left", priority: 1 },
      { header: "lowest", align: "right", priority: 2 },
      { header: "highest", align: "right", priority: 2 },
      { header: "missing", align: "right", priority: 3 },
    ],
    rows: columns.slice(0, shownColumns).map(({ column, source, scaling, missing, lowest, highest }) => ({
      cells: [
        cutMiddle(column, nameWidth),
        cutMiddle(source, nameWidth),
        methodWords(scaling),
        formatMeasure(lowest),
        formatMeasure(highest),
        formatCount(missing),
      ],
    })),
  };
}

function moreBlocks(columns: number): readonly Block[] {
  const more = columns - shownColumns;
  return more > 0 ? [{ kind: "text", text: `and ${formatCount(more)} more columns`, emphasis: "dim" }] : [];
}

function groupBlocks({ by }: NormalizeModel): readonly Block[] {
  if (by === undefined) return [];
  const text = `by ${cutMiddle(by.column, 40)}: each of ${count(by.categories.length, "group")} has parameters of its own; those of all rows, shown here, are for other groups`;
  return [{ kind: "text", text, emphasis: "dim" }];
}

const autoRule =
  "auto: log1p where no value is negative, the skewness exceeds 2 and falls by it; then the z-score, as segment cluster scales: missing values count as the median";

function sampledBlocks(fit: NormalizeFit | null): readonly Block[] {
  if (fit === null || fit.sample === null) return [];
  const { rows, columns } = fit.sample;
  const knots = fit.model.columns.some(({ scaling }) => scaling.knots !== null);
  const names = columns.slice(0, 5).map((column) => cutMiddle(column, 40));
  const more = columns.length > names.length ? ` and ${formatCount(columns.length - names.length)} more` : "";
  const text = `${knots ? "λ, or the quantiles," : "λ"} of ${names.join(", ")}${more} ${knots ? "are" : "is"} of ${formatCount(rows)} rows drawn by hash; all else is of all rows`;
  return [{ kind: "notice", code: "sampled", text }];
}

function ruleBlocks(fit: NormalizeFit | null): readonly Block[] {
  return fit?.byRule === true ? [{ kind: "text", text: autoRule, emphasis: "dim" }] : [];
}

/** A transform alone bends a column; it does not bring it to the scale of the others. */
function unlikeScales(columns: readonly ScaledColumn[]): readonly Block[] {
  const bare = columns.filter(({ scaling }) => scaling.scaler === "none" && scaling.power !== "none");
  if (bare.length === 0 || columns.length < 2) return [];
  const power = methodWords(bare[0]!.scaling);
  const names = bare.slice(0, 5).map(({ column }) => cutMiddle(column, 40));
  const more = bare.length > names.length ? ` and ${formatCount(bare.length - names.length)} more` : "";
  const subject = bare.length === columns.length ? "every column" : names.join(", ") + more;
  const text = `a transform alone leaves ${subject} on a scale of its own; to compare columns, chain a scaler: --method ${power}+zscore`;
  return [{ kind: "notice", code: "unlike-scales", text }];
}

/** Numbers of their own size do not go beside scaled ones. */
function unlikeEncodings(
  encoded: readonly EncodedColumn[],
): readonly { readonly code: string; readonly message: string }[] {
  const bare = encoded.filter(({ kind, scaler }) => kind !== "one-hot" && scaler === "none");
  if (bare.length === 0) return [];
  const [first] = bare as [EncodedColumn, ...EncodedColumn[]];
  const names = bare.slice(0, 5).map(({ column }) => cutMiddle(column, 40));
  const message = `an encoding alone leaves ${names.join(", ")} on a scale of its own; to compare columns, chain a scaler: --encode ${cutMiddle(first.column, 40)}=${encodingWords(first)}+zscore`;
  return [{ code: "unlike-scales", message }];
}

function normalizeJson(
  { version, opened, model, columns, encoded, fit, ddof, groups, unit }: NormalizeFacts,
  warnings: JsonReport["warnings"],
): JsonReport {
  return {
    schema: "segment/normalize@1",
    version,
    ...accountJson(accountOf(opened)),
    warnings,
    inverse: false,
    in_place: model.inPlace,
    ...(fit === null ? {} : { ddof }),
    columns: columns.map((column, i): Json => ({
      column: column.column,
      target: column.target,
      method: methodWords(column.scaling),
      why: fit?.why[i] ?? "by the model",
      lambda: column.scaling.lambda,
      ...(column.scaling.knots === null ? {} : { quantiles: column.scaling.knots.length }),
      ...frameOf(column.scaling),
      skewness_before: orNull(column.skewnessBefore),
      skewness_after: orNull(column.skewnessAfter),
      ...(column.groups === undefined ? {} : { groups: groupsJson(column, model) }),
      missing: column.missing,
      below_fit: column.below,
      above_fit: column.above,
    })),
    ...(groups === null ? {} : { by: { column: model.by!.column, groups: model.by!.categories.length, ...groups } }),
    ...(unit === null ? {} : { unit_rows: { ...unit } }),
    encoded: encoded.map(encodedJson),
    dropped: (fit?.dropped ?? []).map(({ column, reason }) => ({ column, reason })),
  };
}

function groupsJson({ groups = [] }: ScaledColumn, { by }: NormalizeModel): Json {
  return groups.map((one, i): Json => {
    const group = by!.categories[i]!;
    if (one === null) return { group, method: null };
    return { group, method: methodWords(one.scaling), lambda: one.scaling.lambda, ...frameOf(one.scaling) };
  });
}

/** Centre and scale, null where the method has none. */
function frameOf({ scaler, center, scale }: ScaledColumn["scaling"]): {
  readonly center: number | null;
  readonly scale: number | null;
} {
  return scaler === "none" ? { center: null, scale: null } : { center, scale };
}

function formatLambda(lambda: number): string {
  return Math.abs(lambda) < 1000 ? formatFixed(lambda, 3) : formatMeasure(lambda);
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function count(number: number, word: string): string {
  return `${formatCount(number)} ${word}${number === 1 ? "" : "s"}`;
}
