import type { Block } from "../core/report.ts";
import { cutMiddle, visibleText } from "./display-text.ts";
import { formatFixed } from "./number.ts";

/** How a method fitted anew agrees with the segments, by the adjusted Rand index. */
export interface RefitsInput {
  readonly splitHalf: Spread;
  readonly folds: Spread;
  readonly seeds: Spread;
  readonly ks: readonly { readonly k: number; readonly ari: number }[];
  readonly columns: readonly { readonly column: string; readonly ari: number }[];
}

interface Spread {
  readonly mean: number;
  readonly least: number;
  readonly fits: number;
}

const columnWidth = 24;

/** One row for each way of fitting anew; those of which there was no fit are left out. */
export function refitBlocks(method: string, refits: RefitsInput): readonly Block[] {
  const spread = (what: string, { mean, least, fits }: Spread): readonly [string, number, string][] =>
    fits === 0 ? [] : [[what, mean, `least ${formatFixed(least, 2)} of ${fits}`]];
  const rows: readonly (readonly [string, number, string])[] = [
    ...spread("halves with each other", refits.splitHalf),
    ...spread("without a fifth of the rows", refits.folds),
    ...spread("other seeds", refits.seeds),
    ...refits.ks.map(({ k, ari }) => [`${k} segments`, ari, ""] as const),
    ...refits.columns.map(
      ({ column, ari }) => [`without ${cutMiddle(visibleText(column), columnWidth)}`, ari, ""] as const,
    ),
  ];
  return [
    { kind: "heading", text: `${method} fitted anew: adjusted Rand index with the segments` },
    {
      kind: "table",
      table: {
        name: "refits",
        columns: [
          { header: "fit", align: "left" },
          { header: "agreement", align: "right" },
          { header: "", align: "left", priority: 1 },
        ],
        rows: rows.map(([what, ari, more]) => ({
          cells: [what, { text: formatFixed(ari, 2), bar: Math.max(0, ari), style: "line" }, more],
        })),
        data: { columns: ["fit", "ari"], rows: rows.map(([what, ari]) => [what, ari]) },
      },
    },
  ];
}
