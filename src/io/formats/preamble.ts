import { judgeHeader } from "./header.ts";
import { headerBelowTitles } from "./lines-above.ts";
import { isTyped } from "./plausible.ts";
import type { SampleRows } from "./sample-rows.ts";

/** Where the table begins among the records of the head. */
export interface TableStart {
  /** The first record of the table: its header, or its first row. */
  readonly index: number;
  /** Records above it that are no blank lines: titles, dates, filters of an export. */
  readonly preamble: readonly number[];
  /** The header lacks the last field, which every row has and leaves empty. */
  readonly shortHeader: boolean;
  /** Where the table may as well begin: behind so many lines. */
  readonly rival?: number;
}

const mostLines = 100;
const rowsBelow = 60;

/**
 * Finds the lines above a table of `fields` fields. A line is set aside only where it cannot be a record of the table
 * (it has another number of fields, or nothing but a title in the first) and the place itself speaks for it: a blank line
 * or a comment mark before the table, or a header right behind it. Otherwise the table begins at the first line, and what
 * does not fit there is an error.
 */
export function findStart(rows: SampleRows, fields: number): TableStart {
  const header = headerBelowTitles(rows, fields, 0);
  if (header !== null) {
    const isLine = (i: number): boolean => !rows.records[i]!.blank && rows.filled(i) > 0;
    return { index: header, preamble: range(0, header).filter(isLine), shortHeader: false };
  }
  const start = firstStart(rows, fields);
  if (fields < 2 || start.shortHeader) return start;
  const behind = behindTitle(rows, fields, start.index) ?? behindGap(rows, fields, start.index);
  return behind === null ? start : { ...behind, preamble: [...start.preamble, ...behind.preamble] };
}

function firstStart(rows: SampleRows, fields: number): TableStart {
  const { records } = rows;
  const none: TableStart = { index: 0, preamble: [], shortHeader: false };
  if (fields < 2) return startOfColumn(rows) ?? none;
  const isTable = (i: number): boolean => {
    const { blank, broken, fields: own } = records[i]!;
    return !blank && broken === "" && own === fields && (fields < 3 || rows.filled(i) > 1);
  };
  let index = 0;
  while (index < records.length && index <= mostLines && !isTable(index)) index++;
  if (index === 0 || index > mostLines || index === records.length) return none;
  const above = range(0, index).filter((i) => !records[i]!.blank && !(isEven(i) && rows.filled(i) === 0));
  if (above.length === 0) return none;
  const last = above.at(-1)!;
  const isNext = last === index - 1;
  if (isNext && isShortHeader(rows, last, index, fields)) {
    const before = above.slice(0, -1);
    const isFree = before.length === 0 || before.at(-1)! < last - 1 || before.every((i) => isComment(rows.raw(i)));
    return isFree ? { index: last, preamble: before, shortHeader: true } : none;
  }
  if (above.some((i) => records[i]!.fields > fields && !isComment(rows.raw(i)) && isNext)) return none;
  if (hasTable(rows, above)) return none;
  if (!isNext || isComment(rows.raw(last))) return { index, preamble: above, shortHeader: false };

  const below = evenTexts(rows, index + 1, fields);
  const verdict = judgeHeader(rows.texts(index), below);
  if (above.every((i) => isEven(i) && isTitle(rows.texts(i)))) return { index, preamble: above, shortHeader: false };
  if (!verdict.present || rows.texts(index).some((cell) => cell !== null && isTyped(cell))) return none;
  const fits = above.every((i) => {
    if (records[i]!.broken !== "") return true;
    if (rows.filled(i) <= 1) return isTitle(rows.texts(i));
    return verdict.sure && !isEven(i);
  });
  return fits ? { index, preamble: above, shortHeader: false } : none;

  function isEven(i: number): boolean {
    return records[i]!.fields === fields && records[i]!.broken === "";
  }
}

/** A title in the first of two fields. Where all below is text, it may as well be a header that names one column. */
function behindTitle(rows: SampleRows, fields: number, at: number): TableStart | null {
  const [first, second] = [rows.records[at], rows.records[at + 1]];
  if (fields !== 2 || first === undefined || second === undefined || first.fields !== fields) return null;
  if (rows.filled(at) !== 1 || rows.texts(at)[0] === null || !isTitle(rows.texts(at))) return null;
  if (second.fields !== fields || second.broken !== "" || second.blank || rows.filled(at + 1) < 2) return null;
  const below = evenTexts(rows, at + 2, fields);
  if (judgeHeader(rows.texts(at + 1), below).sure) return { index: at + 1, preamble: [at], shortHeader: false };
  if (!isMostlyText([rows.texts(at + 1), ...below])) return null;
  return { index: at, preamble: [], shortHeader: false, rival: linesBefore(rows, at + 1) };
}

/**
 * Lines above a blank line that happen to have as many fields as the table: taken for a preamble where a header over
 * values follows the blank line and what stands above is no data. Where all is text, either may be.
 */
