import type { Block, ReportTable } from "../core/report.ts";
import { cutMiddle, visibleText } from "./display-text.ts";
import { formatCount, formatFixed, formatShare } from "./number.ts";

/** How the groups of one attribute are spread over the segments. */
export interface RepresentationInput {
  readonly column: string;
  readonly groups: readonly {
    readonly value: string;
    readonly rows: number;
    readonly share: number;
    readonly segments: readonly {
      readonly segment: string;
      readonly rows: number;
      readonly share: number;
      readonly ratio: number;
      readonly ci95: readonly [number, number];
      readonly verdict: "under" | "over" | null;
    }[];
  }[];
  readonly missing: number;
}

const nameWidth = 18;
/** Findings that are spelt out; the JSON document and saved tables have all. */
const shownFindings = 10;

/** Two rows for each group and a column for each segment: its ratio, marked where the interval below it is beyond 0.8 to 1.25. */
export function representationBlocks(input: RepresentationInput): readonly Block[] {
  const { column, groups, missing } = input;
  const findings = groups.flatMap(({ value, segments }) =>
    segments.flatMap((one) => (one.verdict === null ? [] : [{ value, ...one }])),
  );
  const name = cutMiddle(visibleText(column), nameWidth);
  const left = missing === 0 ? "" : `; ${formatCount(missing)} rows of a segment without a value left out`;
  return [
    { kind: "heading", text: `representation of ${name} in the segments (share in the segment / share of all)` },
    { kind: "table", table: ratioTable(input) },
    ...findings.slice(0, shownFindings).map(({ value, segment, ratio, ci95, verdict, share, rows }): Block => ({
      kind: "text",
      text: `${visibleText(value)} ${verdict === "under" ? "under" : "over"}-represented in segment ${visibleText(segment)}: ${formatShare(share)} (${formatCount(rows)} rows), ratio ${formatFixed(ratio, 2)} [${formatFixed(ci95[0], 2)}, ${formatFixed(ci95[1], 2)}]`,
    })),
    ...(findings.length > shownFindings
      ? [{ kind: "text", text: `and ${findings.length - shownFindings} more`, emphasis: "dim" } as const]
      : []),
    {
      kind: "text",
      text: `below each ratio its 95% interval (Wilson); ${findings.length === 0 ? "none lies" : "- and + mark those"} wholly below 0.8 or above 1.25${left}`,
      emphasis: "dim",
    },
  ];
}

function ratioTable({ column, groups }: RepresentationInput): ReportTable {
  const segments = groups[0]?.segments.map(({ segment }) => segment) ?? [];
  const marks = { under: "-", over: "+" } as const;
  return {
    name: `representation-${column}`,
    repeat: 1,
    columns: [
      { header: cutMiddle(visibleText(column), nameWidth), align: "left" },
      { header: "all", align: "right" },
      ...segments.map((segment) => {
        const number = Number(segment);
        const isNumber = Number.isInteger(number) && number > 0;
        return {
          header: cutMiddle(visibleText(segment), nameWidth),
          align: "right" as const,
          ...(isNumber ? { segment: number } : {}),
        };
      }),
    ],
    rows: groups.flatMap(({ value, share, segments: own }) => [
      {
        cells: [
          cutMiddle(visibleText(value), nameWidth),
          formatShare(share),
          ...own.map(({ ratio, verdict }) => `${formatFixed(ratio, 2)}${verdict === null ? " " : marks[verdict]}`),
        ],
      },
      { cells: ["", "", ...own.map(({ ci95 }) => `${formatFixed(ci95[0], 2)}–${formatFixed(ci95[1], 2)} `)] },
    ]),
    data: {
      columns: [
        "value",
        "rows",
        "share",
        "segment",
        "segment_rows",
        "segment_share",
        "ratio",
        "ratio_low",
        "ratio_high",
      ],
      rows: groups.flatMap(({ value, rows, share, segments: own }) =>
        own.map((one) => [value, rows, share, one.segment, one.rows, one.share, one.ratio, ...one.ci95]),
      ),
    },
  };
}
