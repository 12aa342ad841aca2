import { SegmentError } from "../../core/errors.ts";
import { nullWords } from "../../core/schema.ts";
import { unseenSubject, type Evidence } from "../../core/source.ts";
import { isColumnName } from "./column-names.ts";
import { isTyped } from "./plausible.ts";

type Row = readonly (string | null)[];

/** The names of the columns, whether they stand in the first record, and why. */
export interface Header {
  readonly present: boolean;
  readonly names: readonly string[];
  readonly evidence: readonly Evidence[];
  /** Nothing speaks for a header but that most files have one: what the user is told. */
  readonly open?: string;
}

/**
 * Decides whether the first record is a header, from how it differs from the `rows` below it, and names the columns.
 * Throws `duplicate-columns`.
 */
export function detectHeader(first: Row, rows: readonly Row[], given: boolean | undefined, label: string): Header {
  const verdict: Omit<HeaderVerdict, "sure"> =
    given === undefined ? judgeHeader(first, rows) : { present: given, why: "given" };
  if (!verdict.present) {
    const names = first.map((_, j) => `column_${j + 1}`);
    return { present: false, names, evidence: [{ subject: "header", found: "no", why: verdict.why }] };
  }
  const named = { present: true, ...nameColumns(first, verdict.why, label, 1) };
  if (verdict.assumed !== true) return named;
  const shown = listed(first.map((cell) => nameText(cell)));
  const open = `the first record (“${shown}”) is taken for the header, though nothing tells it from a row: if it is a row, add --no-header; if not, --header-rows 1 says so`;
  return { ...named, open };
}

/**
 * The names of the columns from the cells of a header, those without a name called `column_3`. `line` is where the
 * header begins. Throws `duplicate-columns`.
 */
export function nameColumns(
  cells: Row,
  why: string,
  label: string,
  line: number,
): { readonly names: readonly string[]; readonly evidence: readonly Evidence[] } {
  const taken = new Set(cells.map(nameText));
  const unnamed: string[] = [];
  const names = cells.map((cell, j) => {
    const name = nameText(cell);
    if (name !== "") return name;
    let made = `column_${j + 1}`;
    while (taken.has(made)) made += "_";
    taken.add(made);
    unnamed.push(made);
    return made;
  });
  refuseDuplicates(names, label, line);
  const evidence: Evidence[] = [{ subject: "header", found: "yes", why }];
  if (unnamed.length > 0)
    evidence.push({ subject: "column names", found: listed(unnamed), why: "these columns have no name in the header" });
  const rid = names.filter((_, j) => trimmed(cells[j]!).search(unseen) >= 0);
  if (rid.length > 0)
    evidence.push({ subject: unseenSubject, found: listed(rid), why: "left out of these names of the header" });
  return { names, evidence };
}

const rowsJudged = 250;

/** A cell as a name: without characters that have no width, and without white space around it, of any width. */
export function nameText(cell: string | null): string {
  return (cell ?? "").replaceAll(unseen, "").trim();
}

/** Characters without width that no letter is written with: soft hyphen, zero width space, word joiner, byte order mark. */
const unseen = /[\u00ad\u200b\u2060\ufeff]/g;

function trimmed(cell: string | null): string {
  return (cell ?? "").trim();
}

function refuseDuplicates(names: readonly string[], label: string, line: number): void {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) twice.add(name);
    seen.add(name);
  }
  if (twice.size === 0) return;
  const list = listed([...twice]);
  throw new SegmentError("duplicate-columns", `the header names ${list} more than once`, {
    place: { file: label, line, column: [...twice][0] ?? "" },
    hint: "rename one of them in the header, or add --no-header if the first line is data",
  });
}

/** Whether a record is a header; `sure` where its text stands over numbers, dates or addresses. */
export interface HeaderVerdict {
  readonly present: boolean;
  readonly sure: boolean;
  readonly why: string;
  /** Neither the cells nor their columns tell: most files have a header. */
  readonly assumed?: boolean;
}

/** Judges a record by how it differs from the records below it, of which at most 250 are looked at. */
export function judgeHeader(first: Row, rows: readonly Row[]): HeaderVerdict {
  // The header again, in a file made of several, says nothing of the columns.
  const others = rows.filter((row) => !isSame(row, first));
  const step = Math.max(1, Math.floor(others.length / rowsJudged));
  const verdict = judge(
    first,
    others.filter((_, i) => i % step === 0),
    rows.length > 0,
  );
  return { sure: false, ...verdict };
}

