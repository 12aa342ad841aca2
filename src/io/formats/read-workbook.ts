import { read, SSF, utils, type CellObject, type WorkSheet } from "@e965/xlsx";
import { amountText, cellFormat, type CellFormat, durationText } from "./cell-format.ts";
import type { WorkbookAnswer, WorkbookError } from "./workbook.ts";

/**
 * One sheet of an Excel workbook as text in plain notation: numbers as they are stored, with the currency that their
 * format names behind them, percentages as they are shown (`12.5 %`), days and times of cells with a date format as ISO
 * 8601 (both systems, 1900 and 1904), durations in hours (`36:15:00`), a format of zeros (`00000`) as leading zeros,
 * `true` and `false`. `#N/A` is a missing value, any other error of a formula none at all. Memory: about 2.5 kB a row of ten cells. Throws what the parser throws.
 */
export function readWorkbook(bytes: Uint8Array, wanted: string | undefined): WorkbookAnswer {
  const book = read(bytes, {
    type: "buffer",
    dense: true,
    cellNF: true,
    cellText: false,
    cellFormula: true,
    sheetStubs: true,
  });
  const held = book.SheetNames.filter((name) => cellsOf(book.Sheets[name]!).some((row) => row?.some(isHeld) === true));
  const visible = held.find((name) => (book.Workbook?.Sheets?.find((one) => one.name === name)?.Hidden ?? 0) === 0);
  const name = wanted === undefined ? (visible ?? held[0]) : sheetOf(book.SheetNames, wanted);
  if (name === undefined) return { kind: wanted === undefined ? "empty" : "no-sheet", sheets: book.SheetNames };
  if (!held.includes(name)) return { kind: "empty", sheets: held };
  const sheet = book.Sheets[name]!;
  const system = book.Workbook?.WBProps?.date1904 === true ? 1904 : 1900;
  return {
    kind: "sheet",
    name,
    sheets: held,
    system,
    ...textOf(sheet, system === 1904),
    merged: sheet["!merges"]?.length ?? 0,
  };
}

type Row = readonly (CellObject | undefined)[] | undefined;

function cellsOf(sheet: WorkSheet): readonly Row[] {
  return (sheet as { readonly "!data"?: readonly Row[] })["!data"] ?? [];
}

function isHeld(cell: CellObject | undefined): boolean {
  return cell !== undefined && (cell.f !== undefined || (cell.v !== undefined && cell.v !== ""));
}

function sheetOf(names: readonly string[], wanted: string): string | undefined {
  return names.find((name) => name === wanted) ?? (/^\d+$/.test(wanted) ? names[Number(wanted) - 1] : undefined);
}

function textOf(
  sheet: WorkSheet,
  is1904: boolean,
): { readonly rows: readonly (readonly string[])[]; readonly errors: readonly WorkbookError[] } {
  const cells = cellsOf(sheet);
  const left = Math.min(...new Set(cells.map((row) => row?.findIndex(isHeld) ?? -1).filter((c) => c >= 0)));
  const timed = timedColumns(cells);
  const errors: WorkbookError[] = [];
  const rows = cells.map((row, r) => {
    const texts: string[] = [];
    row?.forEach((cell, c) => {
      if (!isHeld(cell)) return;
      const text = isNotAvailable(cell!) ? "" : cellText(cell!, is1904, timed.has(c));
      if (text === null) {
        const shown = cell!.t === "e" ? (cell!.w ?? errorWord(cell!.v)) : `=${cell!.f}`;
        errors.push({ address: utils.encode_cell({ r, c }), row: r + 1, shown });
      }
      while (texts.length < c - left) texts.push("");
      texts[c - left] = text ?? "";
    });
    return texts;
  });
  // `map` leaves holes where the sheet has rows without a cell.
  return { rows: Array.from(rows, (row) => row ?? []), errors };
}

/** Columns in which some cell with a date format has a time of day: all of their days are then written with one. */
function timedColumns(cells: readonly Row[]): ReadonlySet<number> {
  const timed = new Set<number>();
  for (const row of cells) {
    row?.forEach((cell, c) => {
      if (cell?.t !== "n" || typeof cell.v !== "number" || cell.v < 1 || cell.v % 1 === 0 || !isDateCell(cell)) return;
      if (!isDuration(cell.v, formatOf(cell))) timed.add(c);
    });
  }
  return timed;
}

function isNotAvailable({ t, v }: CellObject): boolean {
  return t === "e" && v === 42;
}

function isDateCell({ z }: CellObject): boolean {
  return z !== undefined && SSF.is_date(String(z)) === true;
}

/** Days below which a number in a cell that shows a time alone is a duration, and no moment of 1900. */
const longestDuration = 366;

function isDuration(days: number, { time }: CellFormat): boolean {
  return time === "elapsed" || (time === "clock" && days >= 1 && days < longestDuration);
}

const formats = new Map<string, CellFormat>();

/** What the format of a cell says; a workbook has few formats. */
function formatOf({ z }: CellObject): CellFormat {
  const format = String(z ?? "");
  const known = formats.get(format) ?? cellFormat(format);
  formats.set(format, known);
  return known;
}

/** The text of a cell that holds something; null where it has no value. */
function cellText(cell: CellObject, is1904: boolean, withTime: boolean): string | null {
  const { t, v, z } = cell;
  if (t === "e" || t === "z" || v === undefined) return null;
  if (t === "b") return v === true ? "true" : "false";
  if (t !== "n" || typeof v !== "number") return String(v).replace(/\r\n?/g, "\n");
  const format = formatOf(cell);
  if (isDateCell(cell)) return isDuration(v, format) ? durationText(v) : dateText(v, is1904, withTime);
  const zeros = /^0{2,}$/.test(String(z ?? "")) ? String(z).length : 0;
  if (zeros > 0 && Number.isInteger(v) && v >= 0) return String(v).padStart(zeros, "0");
  return amountText(v, format.mark);
}

/** A day number as ISO 8601; below 1 it is a time of day. To the second. */
function dateText(serial: number, is1904: boolean, withTime: boolean): string {
  const date = SSF.parse_date_code(serial, { date1904: is1904 });
  if (date === null || date === undefined) return String(serial);
  const two = (part: number): string => String(part).padStart(2, "0");
  const time = `${two(date.H)}:${two(date.M)}:${two(Math.floor(date.S))}`;
  if (serial < 1) return time;
  const day = `${String(date.y).padStart(4, "0")}-${two(date.m)}-${two(date.d)}`;
  return withTime ? `${day} ${time}` : day;
}

function errorWord(code: unknown): string {
  const words = new Map<unknown, string>([
    [0, "#NULL!"],
    [7, "#DIV/0!"],
    [15, "#VALUE!"],
    [23, "#REF!"],
    [29, "#NAME?"],
    [36, "#NUM!"],
    [43, "#GETTING_DATA"],
  ]);
  return words.get(code) ?? "#ERROR!";
}
