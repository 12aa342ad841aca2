import { SegmentError } from "../../core/errors.ts";
import { nullWords, type Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, decimalText, tryDate, tryDecimal, tryNumber } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { otherSpaces } from "../reading/number-shapes.ts";
import { plainSpacesSql } from "../reading/number-sql.ts";
import { textSql, valueSql } from "../reading/values.ts";

/** The UTC day of a date or timestamp column, null where missing. SQL. Throws `not-dates`. */
export function daySql(column: Column, option: string): Sql {
  requireTime(column, option);
  const day = sql`cast(${valueSql(column)} as date)`;
  const isIsoText = column.stored === "text" && "format" in column.reading && column.reading.format === "%Y-%m-%d";
  // What is no plain cast is still read as the column is; the cast costs a quarter.
  return isIsoText ? sql`coalesce(${tryDate(column.ref)}, ${day})` : day;
}

/** The key by which customers are told apart: the exact text without its outer spaces. SQL; empty where there is none. */
export function customerSql(column: Column): Sql {
  if (column.stored === "typed") return column.ref;
  const text = textSql(column);
  return sql`case when ${plainSpacesSql(text)} = ${text} then ${text} else trim(both ${` ${otherSpaces}`} from ${text}) end`;
}

/** Whether a key that `customerSql` gave stands for no customer: null, empty, or a word for nothing. SQL. */
export function isNobodySql({ stored }: Column, key: Sql): Sql {
  if (stored === "typed") return sql`${key} is null`;
  const longest = Math.max(...nullWords.map((word) => word.length));
  const words = join(nullWords.map(value), ", ");
  return sql`(${key} is null or (length(${key}) <= ${longest} and lower(${key}) in (${words})))`;
}

/** An amount as decimal(38, 8), null where it is missing, infinite or too long. SQL. Throws `not-numeric`. */
export function decimalSql(column: Column, option: string): Sql {
  requireNumber(column, option);
  if (column.stored === "text") return tryDecimal(textSql(column));
  if (column.type === "integer") return tryDecimal(column.ref);
  return sql`case when abs(${column.ref}) < 10000000 then ${tryDecimal(column.ref)} else ${tryDecimal(asText(column.ref))} end`;
}

/** Whether an amount has more than eight decimals, as far as a double tells; `decimal` is its `decimalSql`. SQL. */
export function isRoundedSql(column: Column, decimal: Sql): Sql {
  if (column.type === "integer") return sql`false`;
  const kept = tryNumber(decimalText(decimal));
  if (column.stored === "typed") {
    const number = sql`cast(${column.ref} as double)`;
    return sql`case when abs(${column.ref}) < 10000000 then ${number} <> cast(${decimal} as double) else ${number} <> ${kept} end`;
  }
  const text = textSql(column);
  return sql`case when length(${text}) > 10 or contains(${text}, 'e') or contains(${text}, 'E') then ${tryNumber(text)} <> ${kept} else false end`;
}

/** Throws `not-numeric` for a column that holds no numbers. */
export function requireNumber(column: Column, option: string): void {
  if (column.type === "integer" || column.type === "number") return;
  throw new SegmentError("not-numeric", `${option} takes a column of numbers, and ${whatItHolds(column)}`, {
    place: { column: column.name },
    hint: wayOut(column),
  });
}

/** Throws `not-dates` for a column that holds no dates. */
export function requireTime(column: Column, option: string): void {
  if (isTime(column)) return;
  throw new SegmentError("not-dates", `${option} takes a column of dates, and ${whatItHolds(column)}`, {
    place: { column: column.name },
    hint: wayOut(column),
  });
}

export function isTime({ type }: Column): boolean {
  return type === "date" || type === "timestamp";
}

function whatItHolds({ type, present, oddValue }: Column): string {
  if (present === 0) return "this one holds no value at all";
  if (oddValue !== undefined) return `${oddCount(oddValue.count)} not, such as ${quoted(oddValue.value)}`;
  const words = {
    text: "text",
    integer: "numbers",
    number: "numbers",
    boolean: "yes or no",
    date: "dates",
    timestamp: "times",
  };
  return `this one holds ${words[type]}`;
}

function oddCount(count: number): string {
  return count === 1 ? "1 value here is" : `${count} values here are`;
}

function wayOut({ oddValue }: Column): string {
  return oddValue === undefined ? "name another column" : "correct it, or leave such rows out with --missing drop";
}

function quoted(text: string): string {
  return `“${text.length > 40 ? `${text.slice(0, 39)}…` : text}”`;
}