function behindGap(rows: SampleRows, fields: number, at: number): TableStart | null {
  const { records } = rows;
  const isRow = (i: number): boolean => {
    const record = records[i];
    return record !== undefined && !record.blank && record.broken === "" && record.fields === fields;
  };
  const values = (i: number): number => rows.texts(i).filter((cell) => cell !== null && isTyped(cell)).length;
  if (!isRow(at)) return null;
  const first = rows.texts(at).join("\n");
  const isOpen = (i: number): boolean => records[i]!.blank || (isRow(i) && rows.filled(i) === 0);
  const gap = records.findIndex((_, i) => i > at && isOpen(i));
  if (gap === -1 || gap > at + gapWithin) return null;
  // Titles may stand between the blank line and the table.
  const behind = range(gap + 1, Math.min(records.length, gap + gapWithin)).filter(
    (i) => isRow(i) && !isOpen(i) && (!isRow(i - 1) || isOpen(i - 1)) && rows.texts(i).join("\n") !== first,
  );
  for (const index of behind) {
    const preamble = range(at, index).filter((i) => !isOpen(i));
    const isData = preamble.some((i) => i > at && isRow(i) && values(i) * 2 > fields);
    if (isData) break;
    if (judgeHeader(rows.texts(index), evenTexts(rows, index + 1, fields)).sure)
      return { index, preamble, shortHeader: false };
  }
  const [index] = behind;
  if (index === undefined) return null;
  const below = evenTexts(rows, index + 1, fields);
  const preamble = range(at, gap);
  // What stands behind the gap must be the table: a few lines there are below it.
  if (below.length < Math.max(3, preamble.length)) return null;
  const isOnly = !records.slice(index, -3).some(({ blank }) => blank);
  const isMarked = preamble.some((i) => values(i) > 0) || (isOnly && gap > at + 1);
  const isWords = isMarked && isMostlyText([rows.texts(index), ...below]);
  const isOther = preamble.length > 1 && preamble.slice(1).every((i) => isForeign(rows.texts(i), below));
  if (!isWords && !isOther) return null;
  return { index: at, preamble: [], shortHeader: false, rival: linesBefore(rows, index) };
}

/** Lines within which a gap above the table is looked for. */
const gapWithin = 12;

/** Whether a record has words in a column in which all of the others, ten at least, have numbers, dates or addresses. */
function isForeign(cells: readonly (string | null)[], others: readonly (readonly (string | null)[])[]): boolean {
  return (
    others.length >= 10 &&
    cells.some((cell, j) => cell !== null && !isTyped(cell) && others.every((row) => isTyped(row[j] ?? "")))
  );
}

function linesBefore({ records }: SampleRows, index: number): number {
  return records.slice(0, index).reduce((sum, { lines }) => sum + lines, 0);
}

function evenTexts(rows: SampleRows, from: number, fields: number): (readonly (string | null)[])[] {
  return range(from, Math.min(rows.records.length, from + rowsBelow))
    .filter((i) => {
      const { blank, broken, fields: own } = rows.records[i]!;
      return !blank && broken === "" && own === fields;
    })
    .map((i) => rows.texts(i));
}

/** Whether at most one record in ten has a number, a date or an address. */
function isMostlyText(all: readonly (readonly (string | null)[])[]): boolean {
  const typed = all.filter((row) => row.some((cell) => cell !== null && isTyped(cell))).length;
  return typed * 10 <= all.length;
}

/** Where a single column begins: behind comments, or behind a title and a blank line with a header over values. */
function startOfColumn(rows: SampleRows): TableStart | null {
  const isOpen = (i: number): boolean => rows.raw(i).trim() === "";
  const most = Math.min(rows.records.length, mostLines);
  let index = 0;
  while (index < most && (isOpen(index) || rows.raw(index).startsWith("# "))) index++;
  if (index === 0 && rows.records.length > 3 && isTitle(rows.texts(0)) && isOpen(1) && !isOpen(2)) {
    const below = range(3, Math.min(rows.records.length, 3 + rowsBelow)).map((i) => rows.texts(i));
    if (judgeHeader(rows.texts(2), below).sure) index = 2;
  }
  const preamble = range(0, index).filter((i) => !isOpen(i));
  return preamble.length === 0 || index >= most ? null : { index, preamble, shortHeader: false };
}

/** A line that begins as comments do. */
export function isComment(raw: string): boolean {
  return /^\s*"?(?:#|\/\/|--|;;)/.test(raw);
}

/** Text that no name of a column is: with a space, a digit or a colon in it. A number alone is a value. */
function isTitle(cells: readonly (string | null)[]): boolean {
  const text = cells.find((cell) => cell !== null && cell.trim() !== "")?.trim() ?? "";
  return text !== "" && /[\s\d:/]/.test(text) && (!isTyped(text) || /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/.test(text));
}

/** A header without the empty field at the end that every row below has: an exporter's trailing delimiter. */
function isShortHeader(rows: SampleRows, header: number, first: number, fields: number): boolean {
  const { records } = rows;
  if (records[header]!.broken !== "" || records[header]!.fields !== fields - 1) return false;
  const names = rows.texts(header);
  if (names.some((name) => name === null || name.trim() === "" || isTyped(name))) return false;
  const even = range(first, Math.min(records.length, first + 200)).filter(
    (i) => records[i]!.fields === fields && records[i]!.broken === "",
  );
  return even.every((i) => rows.cells(i).at(-1)?.text === null);
}

/** Three records in a row of one number of fields above two: another table, which must not be lost. */
function hasTable({ records }: SampleRows, above: readonly number[]): boolean {
  return above.some((i, at) => {
    const run = [i, above[at + 1], above[at + 2]];
    const { fields } = records[i]!;
    return fields > 2 && run.every((j, step) => j === i + step && records[j]!.fields === fields);
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
