import { SegmentError } from "../core/errors.ts";
import type { Sql, SqlValue } from "../core/sql.ts";

/** How one engine spells what engines spell differently. */
export interface Dialect {
  readonly name: string;
  /** A name as the engine reads it back unchanged. Throws for a name that the engine cannot hold. */
  quoteIdentifier(name: string): string;
  /** A value as text that evaluates to exactly that value: any string, doubles round-trip. */
  literal(value: SqlValue): string;
  /** The mark of bound value `position`, counted from 1. */
  placeholder(position: number): string;
  readonly functions: DialectFunctions;
}

/** Functions by their names in `functions.ts`; each gives SQL in terms of its arguments. */
export interface DialectFunctions {
  /** Text to double; null where it is no number. Correctly rounded; `inf` and `nan` words count as numbers. */
  tryNumber(text: Sql): Sql;
  /** Text to a 64-bit integer; null where it is none or too large. */
  tryInteger(text: Sql): Sql;
  /** Text to a date by a strptime pattern; null where it is none. */
  tryDate(text: Sql, pattern: Sql): Sql;
  /** Text to a timestamp without zone by a strptime pattern; null where it is none. */
  tryTimestamp(text: Sql, pattern: Sql): Sql;
  /** ISO 8601 date and time to a timestamp in UTC: a `T` or a space, seconds and offset may be missing; null where it is none. */
  tryIsoTimestamp(text: Sql): Sql;
  /** Whether the whole text matches an RE2 pattern. */
  matchesWhole(text: Sql, pattern: Sql): Sql;
  /** All matches of an RE2 pattern replaced. */
  replaceMatches(text: Sql, pattern: Sql, replacement: Sql): Sql;
  /** A date or timestamp as text by a strftime pattern. */
  formatTime(time: Sql, pattern: Sql): Sql;
  /** Any value as the engine's own text of it. */
  asText(value: Sql): Sql;
}

export type DialectFunctionName = keyof DialectFunctions;

/** The functions of a dialect: those given, and for each other one a failure that names it and the engine. */
export function dialectFunctions(name: string, given: Partial<DialectFunctions>): DialectFunctions {
  const missing = (member: DialectFunctionName) => (): Sql => {
    throw new SegmentError("engine-failed", `${name} has no ${member}`, {
      hint: "run this step on the embedded engine (leave out --engine)",
    });
  };
  return {
    tryNumber: missing("tryNumber"),
    tryInteger: missing("tryInteger"),
    tryDate: missing("tryDate"),
    tryTimestamp: missing("tryTimestamp"),
    tryIsoTimestamp: missing("tryIsoTimestamp"),
    matchesWhole: missing("matchesWhole"),
    replaceMatches: missing("replaceMatches"),
    formatTime: missing("formatTime"),
    asText: missing("asText"),
    ...given,
  };
}