function isSame(row: Row, first: Row): boolean {
  return row.length === first.length && row.every((cell, j) => cell === first[j]);
}

function judge(
  first: Row,
  rows: readonly Row[],
  comesBack: boolean,
): { present: boolean; sure?: boolean; why: string; assumed?: boolean } {
  const typedFirst = first.filter((cell) => cell !== null && isTyped(cell)).length;
  if (rows.length === 0) {
    return typedFirst > 0
      ? { present: false, why: "the only record holds values" }
      : comesBack
        ? { present: false, why: "the first record comes back below it" }
        : { present: true, why: "the only record holds no values" };
  }
  let nameOverValues = 0;
  let valueOverValues = 0;
  let repeated = 0;
  let named = 0;
  let openOverValues = 0;
  let nameOverMost = 0;
  for (let j = 0; j < first.length; j++) {
    const cell = first[j] ?? null;
    const below = rows.map((row) => row[j] ?? null).filter((value) => value !== null && !isNullWord(value));
    const isNamed = cell !== null && !isNullWord(cell);
    if (isNamed) named++;
    if (below.length === 0) continue;
    const typed = below.filter((value) => value !== null && isTyped(value)).length / below.length;
    if (!isNamed) {
      if (typed >= 0.9) openOverValues++;
      continue;
    }
    if (isTyped(cell)) valueOverValues += typed >= 0.5 ? 1 : 0;
    else if (typed >= 0.9) nameOverValues++;
    else if (typed >= 0.5) nameOverMost++;
    if (below.includes(cell)) repeated++;
  }
  if (nameOverValues > 0 && valueOverValues === 0)
    return {
      present: true,
      sure: true,
      why: `in ${columns(nameOverValues)} the first record is text and the others are numbers, dates or addresses`,
    };
  if (valueOverValues > 0 && isSeries(first))
    return {
      present: true,
      sure: nameOverValues > 0,
      why: "the numbers in the first record run in steps of one, as names of periods do",
    };
  if (valueOverValues > nameOverValues)
    return { present: false, why: `in ${columns(valueOverValues)} the first record is a value like the others` };
  if (nameOverValues > 0)
    return { present: true, why: `in ${columns(nameOverValues)} the first record is text over values` };
  if (typedFirst > 0) return { present: false, why: "the first record holds values" };
  if (repeated >= 1 && repeated * 2 >= first.length && rows.length > 1)
    return { present: false, why: `in ${columns(repeated)} the text of the first record comes back below it` };
  if (openOverValues > named)
    return {
      present: false,
      why: `the first record leaves open ${columns(openOverValues)} in which the others hold numbers, dates or addresses`,
    };
  const known = first.filter((cell) => cell !== null && isColumnName(cell)).length;
  if (known > 0 && known * 2 >= named)
    return { present: true, why: `${known} of ${named} cells of the first record are usual names of columns` };
  if (nameOverMost > 0)
    return { present: true, why: `in ${columns(nameOverMost)} the first record is text over values for the most part` };
  const what = openOverValues > 0 ? "all columns that the first record names are text" : "all columns are text";
  return { present: true, assumed: true, why: `assumed: ${what}, so the file cannot tell; --no-header says otherwise` };
}

/** At least two plain integers among the cells, each one more than the last: years, months, weeks. */
function isSeries(cells: Row): boolean {
  const numbers = cells.filter((cell) => cell !== null && isTyped(cell));
  return (
    numbers.length > 1 &&
    numbers.every(
      (cell, i) => cell !== null && /^\d{1,4}$/.test(cell) && (i === 0 || Number(cell) === Number(numbers[i - 1]) + 1),
    ) &&
    cells.some((cell) => cell !== null && !isTyped(cell))
  );
}

function isNullWord(cell: string): boolean {
  return nullWords.includes(cell.trim().toLowerCase());
}

function columns(count: number): string {
  return count === 1 ? "one column" : `${count} columns`;
}

function listed(names: readonly string[]): string {
  const short = names.slice(0, 5).map((name) => (name.length > 60 ? `${name.slice(0, 60)}…` : name));
  return short.join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");
}
