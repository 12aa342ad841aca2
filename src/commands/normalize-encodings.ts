import type { Block, Json, ReportTable } from "../core/report.ts";
import { cutMiddle } from "../report/display-text.ts";
import { formatCount, formatMeasure, formatShare } from "../report/number.ts";
import type { DecodedColumn } from "../steps/normalize/encode/decode-sql.ts";
import type { EncodedColumn } from "../steps/normalize/encode/encoded-facts.ts";
import { encodingWords } from "../steps/normalize/encode/encoding.ts";

const shownPlaces = 8;
const nameWidth = 32;

/** One row per column of categories: how it was encoded, into what, and what it meets. */
export function encodedBlocks(columns: readonly EncodedColumn[], rows: number): readonly Block[] {
  if (columns.length === 0) return [];
  return [
    { kind: "heading", text: `categories encoded: ${formatCount(columns.length)}` },
    { kind: "table", table: encodedTable(columns, rows) },
  ];
}

function encodedTable(columns: readonly EncodedColumn[], rows: number): ReportTable {
  const missing = columns.some((column) => column.missing > 0);
  const unseen = columns.some((column) => column.unseen > 0);
  const share = (count: number): string =>
    count === 0 ? "—" : `${formatCount(count)} (${formatShare(count / Math.max(1, rows))})`;
  return {
    name: "encoded",
    columns: [
      { header: "column", align: "left" },
      { header: "encoding", align: "left" },
      { header: "categories", align: "right", priority: 1 },
      ...(missing ? [{ header: "missing", align: "right" as const, priority: 2 }] : []),
      ...(unseen ? [{ header: "unseen", align: "right" as const, priority: 2 }] : []),
      { header: "becomes", align: "left", wrap: true, priority: 3 },
    ],
    rows: columns.map((column) => ({
      cells: [
        cutMiddle(column.column, nameWidth),
        cutMiddle(encodingWords(column), nameWidth),
        formatCount(column.categories.length),
        ...(missing ? [share(column.missing)] : []),
        ...(unseen ? [share(column.unseen)] : []),
        becomes(column),
      ],
    })),
    data: {
      columns: ["column", "encoding", "category", "target", "value", "rows_at_fit"],
      rows: columns.flatMap((column) =>
        column.categories.map((category, i) => {
          const slot = column.slots[i]!;
          const target = column.kind === "one-hot" ? column.targets[slot]! : column.targets[0]!;
          const value = column.kind === "one-hot" ? 1 : column.values[slot]!;
          return [column.column, encodingWords(column), category, target, value, column.counts[slot]!];
        }),
      ),
    },
  };
}

function becomes(column: EncodedColumn): string {
  if (column.kind === "one-hot") {
    const { targets } = column;
    const shown = targets.slice(0, shownPlaces).map((name) => cutMiddle(name, 40));
    const more = targets.length - shown.length;
    return shown.join(", ") + (more > 0 ? ` and ${formatCount(more)} more` : "");
  }
  const names = column.counts.map((_, slot) =>
    column.grouped && slot === column.counts.length - 1 ? "other" : column.categories[column.slots.indexOf(slot)]!,
  );
  const order = names.map((_, slot) => slot);
  if (column.kind !== "ordinal") order.sort((a, b) => column.values[b]! - column.values[a]! || a - b);
  const shown = order
    .slice(0, shownPlaces)
    .map((slot) => `${cutMiddle(names[slot]!, 24)} ${formatMeasure(column.values[slot]!)}`);
  const more = order.length - shown.length;
  return `${cutMiddle(column.targets[0]!, 40)}: ${shown.join(", ")}${more > 0 ? ` and ${formatCount(more)} more` : ""}`;
}

/** The same for the JSON document: all categories with their numbers. */
export function encodedJson(column: EncodedColumn): Json {
  const { target, scaler, center, scale } = column;
  return {
    column: column.column,
    targets: [...column.targets],
    encoding: encodingWords(column),
    categories: column.categories.map((value, i): Json => {
      const slot = column.slots[i]!;
      return { value, place: slot, number: column.kind === "one-hot" ? 1 : column.values[slot]! };
    }),
    rare_together: column.grouped,
    rare_rows: column.rare,
    center: scaler === "none" ? null : center,
    scale: scaler === "none" ? null : scale,
    target: target === null ? null : { ...target },
    missing: column.missing,
    unseen: column.unseen,
    unseen_examples: [...column.examples],
  };
}

/** One row per column that was brought back from its encoding. */
export function decodedBlocks(columns: readonly DecodedColumn[]): readonly Block[] {
  if (columns.length === 0) return [];
  const lost = columns.filter((column) => column.lost > 0);
  return [
    {
      kind: "table",
      table: {
        name: "decoded",
        columns: [
          { header: "column", align: "left" },
          { header: "encoding", align: "left" },
          { header: "categories", align: "right", priority: 1 },
          { header: "missing", align: "right", priority: 2 },
          { header: "no category", align: "right", priority: 2 },
        ],
        rows: columns.map((column) => ({
          cells: [
            cutMiddle(column.column, nameWidth),
            encodingWords(column),
            formatCount(column.categories.length),
            formatCount(column.missing),
            formatCount(column.lost),
          ],
        })),
      },
    },
    ...lost.map((column): Block => {
      const rows = `${formatCount(column.lost)} ${column.lost === 1 ? "row stands" : "rows stand"}`;
      const text = `${column.column}: ${rows} for no one category (rare or unseen at the encoding) and ${column.lost === 1 ? "is" : "are"} missing`;
      return { kind: "notice", code: "no-category", text };
    }),
  ];
}

/** The same for the JSON document. */
export function decodedJson(column: DecodedColumn): Json {
  return {
    column: column.column,
    sources: [...column.targets],
    encoding: encodingWords(column),
    missing: column.missing,
    lost: column.lost,
  };
}
