import type { Block, ReportTable } from "../core/report.ts";
import { formatCount, formatShare, formatSigned, measureFormat } from "./number.ts";
import { segmentGrid } from "./segment-grid.ts";

/** What the columns of the fit are like in each segment; `[s][j]` is segment s of `segments`, column j of `columns`. */
export interface ProfileInput {
  readonly columns: readonly string[];
  readonly segments: readonly number[];
  /** (Mean of the segment − mean of everyone) / standard deviation of everyone. */
  readonly z: readonly (readonly number[])[];
  /** In the columns' own units, of present values; NaN where a segment has none. */
  readonly medians: readonly (readonly number[])[];
  readonly means: readonly (readonly number[])[];
  readonly everyone: { readonly medians: readonly number[]; readonly means: readonly number[] };
  /** Share of each segment's values that was filled in, 0–1. */
  readonly imputed: readonly (readonly number[])[];
}

/** At most so many columns are drawn, those in which a segment differs most. */
const profileColumns = 40;

/** The profile as z-scores, then medians and means in the columns' own units, then where values were filled in. */
export function profileBlocks(input: ProfileInput): readonly Block[] {
  const shown = tellingColumns(input.z, input.columns.length);
  const left = input.columns.length - shown.length;
  const more: readonly Block[] =
    left === 0
      ? []
      : [
          {
            kind: "text",
            text: `and ${formatCount(left)} more columns in which the segments differ less`,
            emphasis: "dim",
          },
        ];
  const filled = shown.filter((j) => input.imputed.some((shares) => (shares[j] ?? 0) > 0));
  return [
    { kind: "heading", text: "profile, z-score against everyone (░ ≥0.5  ▒ ≥1  ▓ ≥1.5  █ ≥2)" },
    { kind: "table", table: zTable(input, shown) },
    ...more,
    { kind: "heading", text: "medians, in the columns' own units" },
    { kind: "table", table: measureTable("medians", input, input.medians, input.everyone.medians, shown) },
    { kind: "heading", text: "means" },
    { kind: "table", table: measureTable("means", input, input.means, input.everyone.means, shown) },
    ...(filled.length === 0 ? [] : imputedBlocks(input, filled)),
  ];
}

/** Indices, in table order, of the columns with the largest absolute z-scores. */
function tellingColumns(z: readonly (readonly number[])[], columns: number): readonly number[] {
  const all = Array.from({ length: columns }, (_, j) => j);
  if (columns <= profileColumns) return all;
  const largest = all.map((j) => z.reduce((most, row) => Math.max(most, Math.abs(row[j] ?? 0)), 0));
  return all
    .toSorted((a, b) => (largest[b] ?? 0) - (largest[a] ?? 0) || a - b)
    .slice(0, profileColumns)
    .toSorted((a, b) => a - b);
}

function zTable(input: ProfileInput, shown: readonly number[]): ReportTable {
  return segmentGrid({
    name: "profile",
    columns: input.columns,
    segments: input.segments,
    cells: input.z.map((row) => row.map((z) => ({ text: formatSigned(z), shade: z }))),
    shown,
    data: dataBySegment(input, input.z, null),
  });
}

function measureTable(
  name: string,
  input: ProfileInput,
  values: readonly (readonly number[])[],
  everyone: readonly number[],
  shown: readonly number[],
): ReportTable {
  const formats = input.columns.map((_, j) =>
    measureFormat([...values.map((row) => row[j] ?? null), everyone[j] ?? null]),
  );
  const format = (value: number, j: number): string => formats[j]?.(value) ?? "";
  return segmentGrid({
    name,
    columns: input.columns,
    segments: input.segments,
    cells: values.map((row) => row.map(format)),
    everyone: everyone.map(format),
    shown,
    data: dataBySegment(input, values, everyone),
  });
}

function imputedBlocks(input: ProfileInput, filled: readonly number[]): readonly Block[] {
  const table = segmentGrid({
    name: "imputed",
    columns: input.columns,
    segments: input.segments,
    cells: input.imputed.map((row) => row.map((share) => (share === 0 ? "—" : formatShare(share)))),
    shown: filled,
    data: dataBySegment(input, input.imputed, null),
  });
  return [
    { kind: "heading", text: "share of values filled in" },
    { kind: "table", table },
  ];
}

function dataBySegment(
  input: ProfileInput,
  values: readonly (readonly number[])[],
  everyone: readonly number[] | null,
): NonNullable<ReportTable["data"]> {
  return {
    columns: ["segment", ...input.columns],
    rows: [
      ...input.segments.map((segment, s) => [segment, ...(values[s] ?? [])]),
      ...(everyone === null ? [] : [["everyone", ...everyone]]),
    ],
  };
}
