import type { Block } from "../core/report.ts";
import { formatCount, formatShare } from "./number.ts";

/** Rows of a segment that goes by a label: `3`, `2.1`, or a name. */
export interface LabelSize {
  readonly label: string;
  readonly size: number;
  /** Of all rows in a segment, 0–1. */
  readonly share: number;
  readonly note?: string;
}

/** Sizes with their shares, in the order given; 0, which stands for none, has no share. */
export function labelSizes(counts: Iterable<readonly [string, number]>): readonly LabelSize[] {
  const placed = [...counts].filter(([label]) => label !== "0");
  const total = placed.reduce((sum, [, size]) => sum + size, 0);
  return placed.map(([label, size]) => ({ label, size, share: total === 0 ? 0 : size / total }));
}

/** One row per segment: label, rows, share, and a note where one has it. */
export function labelSizesBlocks(
  sizes: readonly LabelSize[],
  { name, heading } = { name: "sizes", heading: "sizes" },
): readonly Block[] {
  const longest = sizes.reduce((most, { share }) => Math.max(most, share), 0);
  return [
    { kind: "heading", text: heading },
    {
      kind: "table",
      table: {
        name,
        columns: [
          { header: "", align: "left" },
          { header: "rows", align: "right" },
          { header: "share", align: "right" },
          ...(sizes.some(({ note }) => note !== undefined)
            ? [{ header: "", align: "left" as const, priority: 1 }]
            : []),
        ],
        rows: sizes.map(({ label, size, share, note }) => ({
          cells: [
            label,
            formatCount(size),
            { text: formatShare(share), bar: longest > 0 ? share / longest : 0 },
            ...(sizes.some((one) => one.note !== undefined) ? [note ?? ""] : []),
          ],
        })),
        data: {
          columns: ["segment", "size", "share"],
          rows: sizes.map(({ label, size, share }) => [label, size, share]),
        },
      },
    },
  ];
}
