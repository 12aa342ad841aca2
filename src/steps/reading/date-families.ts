import { SegmentError } from "../../core/errors.ts";
import type { DateCount, DateOrder } from "../../core/source.ts";
import type { Reading } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, matchesWhole, replacePattern, tryIsoTimestamp, tryTimestamp } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { countTimeSql, isCountSql, isDateCount } from "./day-counts.ts";
import { digitsDateSql, namedDatePattern } from "./month-names.ts";
import { plainSpaces } from "./number-shapes.ts";
import { plainSpacesSql } from "./number-sql.ts";

/** A way of writing dates down to its marks, without the order of day and month where digits leave it open. */
export type DateFamily = DigitsFamily | NamedFamily | CountFamily;

/** `2024-02-01`, `1/2/2024 10:30`, `20240201`. */
export interface DigitsFamily {
  readonly kind: "digits";
  /** Empty for eight digits in a row. */
  readonly separator: "-" | "/" | "." | "";
  readonly yearFirst: boolean;
  readonly yearDigits: 2 | 4;
  /** `spoken`: `à 10h30`, `10 h 30`, `at 10:30`. */
  readonly time: "none" | "24 h" | "12 h" | "spoken";
  readonly zone: boolean;
}

/** `12 mars 2024`, `Mar 12, 2024`: the month in letters. */
export interface NamedFamily {
  readonly kind: "named";
  readonly order: DateOrder;
  readonly yearDigits: 2 | 4;
  readonly time: "none" | "24 h" | "12 h";
}

/** `45363`: days or seconds. */
export interface CountFamily {
  readonly kind: "count";
  readonly count: DateCount;
  /** `24 h`: with a part of a day, or of seconds since 1970. */
  readonly time: "none" | "24 h";
  readonly isWhole: boolean;
  /** Taken for dates without a word from the user, for its column's name and years that leave no other reading. */
  readonly isLikely: boolean;
}

const timePart =
  "([T ])(\\d{1,2}):(\\d{2})(:\\d{2}([.]\\d{1,9})?)?( ?[AaPp][Mm])?(Z| ?[+-]\\d{2}:?\\d{2}| ?[+-]\\d{2})?";
const yearFirst = new RegExp(`^\\d{4}([-/.])\\d{1,2}\\1\\d{1,2}(?:${timePart})?$`);
const yearLast = new RegExp(`^\\d{1,2}([-/.])\\d{1,2}\\1(\\d{4}|\\d{2})(?:${timePart})?$`);
/** A time behind a date as people write it; its groups are the hour and the minute. RE2 and JavaScript alike. */
const spokenTime = ",? (?:(?:[àÀ]|a\u0300|at) ?)?([0-9]{1,2})(?: ?[hH] ?|:)([0-9]{2})";
const spokenFirst = new RegExp(`^\\d{4}([-/.])\\d{1,2}\\1\\d{1,2}${spokenTime}$`);
const spokenLast = new RegExp(`^\\d{1,2}([-/.])\\d{1,2}\\1(\\d{4}|\\d{2})${spokenTime}$`);

const namedFamilies = (["dmy", "mdy", "ymd"] as const).flatMap((order) =>
  ([4, 2] as const).flatMap((yearDigits) =>
    (["none", "24 h", "12 h"] as const).map((time) => ({
      family: { kind: "named", order, yearDigits, time } as const,
      expression: new RegExp(`^(?:${namedDatePattern(order, yearDigits, time)})$`, "i"),
    })),
  ),
);

/** The family of a text that looks like a date, impossible days included, or null. */
export function familyOf(text: string): DigitsFamily | NamedFamily | null {
  const date = plainSpaces(text);
  if (!/^\p{L}|^\d{1,4}\P{Nd}/u.test(date)) return null;
  const first = yearFirst.exec(date);
  const last = first === null ? yearLast.exec(date) : null;
  const match = first ?? last;
  if (match === null) return spokenFamilyOf(date) ?? namedFamilyOf(date);
  const times = match.slice(first === null ? 3 : 2);
  const zone = times[6] !== undefined;
  const twelve = times[5] !== undefined;
  // Only ISO 8601 has offsets and a T.
  if ((zone || times[0] === "T") && (first === null || twelve)) return null;
  return {
    kind: "digits",
    separator: match[1] as "-" | "/" | ".",
    yearFirst: first !== null,
    yearDigits: first === null && match[2]!.length === 2 ? 2 : 4,
    time: times[0] === undefined ? "none" : twelve ? "12 h" : "24 h",
    zone,
  };
}

function spokenFamilyOf(date: string): DigitsFamily | null {
  const first = spokenFirst.exec(date);
  const match = first ?? spokenLast.exec(date);
  if (match === null) return null;
  return {
    kind: "digits",
    separator: match[1] as "-" | "/" | ".",
    yearFirst: first !== null,
    yearDigits: first === null && match[2]!.length === 2 ? 2 : 4,
    time: "spoken",
    zone: false,
  };
}

