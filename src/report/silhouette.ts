import type { Block } from "../core/report.ts";
import { formatCount, formatFixed, formatShare } from "./number.ts";

export interface SilhouetteInput {
  /** In the order they are drawn. */
  readonly segments: readonly SegmentSilhouette[];
  /** Mean over all rows. */
  readonly mean: number;
  /** 95 % interval of the sampling; null when every row was compared with every row. */
  readonly ci95: readonly [low: number, high: number] | null;
  /** Rows whose silhouette was computed; null for all. */
  readonly anchors: number | null;
}

export interface SegmentSilhouette {
  readonly segment: number;
  readonly rows: number;
  readonly mean: number;
  /** Quantiles of its rows' silhouettes at even steps, best to worst, each -1…1. */
  readonly quantiles: readonly number[];
  /** Share of its rows below zero: nearer to another segment than to their own. */
  readonly belowZero: number;
}

/** A segment is called weak below this mean silhouette ("no substantial structure": Kaufman and Rousseeuw 1990, p. 88) … */
const weakMean = 0.25;
/** … or when more than this share of its rows lies nearer to another segment. */
const weakShare = 0.1;

/** One row per segment: mean, a spark of its quantiles, the share below zero, and what to look at. */
export function silhouetteBlocks(input: SilhouetteInput): readonly Block[] {
  const steps = input.segments[0]?.quantiles.length ?? 0;
  return [
    { kind: "heading", text: `silhouette by segment (${steps} quantiles, best to worst; · below zero)` },
    {
      kind: "table",
      table: {
        name: "silhouette",
        columns: [
          { header: "", align: "right" },
          { header: "", align: "right" },
          { header: "", align: "right" },
          { header: "", align: "left", wrap: true },
        ],
        rows: input.segments.map((segment) => ({
          segment: segment.segment,
          cells: [
            String(segment.segment),
            { text: formatFixed(segment.mean, 2), spark: segment.quantiles },
            `${formatShare(segment.belowZero)} <0`,
            silhouetteFlag(segment),
          ],
        })),
        data: {
          columns: [
            "segment",
            "rows",
            "silhouette",
            "share_below_zero",
            ...Array.from({ length: steps }, (_, at) => `quantile_${at + 1}`),
            "flag",
          ],
          rows: input.segments.map((segment) => [
            segment.segment,
            segment.rows,
            segment.mean,
            segment.belowZero,
            ...segment.quantiles,
            silhouetteFlag(segment) === "" ? null : silhouetteFlag(segment).slice(2),
          ]),
        },
      },
    },
    { kind: "text", text: meanSentence(input), emphasis: "dim" },
  ];
}

/** `! weak: merge or split?`, or nothing. */
export function silhouetteFlag(segment: SegmentSilhouette): string {
  if (segment.rows === 1) return "! one row alone";
  return segment.mean < weakMean || segment.belowZero > weakShare ? "! weak: merge or split?" : "";
}

function meanSentence({ mean, ci95, anchors }: SilhouetteInput): string {
  const figure = `mean silhouette ${formatFixed(mean, 2)}`;
  if (ci95 === null || anchors === null) return `${figure}, exact: every row against every row`;
  const [low, high] = ci95;
  const range = `${formatFixed(low, 3)} to ${formatFixed(high, 3)}`;
  return `${figure}, ${range} (95% interval of the sampling alone: ${formatCount(anchors)} rows against all)`;
}
