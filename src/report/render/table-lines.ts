import type { Cell, ReportRow, ReportTable } from "../../core/report.ts";
import { cutBesideArrow, cutMiddle, displayWidth, padText, wrapText } from "../display-text.ts";
import { columnGap, fitTable, type FittedColumn, type TablePart } from "./fit-table.ts";
import { drawBar, drawShade, drawSpark, type Glyphs, shadeLevel } from "./glyphs.ts";
import { measureTable } from "./measure-table.ts";
import type { Piece, Tone } from "./paint.ts";

/**
 * A table as lines of at most `width` cells: a header unless all headers are empty, then one line per row, or more where
 * a column wraps; the parts of a table too wide follow each other with a blank line between. The chosen row has a mark
 * before it.
 */
export function tableLines(table: ReportTable, width: number, glyphs: Glyphs): readonly (readonly Piece[])[] {
  if (table.columns.length === 0) return [];
  const gutter = table.rows.some((row) => row.chosen === true) ? 1 : 0;
  const parts = fitTable(measureTable(table, width - gutter, glyphs), width - gutter, table.repeat);
  return parts.flatMap((part, index) => [
    ...(index > 0 ? [[]] : []),
    ...partLines(table, part, gutter, glyphs),
    ...leftOutLines(table, part, width, glyphs),
  ]);
}

function partLines(table: ReportTable, part: TablePart, gutter: number, glyphs: Glyphs): readonly (readonly Piece[])[] {
  const lines: (readonly Piece[])[] = [];
  if (part.columns.some(({ wish }) => wish.header !== "")) lines.push(headerLine(table, part, gutter, glyphs));
  table.rows.forEach((row, at) => lines.push(...rowLines(row, at, part, gutter, glyphs)));
  return lines;
}

function headerLine(table: ReportTable, part: TablePart, gutter: number, glyphs: Glyphs): readonly Piece[] {
  const pieces: Piece[] = [{ text: " ".repeat(gutter), tone: "plain" }];
  part.columns.forEach((column, position) => {
    const { wish } = column;
    const whole = wholeWidth(column);
    const overDrawing = column.drawing > 0 && displayWidth(wish.header) > column.text;
    const header = cutMiddle(wish.header, overDrawing ? whole : column.text, glyphs.ellipsis);
    const text = padText(overDrawing ? header : padText(header, column.text, wish.align), whole, "left");
    const segment = table.columns[wish.index]?.segment;
    if (position > 0) pieces.push(space(columnGap));
    pieces.push({ text, tone: segment === undefined ? "dim" : { segment } });
  });
  return pieces;
}

function rowLines(
  row: ReportRow,
  at: number,
  part: TablePart,
  gutter: number,
  glyphs: Glyphs,
): readonly (readonly Piece[])[] {
  const cells = part.columns.map((column) => wordLines(column, column.wish.texts[at] ?? "", glyphs));
  const height = cells.reduce((most, lines) => Math.max(most, lines.length), 1);
  return Array.from({ length: height }, (_, line) => {
    const mark = line === 0 && row.chosen === true ? glyphs.chosen : " ";
    const pieces: Piece[] = [{ text: gutter === 0 ? "" : mark, tone: "strong" }];
    part.columns.forEach((column, position) => {
      if (position > 0) pieces.push(space(columnGap));
      const words = cells[position]?.[line] ?? "";
      const cell: Cell = line === 0 ? (row.cells[column.wish.index] ?? "") : "";
      pieces.push(...cellPieces(column, cell, words, row, position, glyphs));
    });
    return pieces;
  });
}

function wordLines({ wish, text }: FittedColumn, words: string, glyphs: Glyphs): readonly string[] {
  if (wish.wrap) return wrapText(words, text);
  const width = wish.graphic === "shade" ? Math.max(1, text - 1) : text;
  return [cutBesideArrow(words, width, glyphs.text(" → "), glyphs.ellipsis)];
}

function cellPieces(
  column: FittedColumn,
  cell: Cell,
  words: string,
  row: ReportRow,
  position: number,
  glyphs: Glyphs,
): readonly Piece[] {
  const { wish } = column;
  const own: Tone = row.segment === undefined ? "plain" : { segment: row.segment };
  const tone: Tone = row.chosen === true ? "strong" : position === 0 ? own : "plain";
  if (wish.graphic === "shade") {
    const z = typeof cell === "object" && "shade" in cell ? cell.shade : 0;
    const text = padText(drawShade(z, glyphs) + words, column.text, wish.align);
    return [{ text, tone: shadeTones[shadeLevel(z)] ?? tone }];
  }
  const text: Piece = { text: padText(words, column.text, wish.align), tone };
  if (column.drawing === 0) return [text];
  const drawn = padText(drawing(cell, column.drawing, glyphs), column.drawing, "left");
  return [text, space(1), { text: drawn, tone: row.segment === undefined ? tone : own }];
}

/** Small deviations step back, the largest stand out. */
const shadeTones: readonly Tone[] = ["dim", "plain", "plain", "strong", "strong"];

function drawing(cell: Cell, width: number, glyphs: Glyphs): string {
  if (typeof cell === "string" || "shade" in cell) return "";
  if ("spark" in cell) return drawSpark(cell.spark, width, glyphs);
  return drawBar(cell.bar, width, cell.style ?? "block", glyphs);
}

/** Says which columns the terminal had no room for. */
function leftOutLines(
  table: ReportTable,
  part: TablePart,
  width: number,
  glyphs: Glyphs,
): readonly (readonly Piece[])[] {
  if (part.leftOut.length === 0) return [];
  const names = part.leftOut.map((index) => cutMiddle(table.columns[index]?.header ?? "", 24));
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : "";
  const words = `not shown at this width: ${names.slice(0, namesShown).join(", ")}${more}`;
  return wrapText(glyphs.text(words), width).map((text) => [{ text, tone: "dim" }]);
}

const namesShown = 8;

function wholeWidth(column: FittedColumn): number {
  return column.text + (column.drawing > 0 ? column.drawing + 1 : 0);
}

function space(cells: number): Piece {
  return { text: " ".repeat(cells), tone: "plain" };
}
