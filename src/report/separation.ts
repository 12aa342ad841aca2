import type { Block } from "../core/report.ts";
import { cutMiddle, visibleText } from "./display-text.ts";
import { formatFixed } from "./number.ts";

/** How a segment differs from its nearest. */
export interface SeparationInput {
  readonly segment: string | number;
  readonly nearest: string | number;
  readonly column: Effect | null;
  readonly outcome: Effect | null;
  /** What speaks for joining the two. */
  readonly doubts: readonly string[];
}

interface Effect {
  readonly column: string;
  readonly d: number;
  readonly ci95: readonly [number, number];
}

const nameWidth = 32;
const columnWidth = 24;

/** One row for each segment: its nearest, the column in which they are most apart, and where asked for the outcome. */
export function separationBlocks(parted: readonly SeparationInput[], hasKpi: boolean): readonly Block[] {
  if (parted.length === 0) return [];
  const name = (segment: string | number): string => cutMiddle(visibleText(String(segment)), nameWidth);
  const effect = (one: Effect | null): string =>
    one === null
      ? "—"
      : `${cutMiddle(visibleText(one.column), columnWidth)} ${one.d > 0 ? "+" : ""}${formatFixed(one.d, 2)}`;
  const values = (one: Effect | null): readonly (string | number | null)[] =>
    one === null ? [null, null, null, null] : [one.column, one.d, ...one.ci95];
  return [
    { kind: "heading", text: "what parts each segment from its nearest (Cohen's d)" },
    {
      kind: "table",
      table: {
        name: "separation",
        columns: [
          { header: "", align: "right" },
          { header: "nearest", align: "right" },
          { header: "most apart in", align: "left" },
          ...(hasKpi ? [{ header: "outcome", align: "left" as const }] : []),
          { header: "", align: "left", wrap: true },
        ],
        rows: parted.map(({ segment, nearest, column, outcome, doubts }) => ({
          ...(typeof segment === "number" ? { segment } : {}),
          cells: [
            name(segment),
            name(nearest),
            effect(column),
            ...(hasKpi ? [effect(outcome)] : []),
            doubts.join(", "),
          ],
        })),
        data: {
          columns: [
            "segment",
            "nearest",
            "column",
            "d",
            "d_low",
            "d_high",
            "outcome",
            "outcome_d",
            "outcome_low",
            "outcome_high",
          ],
          rows: parted.map(({ segment, nearest, column, outcome }) => [
            segment,
            nearest,
            ...values(column),
            ...values(outcome),
          ]),
        },
      },
    },
  ];
}
