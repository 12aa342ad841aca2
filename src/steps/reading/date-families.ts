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
 * fractions may be missing, days and months may have one digit, years have four. SQL.
 */
export function timestampSql(text: Sql, format: string): Sql {
  const plain = plainSpacesSql(text);
  const [date = "", time] = format.split(" ");
  if (date.startsWith("%Y") && time?.startsWith("%H") === true)
    return isoTimestampSql(plain, date, time.endsWith("%z"));
  if (date === "%Y%m%d" || date === "%d%m%Y" || date === "%m%d%Y") {
    return sql`case when ${matchesWhole(plain, value("[0-9]{8}"))} then ${fourDigitYears(plain, [date])} end`;
  }
  return date.includes("%y")
    ? sql`coalesce(${join(
        timeFormats(format).map((one) => tryTimestamp(plain, value(one))),
        ", ",
      )})`
    : fourDigitYears(plain, timeFormats(format));
}

/** strptime reads the year of `01/02/24` as 24, so years before 1000 do not fit. */
function fourDigitYears(text: Sql, formats: readonly string[]): Sql {
  const values = formats.map((format) => {
    const read = tryTimestamp(text, value(format));
    return sql`case when ${read} >= timestamp '1000-01-01 00:00:00' then ${read} end`;
  });
  return values.length === 1 ? values[0]! : sql`coalesce(${join(values, ", ")})`;
}

function timeFormats(format: string): string[] {
  const [date, ...rest] = format.split(" ");
  const time = rest.join(" ");
  if (time === "") return [format];
  if (time.startsWith("%I")) return ["%I:%M %p", "%I:%M%p", "%I:%M:%S %p", "%I:%M:%S%p"].map((one) => `${date} ${one}`);
  return ["%H:%M:%S", "%H:%M", "%H:%M:%S.%f"].map((one) => `${date} ${one}`);
}

function isoTimestampSql(text: Sql, date: string, zone: boolean): Sql {
  const separator = date[2]!;
  const day = `[0-9]{4}[${separator}][0-9]{1,2}[${separator}][0-9]{1,2}`;
  const offset = zone ? "(?:Z| ?[+-][0-9]{2}(?::?[0-9]{2})?)" : "";
  const pattern = `${day}[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,9})?)?${offset}`;
  const dashed = separator === "-" ? text : sql`replace(${text}, ${separator}, '-')`;
  return sql`case when ${matchesWhole(text, value(pattern))} then ${tryIsoTimestamp(dashed)} end`;
}

/** A date or timestamp as ISO text: `2024-02-01`, `2024-02-01 10:00:00`, with the fraction where there is one. SQL. */
export function isoTextSql(time: Sql, type: "date" | "timestamp"): Sql {
  return type === "date" ? asText(sql`cast(${time} as date)`) : asText(time);
}
