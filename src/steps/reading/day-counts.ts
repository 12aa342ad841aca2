import type { DateCount } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { matchesWhole, timestampOfMicros, tryNumber } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";

/** Dates that are written as numbers: days of a spreadsheet, seconds or milliseconds since 1970. */
export const dateCounts: readonly DateCount[] = ["excel", "excel1904", "epoch", "epoch-ms"];

/** What each of them is, in words. */
export const countWords: Readonly<Record<DateCount, string>> = {
  excel: "days of a spreadsheet (1900 system)",
  excel1904: "days of a spreadsheet (1904 system)",
  epoch: "seconds since 1970",
  "epoch-ms": "milliseconds since 1970",
};

export function isDateCount(word: string): word is DateCount {
  return dateCounts.includes(word as DateCount);
}

/** A count as it stands in a file; a mark behind fewer than four digits could stand for thousands. RE2 and JavaScript alike. */
const shapes = {
  excel: "[0-9]{1,7}|[0-9]{4,7}[.,]0*",
  excel1904: "[0-9]{1,7}|[0-9]{4,7}[.,]0*",
  epoch: "-?[0-9]{1,11}",
  "epoch-ms": "-?[0-9]{1,14}",
} as const;
const fractions = {
  excel: "[0-9]{4,7}[.,][0-9]+",
  excel1904: "[0-9]{4,7}[.,][0-9]+",
  epoch: "-?[0-9]{4,11}[.,][0-9]{1,9}",
  "epoch-ms": "-?[0-9]{4,14}[.,][0-9]{1,9}",
} as const;

/** Counts that are dates without a word from the user, where the column's name says so: years in which no other reading is likely. */
const likely = {
  // From 25569 (1970): days since 1970 are smaller, and dates before 1970 might be such.
  excel: { shape: "[2-7][0-9]{4}(?:[.,][0-9]+)?", from: 25_569, to: 73_415 },
  // To 1.9e9 (2030): hours such as 2024031210 are larger.
  epoch: { shape: "1[0-9]{9}(?:[.,][0-9]{1,9})?", from: 1e9, to: 1.9e9 },
  "epoch-ms": { shape: "1[0-9]{12}", from: 1e12, to: 1.9e12 },
} as const;

/** The count that all texts are without a word from the user, or null. At least one text. */
export function likelyCount(texts: readonly string[]): DateCount | null {
  for (const count of ["excel", "epoch", "epoch-ms"] as const) {
    const { shape, from, to } = likely[count];
    const expression = new RegExp(`^(?:${shape})$`);
    const isOne = (text: string): boolean => {
      const number = Number(text.replace(",", "."));
      return expression.test(text) && number >= from && number < to;
    };
    if (texts.every(isOne)) return count;
  }
  return null;
}

/** Whether a text is a count, with a part of a day or second or (`isWhole`) without, as SQL. `isLikely`: within the years of `likelyCount`. */
export function isCountSql(plain: Sql, count: DateCount, isWhole: boolean, isLikely: boolean): Sql {
  const written = matchesWhole(plain, value(isWhole ? shapes[count] : fractions[count]));
  if (!isLikely || count === "excel1904") return written;
  const { shape, from, to } = likely[count];
  const number = countNumberSql(plain);
  return sql`(${written} and ${matchesWhole(plain, value(shape))} and ${number} >= ${from} and ${number} < ${to})`;
}

/** The moment that a text written as a count stands for; see `countMomentSql`. SQL. */
export function countTimeSql(plain: Sql, count: DateCount): Sql {
  return countMomentSql(countNumberSql(plain), count);
}

/**
 * The moment that a number counts to, as a timestamp in UTC; null where there is none. SQL over a double.
 * Spreadsheet days are rounded to the millisecond. The system of 1900 has a 29 February 1900 (60), which never was and is
 * null, and begins at 1; that of 1904 begins at 0, on 1 January 1904. Neither goes beyond the year 9999.
 */
export function countMomentSql(number: Sql, count: DateCount): Sql {
  const wholePart = sql`cast(floor(${number}) as bigint)`;
  const part = sql`(${number} - floor(${number}))`;
  const rounded = (perUnit: number): Sql => sql`cast(floor(${part} * ${perUnit} + 0.5e0) as bigint)`;
  switch (count) {
    case "excel": {
      const days = sql`(${wholePart} - case when ${number} < 60 then 25568 else 25569 end)`;
      const micros = sql`${days} * 86400000000 + ${rounded(86_400_000)} * 1000`;
      return sql`case when ${number} >= 1 and ${number} < 2958466 and floor(${number}) <> 60 then ${timestampOfMicros(micros)} end`;
    }
    case "excel1904": {
      const micros = sql`(${wholePart} - 24107) * 86400000000 + ${rounded(86_400_000)} * 1000`;
      return sql`case when ${number} >= 0 and ${number} < 2957004 then ${timestampOfMicros(micros)} end`;
    }
    case "epoch":
      return timestampOfMicros(sql`${wholePart} * 1000000 + ${rounded(1_000_000)}`);
    case "epoch-ms":
      return timestampOfMicros(sql`${wholePart} * 1000 + ${rounded(1000)}`);
  }
}

function countNumberSql(plain: Sql): Sql {
  return tryNumber(sql`replace(${plain}, ',', '.')`);
}
