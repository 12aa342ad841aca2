import { judgeHeader } from "./header.ts";
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

  const below = range(index + 1, Math.min(records.length, index + rowsBelow))
    .filter((i) => records[i]!.fields === fields && records[i]!.broken === "" && !records[i]!.blank)
    .map((i) => rows.texts(i));
  const verdict = judgeHeader(rows.texts(index), below);
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
