import type { Block, Cell, ReportColumn, ReportRow } from "../core/report.ts";
import { formatCount, formatShare, measureFormat } from "./number.ts";
import { segmentGrid } from "./segment-grid.ts";

/** Columns that describe the segments and had no part in the fit. */
export interface DescribeInput {
  readonly segments: readonly number[];
  readonly categories: readonly CategoryColumn[];
  readonly numbers: readonly NumberColumn[];
}

export interface CategoryColumn {
  readonly column: string;
  /** Most frequent first. */
  readonly values: readonly CategoryValue[];
  /** All other values together; null when `values` has them all. */
  readonly rest: (Omit<CategoryValue, "value"> & { readonly values: number }) | null;
}

export interface CategoryValue {
  /** Null for rows without a value. */
  readonly value: string | null;
  /** Share among everyone, 0–1. */
  readonly everyone: number;
  /** Share within each segment, in the order of `segments`. */
  readonly shares: readonly number[];
}

export interface NumberColumn {
  readonly column: string;
  /** Median; null where there is no value. */
  readonly everyone: number | null;
  readonly medians: readonly (number | null)[];
}

/** Shares and index by value and segment, then medians of the numeric columns. Nothing for no column. */
export function describeBlocks(input: DescribeInput): readonly Block[] {
  return [...categoryBlocks(input), ...numberBlocks(input)];
}

function categoryBlocks({ segments, categories }: DescribeInput): readonly Block[] {
  if (categories.length === 0) return [];
  const columns: readonly ReportColumn[] = [
    { header: "", align: "left" },
    { header: "", align: "left" },
    { header: "everyone", align: "right" },
    ...segments.map((segment) => ({ header: String(segment), align: "right" as const, segment })),
  ];
  const rows: ReportRow[] = [];
  const data: (readonly (string | number | null)[])[] = [];
  for (const { column, values, rest } of categories) {
    const lines = [
      ...values.map((value) => ({ label: value.value ?? "(no value)", plain: value.value, ...value })),
      ...(rest === null ? [] : [{ label: restLabel(rest.values), plain: "(others)", ...rest }]),
    ];
    lines.forEach(({ label, plain, everyone, shares }, at) => {
      const cells: Cell[] = [at === 0 ? column : "", label, formatShare(everyone, 0)];
      cells.push(...segments.map((_, s) => shareAndIndex(shares[s] ?? 0, everyone)));
      rows.push({ cells });
      segments.forEach((segment, s) => {
        const share = shares[s] ?? 0;
        data.push([column, plain, segment, share, everyone, everyone > 0 ? (share / everyone) * 100 : null]);
      });
    });
  }
  return [
    { kind: "heading", text: "who they are: share of the segment and index (100 = everyone)" },
    {
      kind: "table",
      table: {
        name: "describe",
        columns,
        rows,
        repeat: 2,
        data: { columns: ["column", "value", "segment", "share", "share_everyone", "index"], rows: data },
      },
    },
  ];
}

/** `34%  152`; the index of a value that nobody has is a dash. */
function shareAndIndex(share: number, everyone: number): string {
  const index = everyone > 0 ? formatCount((share / everyone) * 100) : "—";
  return `${formatShare(share, 0)} ${index.padStart(4)}`;
}

function restLabel(values: number): string {
  return `${formatCount(values)} other${values === 1 ? "" : "s"}`;
}

function numberBlocks({ segments, numbers }: DescribeInput): readonly Block[] {
  if (numbers.length === 0) return [];
  const formats = numbers.map(({ medians, everyone }) => measureFormat([...medians, everyone]));
  const format = (value: number | null, j: number): string => formats[j]?.(value) ?? "";
  const table = segmentGrid({
    name: "describe-medians",
    columns: numbers.map(({ column }) => column),
    segments,
    cells: segments.map((_, s) => numbers.map(({ medians }, j) => format(medians[s] ?? null, j))),
    everyone: numbers.map(({ everyone }, j) => format(everyone, j)),
    shown: numbers.map((_, j) => j),
    data: {
      columns: ["segment", ...numbers.map(({ column }) => column)],
      rows: [
        ...segments.map((segment, s) => [segment, ...numbers.map(({ medians }) => medians[s] ?? null)]),
        ["everyone", ...numbers.map(({ everyone }) => everyone)],
      ],
    },
  });
  return [
    { kind: "heading", text: "medians of columns outside the fit" },
    { kind: "table", table },
  ];
}