function namedFamilyOf(date: string): NamedFamily | null {
  if (!/[a-z]{3}/i.test(date.normalize("NFD").replace(/\p{M}/gu, ""))) return null;
  return namedFamilies.find(({ expression }) => expression.test(date))?.family ?? null;
}

/** Eight digits in a row that are a day of the years 1900 to 2099 in the order year, month, day. */
export function isCompactDate(text: string): boolean {
  return /^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.test(text);
}

/** Eight digits in a row, as a family. */
export const compactFamily: DigitsFamily = {
  kind: "digits",
  separator: "",
  yearFirst: true,
  yearDigits: 4,
  time: "none",
  zone: false,
};

/** Both ways of writing a count: whole, and with a part of a day or second. */
export function countFamilies(count: DateCount, isLikely: boolean): readonly CountFamily[] {
  const isDays = count === "excel" || count === "excel1904";
  return [true, false].map((isWhole) => ({
    kind: "count",
    count,
    time: isDays && isWhole ? "none" : "24 h",
    isWhole,
    isLikely,
  }));
}

/** Whether two texts are written in the same way. */
export function sameFamily(a: DateFamily, b: DateFamily): boolean {
  const parts = (family: DateFamily): string => JSON.stringify(Object.entries(family).sort());
  return parts(a) === parts(b);
}

/** Whether two families may stand in one column: a time with an offset is of no other sort, and a year of two digits is not mixed. */
export function mayMix(a: DateFamily, b: DateFamily): boolean {
  if (a.kind === "count" || b.kind === "count" || isCompact(a) || isCompact(b)) return false;
  if (a.yearDigits === 2 || b.yearDigits === 2) return false;
  const hasZone = (family: DateFamily): boolean => family.kind === "digits" && family.zone;
  return hasZone(a) === hasZone(b);
}

function isCompact(family: DateFamily): boolean {
  return family.kind === "digits" && family.separator === "";
}

/** The order that a family says by itself; null where its digits leave day and month open. */
export function ownOrder(family: DateFamily): DateOrder | DateCount | null {
  if (family.kind === "digits") return family.yearFirst ? "ymd" : null;
  return family.kind === "named" ? family.order : family.count;
}

/** What a spoken time is in a format; its texts are read once they have a colon alone. */
const spokenFormat = " %Hh%M";

/** The strptime pattern that stands for a family read in an order, such as `%d/%m/%Y %H:%M:%S`, or the name of its count. */
export function formatOf(family: DateFamily, order: DateOrder | DateCount): string {
  if (family.kind === "count") return family.isWhole ? family.count : `${family.count} part`;
  const year = family.yearDigits === 2 ? "%y" : "%Y";
  const time = { none: "", "24 h": " %H:%M:%S", "12 h": " %I:%M:%S %p", spoken: spokenFormat }[family.time];
  if (family.kind === "named") {
    return { dmy: `%d %B ${year}`, mdy: `%B %d, ${year}`, ymd: `${year} %B %d` }[family.order] + time;
  }
  const parts = { ymd: [year, "%m", "%d"], dmy: ["%d", "%m", year], mdy: ["%m", "%d", year] };
  const own = isDateCount(order) ? parts.ymd : parts[order];
  return own.join(family.separator) + time + (family.zone ? "%z" : "");
}

/** The family that a format of `formatOf` stands for; `isLikely` as the family of a count has it. */
export function familyOfFormat(format: string, isLikely: boolean): DateFamily {
  const count = countOf(format);
  if (count !== null) return countFamilies(count, isLikely).find(({ isWhole }) => isWhole === (format === count))!;
  const named = namedOf(format);
  if (named !== null) return named;
  const digits = /^%[Yymd]([-/.]?)/.exec(format);
  if (digits === null) throw new SegmentError("bug", `${format} is no format of dates`);
  return {
    kind: "digits",
    separator: digits[1] as DigitsFamily["separator"],
    yearFirst: /^%y/i.test(format),
    yearDigits: format.includes("%y") ? 2 : 4,
    time: format.endsWith(spokenFormat)
      ? "spoken"
      : format.includes("%H")
        ? "24 h"
        : format.includes("%I")
          ? "12 h"
          : "none",
    zone: format.endsWith("%z"),
  };
}

/**
 * The value of a text by a format of `formatOf`, as a timestamp in UTC, null where it does not fit; seconds and
 * fractions may be missing, days and months may have one digit. SQL. strptime and the ISO cast are looser than they
 * should be (`01/02/24` is a day of the year 24, `epoch` a time), so a column is only read so where all its values
 * pass `isWrittenSql` and are of the year 1000 or later.
 */
