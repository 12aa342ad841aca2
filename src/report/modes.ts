import type { Block } from "../core/report.ts";
import { cutMiddle } from "./display-text.ts";
import { formatCount, formatShare } from "./number.ts";
import { segmentGrid } from "./segment-grid.ts";

/** The categorical columns of a fit and the most frequent word of each by segment. */
export interface ModesInput {
  readonly segments: readonly number[];
  readonly columns: readonly ModesColumn[];
  /** How columns were chosen that nobody named, in words; null where they were named. */
  readonly chosen: string | null;
}

export interface ModesColumn {
  readonly column: string;
  readonly words: number;
  readonly missing: number;
  /** By segment, in the order of `segments`. */
  readonly modes: readonly Mode[];
  readonly everyone: Mode;
}

export interface Mode {
  readonly word: string;
  /** Within the segment, and among everyone, 0–1. */
  readonly share: number;
  readonly everyone: number;
}

const longestWord = 24;

/** The most frequent word by segment and column with its share, then the columns; nothing for no column. */
export function modesBlocks({ segments, columns, chosen }: ModesInput): readonly Block[] {
  if (columns.length === 0) return [];
  const cell = ({ word, share }: Mode): string => `${cutMiddle(word, longestWord)} ${formatShare(share, 0)}`;
  const data = columns.flatMap(({ column, modes, everyone }) => [
    ...modes.map(({ word, share, everyone: of }, s) => [column, segments[s]!, word, share, of]),
    [column, "everyone", everyone.word, everyone.share, everyone.share],
  ]);
  return [
    { kind: "heading", text: "most frequent word of the categorical columns, with its share" },
    {
      kind: "table",
      table: segmentGrid({
        name: "modes",
        columns: columns.map(({ column }) => column),
        segments,
        cells: segments.map((_, s) => columns.map(({ modes }) => cell(modes[s]!))),
        everyone: columns.map(({ everyone }) => cell(everyone)),
        shown: columns.map((_, j) => j),
        data: { columns: ["column", "segment", "word", "share", "share_everyone"], rows: data },
      }),
    },
    { kind: "text", text: "a missing word is a word of its own", emphasis: "dim" },
    {
      kind: "heading",
      text: `categorical columns: ${formatCount(columns.length)}${chosen === null ? "" : ` (${chosen}; name others with --categories)`}`,
    },
    {
      kind: "table",
      table: {
        name: "categories",
        columns: [
          { header: "column", align: "left" },
          { header: "words", align: "right" },
          { header: "missing", align: "right" },
        ],
        rows: columns.map(({ column, words, missing }) => ({
          cells: [cutMiddle(column, 40), formatCount(words), missing === 0 ? "—" : formatCount(missing)],
        })),
        data: {
          columns: ["column", "words", "missing"],
          rows: columns.map(({ column, words, missing }) => [column, words, missing]),
        },
      },
    },
  ];
}
