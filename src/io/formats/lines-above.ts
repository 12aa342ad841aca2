import { nullWords } from "../../core/schema.ts";
import { judgeHeader } from "./header.ts";
import { isTyped } from "./plausible.ts";
import type { SampleRows } from "./sample-rows.ts";

type Row = readonly (string | null)[];

/** Lines within which the header is looked for. */
const within = 12;
const rowsBelow = 60;

/** What titles of an export begin with, and no name of a column does. */
const titleWords =
  /^(?:rapports?|reports?|exports?|extract(?:ion)?|extrait|listes? (?:de|des|du)|list of|g[ée]n[ée]r[ée]e?s?|generated|[ée]dit[ée]e?s?|imprim[ée]e?s?|printed|page \d|du \d|from \d|au \d|as of)(?![\p{L}])/iu;

/**
 * The record of the head that is the header where lines above it have as many fields as it has: titles padded with
 * delimiters, a name and its value (`Société;ACME;;`), words of a title parted by the delimiter. It must name every column
 * over numbers, dates or addresses, and every line above it must be such a line. Null where there is none.
 */
export function headerBelowTitles(rows: SampleRows, fields: number, at: number): number | null {
  if (fields < 3) return null;
  const { records } = rows;
  const isEven = (i: number): boolean => {
    const { blank, broken, fields: own } = records[i]!;
    return !blank && broken === "" && own === fields;
  };
  const isBlank = (i: number): boolean => records[i]!.blank || (isEven(i) && rows.filled(i) === 0);
  const last = Math.min(records.length - 1, at + within);
  const top = Array.from({ length: Math.max(0, last - at) }, (_, i) => at + i).find((i) => !isBlank(i));
  // Most tables begin with their header: nothing is judged there.
  if (top === undefined || !isEven(top) || !mayBeTitleLine(rows.texts(top))) return null;
  for (let header = at + 1; header <= last; header++) {
    if (!isEven(header) || !isComplete(rows.texts(header))) continue;
    const below: Row[] = [];
    for (let i = header + 1; i < records.length && below.length < rowsBelow; i++)
      if (isEven(i) && !isBlank(i)) below.push(rows.texts(i));
    if (below.length === 0 || !judgeHeader(rows.texts(header), below).sure) continue;
    const above = Array.from({ length: header - at }, (_, i) => at + i).filter((i) => !isBlank(i));
    const pairs = above.filter((i) => isEven(i) && isPair(rows.texts(i))).length;
    const isTitle = (i: number): boolean => isEven(i) && isTitleLine(rows.texts(i), below, pairs > 1);
    return above.length > 0 && above.every(isTitle) ? header : null;
  }
  return null;
}

/** Names of all columns, no two the same. */
function isComplete(cells: Row): boolean {
  const names = cells.map((cell) => (cell ?? "").trim());
  return (
    new Set(names).size === names.length &&
    names.every((name) => name !== "" && !isTyped(name) && !nullWords.includes(name.toLowerCase()))
  );
}

/** Whether a line leaves cells open, or holds a word of titles. */
function mayBeTitleLine(cells: Row): boolean {
  return cells.some((cell) => cell === null || cell.trim() === "" || titleWords.test(cell.trim()));
}

/** A line of the shape of a row that no row and no header is. */
function isTitleLine(cells: Row, below: readonly Row[], hasPairs: boolean): boolean {
  const filled = cells.flatMap((cell, j) => (cell === null || cell.trim() === "" ? [] : [j]));
  if (filled.length === 1) return filled[0] === 0 || titleWords.test(cells[filled[0]!]!.trim());
  const isMarked = filled.some((j) => titleWords.test(cells[j]!.trim()));
  if (isPair(cells)) return hasPairs || isMarked || isTyped(cells[1]!);
  return isMarked && (filled.length < cells.length || isForeign(cells, below));
}

/** A name and its value in the first two of at least three fields. */
function isPair(cells: Row): boolean {
  const [name, value, ...rest] = cells.map((cell) => (cell ?? "").trim());
  return name !== "" && value !== "" && !isTyped(name!) && rest.every((cell) => cell === "");
}

/** Words in a column in which all of the rows have numbers, dates or addresses. */
function isForeign(cells: Row, below: readonly Row[]): boolean {
  return cells.some((cell, j) => cell !== null && !isTyped(cell) && below.every((row) => isTyped(row[j] ?? "")));
}
