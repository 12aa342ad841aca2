import { SegmentError } from "../../core/errors.ts";
import { nullWords } from "../../core/schema.ts";
import type { Evidence } from "../../core/source.ts";
import { isTyped } from "./plausible.ts";

type Row = readonly (string | null)[];

/** The names of the columns, whether they stand in the first record, and why. */
export interface Header {
  readonly present: boolean;
  readonly names: readonly string[];
  readonly evidence: readonly Evidence[];
}

/**
 * Decides whether the first record is a header, from how it differs from the `rows` below it, and names the columns.
 * Throws `duplicate-columns`.
 */
export function detectHeader(first: Row, rows: readonly Row[], given: boolean | undefined, label: string): Header {
  const step = Math.max(1, Math.floor(rows.length / rowsJudged));
  const judged = rows.filter((_, i) => i % step === 0);
  const verdict = given === undefined ? judge(first, judged) : { present: given, why: "given" };
  if (!verdict.present) {
    const names = first.map((_, j) => `column_${j + 1}`);
    return { present: false, names, evidence: [{ subject: "header", found: "no", why: verdict.why }] };
  }
  const taken = new Set(first.map(clean));
  const unnamed: string[] = [];
  const names = first.map((cell, j) => {
    const name = clean(cell);
    if (name !== "") return name;
    let made = `column_${j + 1}`;
    while (taken.has(made)) made += "_";
    taken.add(made);
    unnamed.push(made);
    return made;
  });
  refuseDuplicates(names, label);
  const evidence: Evidence[] = [{ subject: "header", found: "yes", why: verdict.why }];
  if (unnamed.length > 0)
    evidence.push({ subject: "column names", found: listed(unnamed), why: "these columns have no name in the header" });
  return { present: true, names, evidence };
}

const rowsJudged = 250;

function clean(cell: string | null): string {
  return (cell ?? "").replace(/^[ \t\u00a0\ufeff]+|[ \t\u00a0]+$/g, "");
}

function refuseDuplicates(names: readonly string[], label: string): void {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) twice.add(name);
    seen.add(name);
  }
  if (twice.size === 0) return;
  const list = listed([...twice]);
  throw new SegmentError("duplicate-columns", `the header names ${list} more than once`, {
    place: { file: label, line: 1, column: [...twice][0] ?? "" },
    hint: "rename one of them in the header, or add --no-header if the first line is data",
  });
}

function judge(first: Row, rows: readonly Row[]): { present: boolean; why: string } {
  const typedFirst = first.filter((cell) => cell !== null && isTyped(cell)).length;
  if (rows.length === 0) {
    return typedFirst > 0
      ? { present: false, why: "the only record holds values" }
      : { present: true, why: "the only record holds no values" };
  }
  let nameOverValues = 0;
  let valueOverValues = 0;
  let repeated = 0;
  for (let j = 0; j < first.length; j++) {
    const cell = first[j] ?? null;
    if (cell === null || isNullWord(cell)) continue;
    const below = rows.map((row) => row[j] ?? null).filter((value) => value !== null && !isNullWord(value));
    if (below.length === 0) continue;
    const typed = below.filter((value) => value !== null && isTyped(value)).length / below.length;
    if (isTyped(cell)) valueOverValues += typed >= 0.5 ? 1 : 0;
    else if (typed >= 0.9) nameOverValues++;
    if (below.includes(cell)) repeated++;
  }
  if (nameOverValues > 0 && valueOverValues === 0)
    return {
      present: true,
      why: `in ${columns(nameOverValues)} the first record is text and the others are numbers, dates or addresses`,
    };
  if (valueOverValues > 0 && isSeries(first))
    return { present: true, why: "the numbers in the first record run in steps of one, as names of periods do" };
  if (valueOverValues > nameOverValues)
    return { present: false, why: `in ${columns(valueOverValues)} the first record is a value like the others` };
  if (nameOverValues > 0)
    return { present: true, why: `in ${columns(nameOverValues)} the first record is text over values` };
  if (typedFirst > 0) return { present: false, why: "the first record holds values" };
  if (repeated >= 1 && repeated * 2 >= first.length && rows.length > 1)
    return { present: false, why: `in ${columns(repeated)} the text of the first record comes back below it` };
  return { present: true, why: "assumed: all columns are text, so the file cannot tell; --no-header says otherwise" };
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
