import type { Block, ReportTable } from "../core/report.ts";
import { cutMiddle, visibleText } from "./display-text.ts";
import { formatCount, formatFixed, formatShare } from "./number.ts";

/** How segments agree with another division of the same rows. */
export interface AgreementInput {
  readonly kind: "truth" | "against";
  /** What they are compared with, such as `column kind`. */
  readonly against: string;
  readonly segments: readonly string[];
  readonly classes: readonly string[];
  /** Rows by segment and class. */
  readonly counts: readonly (readonly number[])[];
  readonly agreement: Figures;
  /** Of rows that are in a segment on both sides; null where that is all. */
  readonly assigned: Figures | null;
  /** By segment: its class, one to one; -1 for none. */
  readonly aligned: readonly number[];
  readonly rows: number;
  readonly left: number;
  readonly unmatched: number;
}

interface Figures {
  readonly ari: number;
  readonly ami: number;
  readonly nmi: number;
  readonly homogeneity: number;
  readonly completeness: number;
  readonly vMeasure: number;
  readonly fowlkesMallows: number;
}

const nameWidth = 20;
/** Classes that are drawn; the JSON document and saved tables have all. */
const shownClasses = 8;

/** The agreement in figures, and the rows that segments and classes share, each segment with the class that it goes with. */
export function agreementBlocks(input: AgreementInput): readonly Block[] {
  const { agreement, assigned, rows, left, unmatched, against } = input;
  const shared = input.counts.reduce((sum, row, i) => sum + (row[input.aligned[i]!] ?? 0), 0);
  const apart = [
    ...(left === 0 ? [] : [`${formatCount(left)} ${left === 1 ? "row" : "rows"} of the table not compared`]),
    ...(unmatched === 0 ? [] : [`${formatCount(unmatched)} of the other side without a row here`]),
  ];
  return [
    { kind: "heading", text: `agreement with ${visibleText(against)}: ${formatCount(rows)} rows` },
    { kind: "text", text: figuresText(agreement), emphasis: "strong" },
    ...(assigned === null
      ? []
      : [{ kind: "text", text: `without rows in no segment: ${figuresText(assigned)}` } as const]),
    { kind: "table", table: contingencyTable(input) },
    {
      kind: "text",
      text: `goes with: one class for each segment, so that most rows are shared: ${formatShare(shared / rows)} of them`,
      emphasis: "dim",
    },
    ...(apart.length === 0 ? [] : [{ kind: "text", text: apart.join(", "), emphasis: "dim" } as const]),
    {
      kind: "text",
      text: "adjusted indices: 1 is the same division, 0 what chance gives; rows in no segment (0) count as a group of their own",
      emphasis: "dim",
    },
  ];
}

function figuresText(figures: Figures): string {
  return [
    `adjusted Rand ${formatFixed(figures.ari, 3)}`,
    `adjusted mutual information ${formatFixed(figures.ami, 3)}`,
    `V-measure ${formatFixed(figures.vMeasure, 3)} (homogeneity ${formatFixed(figures.homogeneity, 3)}, completeness ${formatFixed(figures.completeness, 3)})`,
    `Fowlkes-Mallows ${formatFixed(figures.fowlkesMallows, 3)}`,
  ].join(" · ");
}

function contingencyTable({ kind, segments, classes, counts, aligned }: AgreementInput): ReportTable {
  const shown = classes.slice(0, shownClasses);
  const rest = classes.length - shown.length;
  const name = (text: string): string => cutMiddle(visibleText(text), nameWidth);
  return {
    name: `contingency-${kind}`,
    columns: [
      { header: "segment", align: "right" },
      { header: "goes with", align: "left" },
      { header: "rows", align: "right" },
      ...shown.map((one, i) => ({ header: name(one), align: "right" as const, priority: i + 1 })),
      ...(rest === 0 ? [] : [{ header: `${rest} more`, align: "right" as const, priority: shownClasses + 1 }]),
    ],
    rows: segments.map((segment, i) => {
      const own = counts[i]!;
      const total = own.reduce((sum, n) => sum + n, 0);
      const others = own.slice(shown.length).reduce((sum, n) => sum + n, 0);
      const number = Number(segment);
      return {
        ...(Number.isInteger(number) && number > 0 ? { segment: number } : {}),
        cells: [
          name(segment),
          aligned[i]! < 0 ? "—" : name(classes[aligned[i]!]!),
          formatCount(total),
          ...own.slice(0, shown.length).map((n) => formatCount(n)),
          ...(rest === 0 ? [] : [formatCount(others)]),
        ],
      };
    }),
    data: {
      columns: ["segment", "class", "rows"],
      rows: segments.flatMap((segment, i) => classes.map((one, j) => [segment, one, counts[i]![j]!])),
    },
  };
}
