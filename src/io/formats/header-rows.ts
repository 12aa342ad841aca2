import { SegmentError } from "../../core/errors.ts";
import { judgeHeader, nameText } from "./header.ts";
import { isTyped } from "./plausible.ts";
import type { SampleRows } from "./sample-rows.ts";

type Row = readonly (string | null)[];

/** Headers of more lines than this are not looked for. */
const mostRows = 4;
const rowsBelow = 200;

/**
 * The number of header records that begin at `start`, where there are several: groups of columns over their names. The
 * upper ones leave cells empty, the lowest names every column and stands over numbers, dates or addresses. 1 where nothing
 * speaks for more: then one record is judged by the whole file. `tie` is what to throw where all is text and the first
 * record leaves names open.
 */
export function countHeaderRows(
  rows: SampleRows,
  start: number,
  fields: number,
  label: string,
): { readonly count: number; readonly tie: SegmentError | null } {
  const even: number[] = [];
  for (let i = start; i < rows.records.length && even.length < rowsBelow; i++) {
    const { blank, broken, fields: own } = rows.records[i]!;
    if (!blank && broken === "" && own === fields) even.push(i);
  }
  const texts = even.map((i) => rows.texts(i));
  for (let count = 2; count <= Math.min(mostRows, even.length - 1); count++) {
    const upper = texts.slice(0, count - 1);
    const lowest = texts[count - 1]!;
    if (!upper.every(isGroups)) break;
    if (!isComplete(joined([...upper, lowest]), lowest)) continue;
    const below = texts.slice(count);
    const verdict = judgeHeader(withoutYears(lowest, below), below);
    if (verdict.sure) return { count, tie: null };
    const allText = ![lowest, ...below].some((row) => row.some(isValue));
    if (allText && count === 2 && upper[0]!.some(isOpen)) return { count: 1, tie: tie(label, upper[0]!, lowest) };
  }
  return { count: 1, tie: null };
}

/** The name of each column from the records of its header: groups, spread over the empty cells behind them, then names. */
export function joined(rows: readonly Row[]): string[] {
  const lowest = rows.at(-1) ?? [];
  const upper = rows.slice(0, -1).map((row, level) => {
    let group = "";
    return row.map((cell, j) => {
      const own = textOf(cell);
      if (own !== "") group = own;
      // A name with nothing below it is of its column alone.
      const isAlone = own !== "" && rows.slice(level + 1).every((below) => textOf(below[j]) === "");
      const shown = group;
      if (isAlone) group = "";
      return shown;
    });
  });
  return lowest.map((cell, j) => {
    const parts = [...upper.map((row) => row[j] ?? ""), textOf(cell)].filter((part) => part !== "");
    return parts.filter((part, i) => part !== parts[i - 1]).join(" ");
  });
}

/** A year over values that are none is a name. */
function withoutYears(row: Row, below: readonly Row[]): Row {
  const isYear = (cell: string | null | undefined): boolean => /^(?:19|20)\d{2}$/.test(textOf(cell));
  return row.map((cell, j) =>
    isYear(cell) && !below.every((other) => isYear(other[j])) ? `of ${textOf(cell)}` : cell,
  );
}

/** A record of group names: text, with an empty cell or a name that comes again. */
function isGroups(row: Row): boolean {
  const named = row.filter((cell) => !isOpen(cell)).map(textOf);
  const leavesOpen = row.slice(0, -1).some(isOpen) || new Set(named).size < named.length;
  return named.length > 0 && leavesOpen && !row.some((cell) => isValue(cell) && !/^\d{4}$/.test(textOf(cell)));
}

/** Whether the lowest record names every column but those that a group alone names, and no two the same. */
function isComplete(names: readonly string[], lowest: Row): boolean {
  const empty = lowest.filter(isOpen).length;
  return names.every((name) => name !== "") && new Set(names).size === names.length && empty * 2 <= lowest.length;
}

function isOpen(cell: string | null | undefined): boolean {
  return textOf(cell) === "";
}

function isValue(cell: string | null): boolean {
  return cell !== null && isTyped(cell);
}

function textOf(cell: string | null | undefined): string {
  return nameText(cell ?? null);
}

function tie(label: string, upper: Row, lowest: Row): SegmentError {
  const shown = (row: Row): string => `“${row.map(textOf).join(" | ").slice(0, 80)}”`;
  return new SegmentError(
    "ambiguous-input",
    `the header may be one line or two: below ${shown(upper)}, ${shown(lowest)} are names or the first row`,
    { place: { file: label }, hint: "settle it with --header-rows 1 or --header-rows 2" },
  );
}
