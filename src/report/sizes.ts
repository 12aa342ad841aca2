import type { Block, Cell, ReportColumn } from "../core/report.ts";
import { formatCount, formatShare } from "./number.ts";

export interface SizesInput {
  readonly segments: readonly SegmentSize[];
  /** The column whose total is shared out, such as the revenue; null for none. */
  readonly valueColumn: string | null;
  /** Sizes are sums of weights, not rows. */
  readonly weighted: boolean;
  /** Rows that were not clustered. */
  readonly unassigned: number;
  /** Rows that the method left in no segment, and their share of all; absent for a method that leaves none. */
  readonly noise?: { readonly rows: number; readonly share: number };
}

export interface SegmentSize {
  readonly segment: number;
  /** Rows, or their weight. */
  readonly size: number;
  /** Of all that is assigned, 0–1. */
  readonly share: number;
  /** Of the value column's total; null where there is no column, or its total is not positive. */
  readonly valueShare: number | null;
}

/** One row per segment: size, share, share of the value column, and value per head as an index (100 = everyone). */
export function sizesBlocks(input: SizesInput): readonly Block[] {
  const { segments, valueColumn } = input;
  const longest = segments.reduce((most, { share, valueShare }) => Math.max(most, share, valueShare ?? 0), 0);
  const bar = (share: number | null): Cell =>
    share === null ? "—" : { text: formatShare(share), bar: longest > 0 ? share / longest : 0 };
  const columns: readonly ReportColumn[] = [
    { header: "", align: "right" },
    { header: input.weighted ? "weight" : "rows", align: "right" },
    { header: "share", align: "right" },
    ...(valueColumn === null
      ? []
      : [
          { header: `share of ${valueColumn}`, align: "right" as const },
          { header: "per head", align: "right" as const, priority: 1 },
        ]),
  ];
  const rows = segments.map((segment) => ({
    segment: segment.segment,
    cells: [
      String(segment.segment),
      formatCount(segment.size),
      bar(segment.share),
      ...(valueColumn === null ? [] : [bar(segment.valueShare), formatIndex(valueIndex(segment))]),
    ],
  }));
  const data = {
    columns: ["segment", "size", "share", ...(valueColumn === null ? [] : ["value_share", "value_index"])],
    rows: segments.map((segment) => [
      segment.segment,
      segment.size,
      segment.share,
      ...(valueColumn === null ? [] : [segment.valueShare, valueIndex(segment)]),
    ]),
  };
  const heading = valueColumn === null ? "sizes" : "sizes and value (per head: 100 = everyone)";
  const blocks: Block[] = [
    { kind: "heading", text: heading },
    { kind: "table", table: { name: "sizes", columns, rows, data } },
  ];
  const { noise } = input;
  if (noise !== undefined && noise.rows > 0) {
    const text = `${formatCount(noise.rows)} ${noise.rows === 1 ? "row" : "rows"} (${formatShare(noise.share)}) too far from others for any segment: noise (0), in none of these shares, 0 in the mean silhouette`;
    blocks.push({ kind: "text", text, emphasis: "dim" });
  }
  if (input.unassigned > 0) {
    const rowsWord = input.unassigned === 1 ? "row is" : "rows are";
    const text = `${formatCount(input.unassigned)} ${rowsWord} in no segment (0) and in none of these shares`;
    blocks.push({ kind: "text", text, emphasis: "dim" });
  }
  return blocks;
}

/** Share of value over share of rows, times 100; null without a value or for an empty segment. */
function valueIndex({ share, valueShare }: SegmentSize): number | null {
  return valueShare === null || share <= 0 ? null : (valueShare / share) * 100;
}

function formatIndex(index: number | null): string {
  return index === null ? "—" : formatCount(index);
}
