import type { Block, Cell } from "../core/report.ts";
import { cutMiddle } from "./display-text.ts";
import { formatCount, formatFixed, formatMeasure, formatShare } from "./number.ts";

/** Which columns the fit used and how, which it left out and why. */
export interface ColumnsInput {
  readonly used: readonly UsedColumn[];
  readonly leftOut: readonly { readonly column: string; readonly reason: string }[];
  /** Pairs of used columns whose correlation exceeds 0.95 in absolute value. */
  readonly correlated: readonly { readonly a: string; readonly b: string; readonly r: number }[];
}

export interface UsedColumn {
  readonly column: string;
  /** How it was scaled, in words, such as `log1p, z-score`. */
  readonly scaling: string;
  readonly missing: number;
  /** Missing values as a share of the rows, 0–1. */
  readonly missingShare: number;
  /** What missing values became, in words, such as `median`; null where none is missing. */
  readonly filledWith: string | null;
  /** The value they became; null where their rows were dropped. */
  readonly fill: number | null;
}

const shownColumns = 40;
const shownInList = 12;
const shownPairs = 5;
const imputedNotice = 0.05;

/** The columns used with scaling and fills, those left out with the reason, and what deserves a second look. */
export function columnsBlocks(input: ColumnsInput): readonly Block[] {
  return [...usedBlocks(input.used), ...leftOutBlocks(input.leftOut), ...columnNotices(input)];
}

function usedBlocks(used: readonly UsedColumn[]): readonly Block[] {
  const missing = used.some((column) => column.missing > 0);
  const cells = (column: UsedColumn): readonly Cell[] => [
    column.column,
    column.scaling,
    ...(missing ? [missingText(column), fillText(column)] : []),
  ];
  return [
    { kind: "heading", text: `columns used: ${formatCount(used.length)}` },
    {
      kind: "table",
      table: {
        name: "columns",
        columns: [
          { header: "column", align: "left" },
          { header: "scaling", align: "left", wrap: true },
          ...(missing
            ? [
                { header: "missing", align: "right" as const, priority: 1 },
                { header: "filled with", align: "left" as const, priority: 2 },
              ]
            : []),
        ],
        rows: used.slice(0, shownColumns).map((column) => ({ cells: cells(column) })),
        data: {
          columns: ["column", "scaling", "missing", "missing_share", "filled_with", "fill"],
          rows: used.map((c) => [c.column, c.scaling, c.missing, c.missingShare, c.filledWith, c.fill]),
        },
      },
    },
    ...moreText(used.length),
  ];
}

function missingText({ missing, missingShare }: UsedColumn): string {
  return missing === 0 ? "—" : `${formatCount(missing)} (${formatShare(missingShare)})`;
}

function fillText({ filledWith, fill }: UsedColumn): string {
  if (filledWith === null) return "";
  return fill === null ? filledWith : `${filledWith} ${formatMeasure(fill)}`;
}

/** Columns left out, one row per reason, so that a table of text columns does not bury the one that surprises. */
export function leftOutBlocks(leftOut: ColumnsInput["leftOut"]): readonly Block[] {
  if (leftOut.length === 0) return [];
  const byReason = new Map<string, string[]>();
  for (const { column, reason } of leftOut) byReason.set(reason, [...(byReason.get(reason) ?? []), column]);
  const reasons = [...byReason];
  return [
    { kind: "heading", text: `columns left out: ${formatCount(leftOut.length)} (name one in --columns to use it)` },
    {
      kind: "table",
      table: {
        name: "columns-left-out",
        columns: [
          { header: "why", align: "left" },
          { header: "columns", align: "left", wrap: true },
        ],
        rows: reasons.slice(0, shownColumns).map(([reason, columns]) => ({ cells: [reason, columnList(columns)] })),
        data: { columns: ["column", "reason"], rows: leftOut.map(({ column, reason }) => [column, reason]) },
      },
    },
    ...(reasons.length > shownColumns ? moreText(leftOut.length) : []),
  ];
}

/** Names of columns, the first twelve of them. */
export function columnList(columns: readonly string[]): string {
  const shown = columns.slice(0, shownInList).map((column) => cutMiddle(column, 40));
  const more = columns.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${formatCount(more)} more` : "");
}

function moreText(count: number): readonly Block[] {
  if (count <= shownColumns) return [];
  return [{ kind: "text", text: `and ${formatCount(count - shownColumns)} more columns`, emphasis: "dim" }];
}

/** Notices about columns that count twice and columns of which much was filled in (above 5 %). */
function columnNotices({ used, correlated }: ColumnsInput): readonly Block[] {
  const notices: Block[] = correlated.slice(0, shownPairs).map(({ a, b, r }) => ({
    kind: "notice",
    code: "correlated-columns",
    text: `${cutMiddle(a, 40)} and ${cutMiddle(b, 40)} say nearly the same (r ${formatFixed(r, 2)}) and count twice; leave one out with --exclude`,
  }));
  if (correlated.length > shownPairs) {
    const more = formatCount(correlated.length - shownPairs);
    notices.push({
      kind: "notice",
      code: "correlated-columns",
      text: `${more} more pairs of columns say nearly the same`,
    });
  }
  const filled = used.filter((column) => column.fill !== null && column.missingShare > imputedNotice);
  for (const column of filled.slice(0, shownColumns)) {
    notices.push({
      kind: "notice",
      code: "imputed-values",
      text: `${formatShare(column.missingShare)} of ${cutMiddle(column.column, 40)} was missing and filled with the ${fillText(column)}`,
    });
  }
  if (filled.length > shownColumns) {
    const more = formatCount(filled.length - shownColumns);
    notices.push({
      kind: "notice",
      code: "imputed-values",
      text: `${more} more columns had above 5% of their values filled in`,
    });
  }
  return notices;
}

/** The notices of a report as the `warnings` of its JSON document. */
export function warningsOf(blocks: readonly Block[]): readonly { readonly code: string; readonly message: string }[] {
  return blocks.flatMap((block) => (block.kind === "notice" ? [{ code: block.code, message: block.text }] : []));
}
