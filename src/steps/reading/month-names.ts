import type { DateOrder } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { extractPattern } from "../../sql/functions.ts";
import { join, sql } from "../../sql/template.ts";

/** Months in French and English, in full and abbreviated, with and without accents (composed or not), in any case. */
const month = [
  "jan(?:v(?:ier)?|uary)?",
  "f(?:é|e\u0301?)v(?:r(?:ier)?)?|feb(?:ruary)?",
  "mars|mar(?:ch)?",
  "avr(?:il)?|apr(?:il)?",
  "mai|may",
  "juin|june?",
  "juil(?:l(?:et)?)?|july?",
  "ao(?:û|u\u0302?)t?|aug(?:ust)?",
  "sept?(?:emb(?:re|er))?",
  "oct(?:ob(?:re|er))?",
  "nov(?:emb(?:re|er))?",
  "d(?:é|e\u0301?)c(?:emb(?:re|er))?",
].join("|");

/** The first letters of the months without accents, by number. */
const beginnings: readonly (readonly string[])[] = [
  ["jan"],
  ["fev", "feb"],
  ["mar"],
  ["avr", "apr"],
  ["mai", "may"],
  ["juin", "jun"],
  ["juil", "jul"],
  ["aou", "aug"],
  ["sep"],
  ["oct"],
  ["nov"],
  ["dec"],
];

const weekday =
  "(?:(?:lundi|lun|mardi|mar|mercredi|mer|jeudi|jeu|vendredi|ven|samedi|sam|dimanche|dim|monday|mon|tuesday|tues?|wednesday|wed|" +
  "thursday|thu(?:rs?)?|friday|fri|saturday|sat|sunday|sun)[.]?,? )?";
const suffix = "(?:er|st|nd|rd|th|[.])?";
const day = `(?:0?[1-9]|[12][0-9]|3[01])${suffix}`;
const mark = "[ ./-]";
const word = "[^0-9 .,/-]+";

/** How a date with a month name ends where it has a time. */
const times = {
  none: "",
  "24 h": ",?(?: (?:à|at))? (?:[01]?[0-9]|2[0-3])[:h][0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,6})?)?",
  "12 h": ",?(?: (?:à|at))? (?:0?[1-9]|1[0-2]):[0-9]{2}(?::[0-9]{2})? ?[ap]m",
} as const;

/** A pattern of dates with a month name, in any case, to be matched against the whole text; RE2 and JavaScript alike. */
export function namedDatePattern(order: DateOrder, yearDigits: 2 | 4, time: keyof typeof times): string {
  const year = `[0-9]{${yearDigits}}`;
  const date = {
    dmy: `${weekday}${day}${mark}(?:de |of )?(?:${month})[.]?,?${mark}${year}`,
    mdy: `${weekday}(?:${month})[.]?${mark}${day},?${mark}${year}`,
    ymd: `${year}${mark}(?:${month})[.]?,?${mark}${day}`,
  }[order];
  return date + times[time];
}

/** The parts of a date with a month name: patterns whose first group is the part. */
const parts = {
  dmy: {
    day: "([0-9]{1,2})",
    month: `[0-9]${suffix}${mark}(?:de |of )?(${word})`,
    year: `[0-9]${suffix}${mark}(?:de |of )?${word}[.]?,?${mark}([0-9]{4}|[0-9]{2})`,
  },
  mdy: { day: "([0-9]{1,2})", month: `(${word})[.]?${mark}[0-9]`, year: `[0-9]${suffix},?${mark}([0-9]{4}|[0-9]{2})` },
  ymd: { year: "([0-9]{4}|[0-9]{2})", month: `[0-9]${mark}(${word})`, day: `${word}[.]?,?${mark}([0-9]{1,2})` },
} as const;

/**
 * A date with a month name as digits, year first, and its time behind it: `2024-3-12 10:30`. SQL. `text` has plain spaces
 * and is written by `namedDatePattern`. Years of two digits from 69 on are of the last century.
 */
export function digitsDateSql(text: Sql, order: DateOrder, yearDigits: 2 | 4, hasTime: boolean): Sql {
  const small = sql`lower(${text})`;
  const part = (name: "day" | "month" | "year"): Sql => extractPattern(small, parts[order][name], 1);
  const name = sql`translate(${part("month")}, ${"éèûù\u0301\u0302"}, 'eeuu')`;
  const cases = beginnings.map((starts, i) => {
    const begins = starts.map((start) => sql`left(${name}, ${start.length}) = ${start}`);
    return sql`when ${join(begins, " or ")} then ${String(i + 1)}`;
  });
  const century = yearDigits === 4 ? sql`` : sql`case when ${part("year")} < '69' then '20' else '19' end || `;
  const time = hasTime
    ? sql` || ' ' || replace(${extractPattern(small, "[0-9]{1,2}[:h][0-9]{2}.*$")}, 'h', ':')`
    : sql``;
  return sql`${century}${part("year")} || '-' || case ${join(cases, " ")} end || '-' || ${part("day")}${time}`;
}
