import type { Block, Cell, ReportTable } from "../core/report.ts";
import { cutMiddle } from "./display-text.ts";
import { formatCount, formatFixed } from "./number.ts";

/** How the columns of a table go together, pair by pair; null for a measure that does not fit the pair. */
export interface AssociationsInput {
  readonly columns: readonly string[];
  readonly pairs: readonly AssociationPair[];
  readonly rows: number;
  /** The rows were drawn by hash from more. */
  readonly sampled: boolean;
  /** Columns that were not compared. */
  readonly leftOut: number;
}

export interface AssociationPair {
  readonly left: string;
  readonly right: string;
  readonly pearson: number | null;
  readonly spearman: number | null;
  readonly cramersV: number | null;
  readonly cramersVCorrected: number | null;
  readonly eta: number | null;
  readonly rows: number;
}

/** Columns of the map, which then fits into 80 cells, and pairs of the list below it, at most. */
const mapColumns = 9;
const listedPairs = 12;
const mapNameWidth = 14;
const nameWidth = 24;

/**
 * The map of all pairs: above the diagonal Pearson's r, Cramér's V or η, below it Spearman's ρ; shades from 0.2, 0.4, 0.6
 * and 0.8. Of more than nine columns those of the strongest pairs, and a list of these.
 */
export function associationBlocks(input: AssociationsInput): readonly Block[] {
  if (input.pairs.length === 0) return [];
  const ranked = input.pairs.toSorted((a, b) => strength(b) - strength(a));
  const shown = mapped(input.columns, ranked);
  const isWhole = shown.length === input.columns.length;
  const rows = `${formatCount(input.rows)} rows${input.sampled ? " drawn by hash" : ""}`;
  const about: Block[] = [
    {
      kind: "text",
      text: "above the diagonal: r Pearson, V Cramér (corrected for bias), η of a number by groups; below it: Spearman",
      emphasis: "dim",
    },
  ];
  if (input.leftOut > 0)
    about.push({
      kind: "text",
      text: `${formatCount(input.leftOut)} further columns were not compared`,
      emphasis: "dim",
    });
  return [
    { kind: "heading", text: `how columns go together, of ${rows} (░ ≥.2  ▒ ≥.4  ▓ ≥.6  █ ≥.8)` },
    { kind: "table", table: mapTable(shown, input) },
    ...about,
    ...(isWhole ? [] : strongest(ranked)),
  ];
}

function mapped(columns: readonly string[], ranked: readonly AssociationPair[]): readonly string[] {
  if (columns.length <= mapColumns) return columns;
  const chosen = new Set<string>();
  for (const { left, right } of ranked) {
    for (const name of [left, right]) if (chosen.size < mapColumns) chosen.add(name);
  }
  return columns.filter((name) => chosen.has(name));
}

function mapTable(shown: readonly string[], { columns, pairs }: AssociationsInput): ReportTable {
  const known = new Map(pairs.map((pair) => [`${pair.left}\n${pair.right}`, pair]));
  const pairAt = (i: number, j: number): AssociationPair | undefined =>
    known.get(`${shown[Math.min(i, j)]!}\n${shown[Math.max(i, j)]!}`);
  const cell = (i: number, j: number): Cell => {
    if (i === j) return { text: "—", shade: 0 };
    const pair = pairAt(i, j);
    if (pair === undefined) return { text: "", shade: 0 };
    if (i > j) return pair.spearman === null ? { text: "", shade: 0 } : shaded(signed(pair.spearman), pair.spearman);
    if (pair.pearson !== null) return shaded(signed(pair.pearson), pair.pearson);
    if (pair.cramersVCorrected !== null) return shaded(`V${plain(pair.cramersVCorrected)}`, pair.cramersVCorrected);
    return pair.eta === null ? { text: "", shade: 0 } : shaded(`η${plain(pair.eta)}`, pair.eta);
  };
  return {
    name: "associations",
    repeat: 1,
    columns: [
      { header: "", align: "left" },
      ...shown.map((_, j) => ({ header: String(j + 1), align: "right" as const })),
    ],
    rows: shown.map((name, i) => ({
      cells: [`${i + 1} ${cutMiddle(name, mapNameWidth)}`, ...shown.map((_, j) => cell(i, j))],
    })),
    data: {
      columns: ["left", "right", "pearson", "spearman", "cramers_v", "cramers_v_corrected", "eta", "rows"],
      rows: pairs
        .filter(({ left, right }) => columns.includes(left) && columns.includes(right))
        .map((pair) => [
          pair.left,
          pair.right,
          pair.pearson,
          pair.spearman,
          pair.cramersV,
          pair.cramersVCorrected,
          pair.eta,
          pair.rows,
        ]),
    },
  };
}

function strongest(ranked: readonly AssociationPair[]): readonly Block[] {
  const rows = ranked.slice(0, listedPairs).map((pair) => {
    const words = (name: string, value: number | null): string => (value === null ? "" : `${name} ${signed(value)}`);
    const measures = [
      words("r", pair.pearson),
      words("ρ", pair.spearman),
      pair.cramersVCorrected === null ? "" : `V ${plain(pair.cramersVCorrected)}`,
      pair.eta === null ? "" : `η ${plain(pair.eta)}`,
    ];
    return {
      cells: [
        cutMiddle(pair.left, nameWidth),
        cutMiddle(pair.right, nameWidth),
        { text: measures.filter((one) => one !== "").join("  "), bar: strength(pair) },
      ],
    };
  });
  return [
    { kind: "heading", text: "strongest pairs" },
    {
      kind: "table",
      table: {
        name: "strongest-pairs",
        columns: [
          { header: "column", align: "left" },
          { header: "and", align: "left" },
          { header: "measure", align: "left" },
        ],
        rows,
      },
    },
  ];
}

function strength({ pearson, spearman, cramersVCorrected, eta }: AssociationPair): number {
  return Math.max(Math.abs(pearson ?? 0), Math.abs(spearman ?? 0), cramersVCorrected ?? 0, eta ?? 0);
}

function shaded(text: string, value: number): Cell {
  // Steps of 0.2 as the shades' steps of 0.5; a rounded .40 is shaded as one.
  return { text, shade: Number(value.toFixed(2)) * 2.5 + Math.sign(value) * 1e-9 };
}

function signed(value: number): string {
  const text = formatFixed(value, 2);
  return `${value > 0 && /[1-9]/.test(text) ? "+" : ""}${text.replace(/^(-?)0\./, "$1.")}`;
}

function plain(value: number): string {
  return formatFixed(value, 2).replace(/^0\./, ".");
}
