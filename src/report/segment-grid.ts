import type { Cell, ReportTable, TableData } from "../core/report.ts";
import { displayWidth } from "./display-text.ts";

/** A figure for every segment and column. */
export interface GridInput {
  readonly name: string;
  readonly columns: readonly string[];
  readonly segments: readonly number[];
  /** `cells[s][j]`: segment s of `segments`, column j of `columns`. */
  readonly cells: readonly (readonly Cell[])[];
  /** The same figure for all rows, by column. */
  readonly everyone?: readonly Cell[];
  /** Columns that are drawn, by index; `data` has all. */
  readonly shown: readonly number[];
  readonly data: TableData;
}

const fewColumns = 8;
const usualWidth = 76;

/**
 * The grid the way round that reads best: few short-named columns go across, one row per segment; else one row per column,
 * the segments across, so that long names have room. Wider than the terminal, it goes on in further parts.
 */
export function segmentGrid(grid: GridInput): ReportTable {
  const { name, columns, segments, cells, everyone, shown, data } = grid;
  const headers = shown.map((j) => columns[j] ?? "");
  const across = headers.reduce((total, header) => total + Math.max(7, displayWidth(header)) + 2, 8);
  if (shown.length <= fewColumns && across <= usualWidth) {
    const all = everyone === undefined ? [] : [{ cells: ["everyone", ...shown.map((j) => everyone[j] ?? "")] }];
    return {
      name,
      repeat: 1,
      data,
      columns: [{ header: "", align: "left" }, ...headers.map((header) => ({ header, align: "right" as const }))],
      rows: [
        ...segments.map((segment, s) => ({
          segment,
          cells: [String(segment), ...shown.map((j) => cells[s]?.[j] ?? "")],
        })),
        ...all,
      ],
    };
  }
  return {
    name,
    repeat: 1,
    data,
    columns: [
      { header: "", align: "left" },
      ...segments.map((segment) => ({ header: String(segment), align: "right" as const, segment })),
      ...(everyone === undefined ? [] : [{ header: "everyone", align: "right" as const }]),
    ],
    rows: shown.map((j, at) => ({
      cells: [
        headers[at] ?? "",
        ...segments.map((_, s) => cells[s]?.[j] ?? ""),
        ...(everyone === undefined ? [] : [everyone[j] ?? ""]),
      ],
    })),
  };
}