export function timestampSql(text: Sql, format: string): Sql {
  const plain = plainSpacesSql(text);
  const count = countOf(format);
  if (count !== null) return countTimeSql(plain, count);
  const named = namedOf(format);
  if (named !== null) {
    const digits = digitsDateSql(plain, named.order, named.yearDigits, named.time !== "none");
    if (named.time === "24 h") return tryIsoTimestamp(digits);
    return timesSql(digits, named.time === "none" ? "%Y-%m-%d" : "%Y-%m-%d %I:%M:%S %p");
  }
  if (format.endsWith(spokenFormat)) {
    const digits = replacePattern(plain, value(`${spokenTime}$`), value(" \\1:\\2"));
    return tryTimestamp(digits, value(format.replace(spokenFormat, " %H:%M")));
  }
  const separator = isoSeparator(format);
  if (separator !== null) return tryIsoTimestamp(separator === "-" ? plain : sql`replace(${plain}, ${separator}, '-')`);
  // Most texts have no space around them, and to look for it takes as long as to read the date.
  return timeFormats(format).length === 1
    ? sql`coalesce(${tryTimestamp(text, value(format))}, ${timesSql(plain, format)})`
    : timesSql(plain, format);
}

function timesSql(plain: Sql, format: string): Sql {
  const values = timeFormats(format).map((one) => tryTimestamp(plain, value(one)));
  return values.length === 1 ? values[0]! : sql`coalesce(${join(values, ", ")})`;
}

/** Whether a text is written as a format wants it, where that is more than having a value by it. SQL. */
export function isWrittenSql(text: Sql, format: string): Sql {
  const plain = plainSpacesSql(text);
  const count = countOf(format);
  if (count !== null) return isCountSql(plain, count, format === count, false);
  const named = namedOf(format);
  if (named !== null) {
    return matchesWhole(plain, value(`(?i:${namedDatePattern(named.order, named.yearDigits, named.time)})`));
  }
  if (format.endsWith(spokenFormat)) return matchesWhole(plain, value(`[0-9./-]+${spokenTime}`));
  if (/^%.%.%.$/.test(format)) return matchesWhole(plain, value("[0-9]{8}"));
  const separator = isoSeparator(format);
  if (separator === null) return sql`true`;
  const day = `[1-9][0-9]{3}[${separator}][0-9]{1,2}[${separator}][0-9]{1,2}`;
  const offset = format.endsWith("%z") ? "(?:Z| ?[+-][0-9]{2}(?::?[0-9]{2})?)" : "";
  const hour = "(?:[01]?[0-9]|2[0-3])";
  return matchesWhole(plain, value(`${day}[T ]${hour}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,9})?)?${offset}`));
}

/** Whether a text may be of a family: `isWrittenSql`, and for a count that nobody spoke of, likely years. SQL. */
export function isOfFamilySql(text: Sql, family: DateFamily, order: DateOrder): Sql {
  if (family.kind !== "count") return isWrittenSql(text, formatOf(family, order));
  return isCountSql(plainSpacesSql(text), family.count, family.isWhole, family.isLikely);
}

/** A timestamp, or null where its year is before 1000: one of fewer digits is no year. SQL. */
export function realTimeSql(time: Sql): Sql {
  return sql`coalesce(${time} >= timestamp '1000-01-01 00:00:00', false)`;
}

/** The time of a text in a column of dates, null where it is not written as the column is. SQL. */
export function writtenTimeSql(text: Sql, reading: Reading & { readonly type: "date" | "timestamp" }): Sql {
  const times = (reading.formats ?? [reading.format]).map((format) => {
    const time = timestampSql(text, format);
    const isWritten = isWrittenSql(text, format);
    // A pattern of the whole text leaves no year before 1000, and counts of the column were looked at.
    const isChecked = countOf(format) !== null || namedOf(format) !== null || isoSeparator(format) !== null;
    return sql`case when ${isChecked ? isWritten : sql`${isWritten} and ${realTimeSql(time)}`} then ${time} end`;
  });
  return times.length === 1 ? times[0]! : sql`coalesce(${join(times, ",\n")})`;
}

function countOf(format: string): DateCount | null {
  const name = format.replace(/ part$/, "");
  return isDateCount(name) ? name : null;
}

function namedOf(format: string): NamedFamily | null {
  if (!format.includes("%B")) return null;
  const order = format.startsWith("%d") ? "dmy" : format.startsWith("%B") ? "mdy" : "ymd";
  const time = format.includes("%H") ? "24 h" : format.includes("%I") ? "12 h" : "none";
  return { kind: "named", order, yearDigits: format.includes("%y") ? 2 : 4, time };
}

/** The mark between year and month of a format with the year first and a time of 24 hours; null for others. */
function isoSeparator(format: string): string | null {
  return /^%Y([-/.])%m\1%d %H:/.exec(format)?.[1] ?? null;
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
