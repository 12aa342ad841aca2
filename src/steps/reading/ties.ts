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

/** One tie for all columns whose decimal mark is open. */
export function decimalTie(columns: readonly OpenColumn[]): Tie {
  const example = plainSpaces(columns[0]!.example);
  const whole = example.replace(/[.,]/, "");
  const broken = example.replace(",", ".");
  const mark = example.includes(",") ? "," : ".";
  const other = mark === "," ? "." : ",";
  const readings = [
    { meaning: broken, option: `--decimal ${mark}` },
    { meaning: whole, option: `--decimal ${other}` },
  ];
  return { columns: names(columns), example, readings };
}

/** One tie for all columns whose order of day and month is open. */
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
 * once, both readings of each, and one line to paste that settles them all. Throws `ambiguous-input`.
 */
export function requireSettled(table: Table, used?: Iterable<string>): void {
  const wanted = used === undefined ? null : new Set(used);
  if (!table.columns.some(({ name, tie }) => tie !== undefined && (wanted === null || wanted.has(name)))) return;
  const ties = tiesOf(table);
  const open = table.columns.filter(({ tie }) => tie !== undefined);
  const count = open.length === 1 ? "1 column" : `${open.length} columns`;
  const shown = ties.map((tie) => {
    const meanings = tie.readings.map(({ meaning }) => meaning).join(" or ");
    return `${tie.example} in ${nameList(tie.columns)} is ${meanings}`;
  });
  const lines = [0, 1].map((i) => ties.map((tie) => tie.readings[i]!.option).join(" "));
  const hint =
    ties.length === 1
      ? `say which with ${ties[0]!.readings.map(({ meaning, option }) => `${option} (${meaning})`).join(" or ")}`
      : `settle them all with ${settlingLine(ties)} (${ties.map((tie) => `${tie.readings[0]!.option} means ${tie.readings[0]!.meaning}, ${tie.readings[1]!.option} means ${tie.readings[1]!.meaning}`).join("; ")})`;
  void lines;
  throw new SegmentError("ambiguous-input", `${count} can be read in two ways: ${shown.join("; ")}`, { hint });
}

/** What a command that passes open columns through as text has to say of it, or null where there are none. */
export function openColumnsWarning(table: Table): { readonly code: string; readonly message: string } | null {
  const ties = tiesOf(table);
  if (ties.length === 0) return null;
  const shown = ties.map((tie) => `${nameList(tie.columns)} (${tie.example} is ${tie.readings.map(({ meaning }) => meaning).join(" or ")})`);
  return {
    code: "ambiguous-passed-through",
    message: `passed through as text, since it can be read in two ways: ${shown.join("; ")}; settle with ${settlingLine(ties)}`,
  };
}

/** The ties of a table, each once. */
export function tiesOf(table: { readonly columns: readonly Column[] }): readonly Tie[] {
  return [...new Set(table.columns.flatMap(({ tie }) => (tie === undefined ? [] : [tie])))];
}

/** The options that choose the European reading of every tie, to be pasted. */
function settlingLine(ties: readonly Tie[]): string {
  return ties.map((tie) => tie.readings.find(({ option }) => /=dmy|--decimal ,/.test(option))!.option).join(" ");
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
