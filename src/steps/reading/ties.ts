import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column, Tie } from "../../core/schema.ts";
import type { DateOrder } from "../../core/source.ts";
import { plainSpaces } from "./number-shapes.ts";
import { short } from "./word-evidence.ts";

/** An open column, before it is put together with the others of its kind. */
export interface OpenColumn {
  readonly name: string;
  readonly example: string;
}

/** One tie for all columns whose decimal mark is open; the decimal comma comes first. At least one column. */
export function decimalTie(columns: readonly OpenColumn[]): Tie {
  const example = plainSpaces(columns[0]!.example);
  const fraction = example.replace(",", ".");
  const whole = example.replace(/[.,]/, "");
  const [comma, point] = example.includes(",") ? [fraction, whole] : [whole, fraction];
  const readings = [
    { meaning: comma, option: "--decimal ," },
    { meaning: point, option: "--decimal ." },
  ];
  return { columns: names(columns), example, readings };
}

/** One tie for all columns whose order of day and month is open; the day first comes first. At least one column. */
export function dateTie(columns: readonly OpenColumn[]): Tie {
  const example = plainSpaces(columns[0]!.example);
  const readings = (["dmy", "mdy"] as const).map((order) => ({
    meaning: spoken(example, order),
    option: `--dates ${shellWord(columns.map(({ name }) => `${name.replaceAll(",", ",,")}=${order}`).join(","))}`,
  }));
  return { columns: names(columns), example, readings };
}

/**
 * Stops where a column of `used` (all columns without it) has two readings. The error shows every tie of the table at
 * once, both readings of each, and lines to paste that settle them all. Throws `ambiguous-input`.
 */
export function requireSettled(table: Table, used?: Iterable<string>): void {
  const wanted = used === undefined ? null : new Set(used);
  if (!table.columns.some(({ name, tie }) => tie !== undefined && (wanted === null || wanted.has(name)))) return;
  const ties = tiesOf(table);
  const count = ties.reduce((sum, tie) => sum + tie.columns.length, 0);
  const message = `${count === 1 ? "1 column" : `${count} columns`} can be read in two ways: ${ties.map(sentence).join("; ")}`;
  throw new SegmentError("ambiguous-input", message, { hint: `add ${settlingLines(ties)}` });
}

/** What a command that passes open columns through as text has to say of it, or null where there are none. */
export function openColumnsWarning(table: Table): { readonly code: string; readonly message: string } | null {
  const ties = tiesOf(table);
  if (ties.length === 0) return null;
  const message = `passed through as text, since it can be read in two ways: ${ties.map(sentence).join("; ")}`;
  return { code: "ambiguous-passed-through", message: `${message}; to settle it add ${settlingLines(ties)}` };
}

/** The ties of a table, each once. */
export function tiesOf(table: { readonly columns: readonly Column[] }): readonly Tie[] {
  return [...new Set(table.columns.flatMap(({ tie }) => (tie === undefined ? [] : [tie])))];
}

/** `1.234 in amount is 1234 or 1.234`. */
function sentence(tie: Tie): string {
  return `${tie.example} in ${nameList(tie.columns)} is ${tie.readings.map(({ meaning }) => meaning).join(" or ")}`;
}

/** The options to paste that settle every tie in its first reading, or in its second, with what they mean. */
function settlingLines(ties: readonly Tie[]): string {
  const line = (i: number): string => {
    const chosen = ties.map((tie) => tie.readings[i]!);
    return `${chosen.map(({ option }) => option).join(" ")} (${chosen.map(({ meaning }) => meaning).join(", ")})`;
  };
  return `${line(0)} or ${line(1)}`;
}

function names(columns: readonly OpenColumn[]): string[] {
  return columns.map(({ name }) => name);
}

function nameList(columns: readonly string[]): string {
  const shown = columns.slice(0, 6).map(short);
  return shown.join(", ") + (columns.length > 6 ? ` and ${columns.length - 6} more` : "");
}

const months = "January February March April May June July August September October November December".split(" ");

function spoken(example: string, order: DateOrder): string {
  const [first = "", second = "", rest = ""] = example.split(/[-/.]/);
  const year = rest.split(" ")[0]!;
  const [day, month] = order === "dmy" ? [first, second] : [second, first];
  return `${Number(day)} ${months[Number(month) - 1] ?? month} ${year}`;
}

function shellWord(text: string): string {
  return /^[\p{L}\p{N}_=,.:/-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
