import type { Cell, ReportTable } from "../../core/report.ts";
import { displayWidth } from "../display-text.ts";
import { cellText, type Glyphs } from "./glyphs.ts";

/** What a column asks for and what it can do with, in cells. */
export interface ColumnWish {
  /** Where the column stands in the table. */
  readonly index: number;
  readonly header: string;
  readonly align: "left" | "right";
  readonly priority: number;
  readonly wrap: boolean;
  /** The words of each row, as the glyphs show them. */
  readonly texts: readonly string[];
  readonly graphic: "none" | "block" | "line" | "spark" | "shade";
  /** Width of the words, and the least that a cut may leave of them. */
  readonly text: number;
  readonly leastText: number;
  /** Width of the words at which they are still good to read. */
  readonly comfortableText: number;
  /** Width of the drawing: asked for, still comfortable, and the least. */
  readonly drawing: number;
  readonly comfortable: number;
  readonly leastDrawing: number;
}

const longestHeader = 20;
const leastWrap = 10;
const comfortableWrap = 20;
const drawings = {
  none: [0, 0, 0],
  block: [18, 10, 3],
  line: [12, 8, 3],
  shade: [0, 0, 0],
} as const;

/** The columns of a table, measured for lines of `width` cells. Names (left-aligned text) may take 40 % of a line. */
export function measureTable(table: ReportTable, width: number, glyphs: Glyphs): readonly ColumnWish[] {
  const longestName = Math.max(24, Math.floor(width * 0.4));
  return table.columns.map((column, index): ColumnWish => {
    const cells = table.rows.map((row) => row.cells[index] ?? "");
    const graphic = graphicOf(cells);
    const shades = graphic === "shade" ? 1 : 0;
    const texts = cells.map((cell) => glyphs.text(cellText(cell)));
    const words = texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0) + shades;
    const header = glyphs.text(column.header);
    const headerWidth = Math.min(displayWidth(header), longestHeader);
    const spark = cells.reduce(
      (most, cell) => (typeof cell === "object" && "spark" in cell ? Math.max(most, cell.spark.length) : most),
      0,
    );
    const [drawing, comfortable, leastDrawing] =
      graphic === "spark" ? [spark, spark, Math.min(spark, 8)] : drawings[graphic];
    const headerRoom = drawing > 0 && headerWidth > words + 3 ? 0 : headerWidth;
    const natural = Math.max(words, headerRoom);
    const capped = column.wrap === true || column.align === "right" ? natural : Math.min(natural, longestName);
    return {
      index,
      header,
      align: column.align,
      priority: column.priority ?? 0,
      wrap: column.wrap ?? false,
      texts,
      graphic,
      text: capped,
      leastText:
        column.wrap === true ? Math.min(capped, leastWrap) : Math.min(capped, column.align === "right" ? words : 8),
      comfortableText: column.wrap === true ? Math.min(capped, comfortableWrap) : capped,
      drawing,
      comfortable,
      leastDrawing,
    };
  });
}

function graphicOf(cells: readonly Cell[]): ColumnWish["graphic"] {
  for (const cell of cells) {
    if (typeof cell === "string") continue;
    if ("spark" in cell) return "spark";
    if ("shade" in cell) return "shade";
    return cell.style ?? "block";
  }
  return "none";
}
