import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { DateCount, DateOrder, DecimalMark, DeclaredNotation, ReadingOptions } from "../../core/source.ts";
import { dateCounts, isDateCount } from "./day-counts.ts";

/** What a schema said of columns of a table, by name, for reading their text anew. */
export function declaredNotations(columns: readonly Column[]): ReadonlyMap<string, DeclaredNotation> {
  return new Map(
    columns.flatMap(({ name, declaredNotation }) => (declaredNotation === undefined ? [] : [[name, declaredNotation]])),
  );
}

/** Whether a schema says that a column is numbers, whatever its name says. */
export function isNumberDeclared(declared: DeclaredNotation | undefined): boolean {
  return declared?.type === "integer" || declared?.type === "number";
}

/** What `--dates` may say of a column. */
export const dateWords: readonly (DateOrder | DateCount | "none")[] = ["dmy", "mdy", "ymd", ...dateCounts, "none"];

/**
 * The reading options from `--decimal` and the items of `--dates`: `signup=dmy` for a column, `dmy` alone for all
 * (key `*`); what is no order needs its column. Throws `bad-option-value`.
 */
export function parseReadingOptions(given: {
  readonly decimal?: DecimalMark | undefined;
  readonly dates?: readonly string[] | undefined;
}): ReadingOptions {
  if (given.dates === undefined) return { decimal: given.decimal };
  const dates = new Map<string, DateOrder | DateCount | "none">();
  for (const item of given.dates) {
    const equals = item.lastIndexOf("=");
    const name = equals < 0 ? "*" : item.slice(0, equals).trim();
    const word = item
      .slice(equals + 1)
      .trim()
      .toLowerCase();
    const order = dateWords.find((one) => one === word);
    if (order === undefined || name === "") {
      throw new SegmentError("bad-option-value", `--dates ${item}: not COLUMN=ORDER`, {
        hint: `write it like --dates signup=dmy, or --dates dmy for every column; a column is ${dateWords.slice(0, -1).join(", ")} or none`,
      });
    }
    if (name === "*" && (isDateCount(order) || order === "none")) {
      throw new SegmentError("bad-option-value", `--dates ${order} needs its column`, {
        hint: `write it like --dates signup=${order}`,
      });
    }
    if (dates.has(name) && dates.get(name) !== order) {
      throw new SegmentError("bad-option-value", `--dates gives ${name === "*" ? "every column" : name} two orders`);
    }
    dates.set(name, order);
  }
  return { decimal: given.decimal, dates };
}
