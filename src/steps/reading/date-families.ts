import type { DateOrder } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, matchesWhole, tryIsoTimestamp, tryTimestamp } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { plainSpaces } from "./number-shapes.ts";
import { plainSpacesSql } from "./number-sql.ts";

/** A way of writing dates down to its marks, without the order of day and month. */
export interface DateFamily {
  /** Empty for eight digits in a row. */
  readonly separator: "-" | "/" | "." | "";
  readonly yearFirst: boolean;
  readonly yearDigits: 2 | 4;
  readonly time: "none" | "24 h" | "12 h";
  readonly zone: boolean;
}

const timePart =
  "([T ])(\\d{1,2}):(\\d{2})(:\\d{2}([.]\\d{1,9})?)?( ?[AaPp][Mm])?(Z| ?[+-]\\d{2}:?\\d{2}| ?[+-]\\d{2})?";
const yearFirst = new RegExp(`^\\d{4}([-/.])\\d{1,2}\\1\\d{1,2}(?:${timePart})?$`);
const yearLast = new RegExp(`^\\d{1,2}([-/.])\\d{1,2}\\1(\\d{4}|\\d{2})(?:${timePart})?$`);

/** The family of a text that looks like a date, impossible days included, or null. */
export function familyOf(text: string): DateFamily | null {
  const date = plainSpaces(text);
  const first = yearFirst.exec(date);
  const last = first === null ? yearLast.exec(date) : null;
  const match = first ?? last;
  if (match === null) return null;
  const times = match.slice(first === null ? 3 : 2);
  const zone = times[6] !== undefined;
  const twelve = times[5] !== undefined;
  // Only ISO 8601 has offsets and a T.
  if ((zone || times[0] === "T") && (first === null || twelve)) return null;
  return {
    separator: match[1] as "-" | "/" | ".",
    yearFirst: first !== null,
    yearDigits: first === null && match[2]!.length === 2 ? 2 : 4,
    time: times[0] === undefined ? "none" : twelve ? "12 h" : "24 h",
    zone,
  };
}

/** Eight digits in a row that are a day of the years 1900 to 2099 in the order year, month, day. */
export function isCompactDate(text: string): boolean {
  return /^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.test(text);
}

/** Eight digits in a row, as a family. */
export const compactFamily: DateFamily = { separator: "", yearFirst: true, yearDigits: 4, time: "none", zone: false };

/** Whether two texts are written in the same way. */
export function sameFamily(a: DateFamily, b: DateFamily): boolean {
  return (
    a.separator === b.separator &&
    a.yearFirst === b.yearFirst &&
    a.yearDigits === b.yearDigits &&
    a.time === b.time &&
    a.zone === b.zone
  );
}

/** The strptime pattern that stands for a family read in an order, such as `%d/%m/%Y %H:%M:%S`. */
export function formatOf(family: DateFamily, order: DateOrder): string {
  const year = family.yearDigits === 2 ? "%y" : "%Y";
  const parts = { ymd: [year, "%m", "%d"], dmy: ["%d", "%m", year], mdy: ["%m", "%d", year] }[order];
  const time = { none: "", "24 h": " %H:%M:%S", "12 h": " %I:%M:%S %p" }[family.time];
  return parts.join(family.separator) + time + (family.zone ? "%z" : "");
}

/**
 * The value of a text by a format of `formatOf`, as a timestamp in UTC, null where it does not fit; seconds and
 * fractions may be missing, days and months may have one digit. SQL. strptime and the ISO cast are looser than they
 * should be (`01/02/24` is a day of the year 24, `epoch` a time), so a column is only read so where all its values
 * pass `isWrittenSql` and are of the year 1000 or later.
 */
export function timestampSql(text: Sql, format: string): Sql {
  const plain = plainSpacesSql(text);
  const separator = isoSeparator(format);
  if (separator !== null) return tryIsoTimestamp(separator === "-" ? plain : sql`replace(${plain}, ${separator}, '-')`);
  const values = timeFormats(format).map((one) => tryTimestamp(plain, value(one)));
  return values.length === 1 ? values[0]! : sql`coalesce(${join(values, ", ")})`;
}

/** Whether a text is written as a format wants it, where that is more than having a value by it. SQL. */
export function isWrittenSql(text: Sql, format: string): Sql {
  const plain = plainSpacesSql(text);
  if (/^%.%.%.$/.test(format)) return matchesWhole(plain, value("[0-9]{8}"));
  const separator = isoSeparator(format);
  if (separator === null) return sql`true`;
  const day = `[0-9]{4}[${separator}][0-9]{1,2}[${separator}][0-9]{1,2}`;
  const offset = format.endsWith("%z") ? "(?:Z| ?[+-][0-9]{2}(?::?[0-9]{2})?)" : "";
  return matchesWhole(plain, value(`${day}[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,9})?)?${offset}`));
}

/** The mark between year and month of a format with the year first and a time of 24 hours; null for others. */
function isoSeparator(format: string): string | null {
  return /^%Y([-/.])%m\1%d %H/.exec(format)?.[1] ?? null;
}

function timeFormats(format: string): string[] {
  const [date, ...rest] = format.split(" ");
  const time = rest.join(" ");
  if (time === "") return [format];
  const times = time.startsWith("%I")
    ? ["%I:%M %p", "%I:%M%p", "%I:%M:%S %p", "%I:%M:%S%p"]
    : ["%H:%M:%S", "%H:%M", "%H:%M:%S.%f"];
  return times.map((one) => `${date} ${one}`);
}

/** A date or timestamp as ISO text: `2024-02-01`, `2024-02-01 10:00:00`, with the fraction where there is one. SQL. */
export function isoTextSql(time: Sql, type: "date" | "timestamp"): Sql {
  return type === "date" ? asText(sql`cast(${time} as date)`) : asText(time);
}
