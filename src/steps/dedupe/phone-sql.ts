import type { Sql } from "../../core/sql.ts";
import { asText, matchesWhole, replacePattern } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { plainSpacesSql } from "../reading/number-sql.ts";
import type { PhonePlan } from "./phone-plan.ts";

/** How a country's plan is chosen: `country` gives the ISO code of a row, null where it is not known. */
export interface PhoneCountry {
  readonly plans: readonly PhonePlan[];
  readonly country: Sql;
  /** Whether it is one country for all rows. */
  readonly single?: boolean;
}

/** Digits of a number of unknown country. */
const anyNational = "[0-9]{6,15}";

/**
 * A number without what people put between its digits: spaces, dots, hyphens, slashes, brackets, the `(0)` of an
 * international form; `00` at the front becomes `+`. SQL; what is no number keeps its letters.
 */
export function compactPhoneSql(text: Sql): Sql {
  const plain = plainSpacesSql(text);
  const mended = sql`case when ${plain} like '+%' or ${plain} like '00%' then replace(${plain}, '(0)', '') else ${plain} end`;
  const compact = replacePattern(mended, value("[ .()/\u2010-\u2015-]+"), value(""));
  return replacePattern(compact, value("^00([1-9])"), value("+\\1"));
}

/**
 * The number that a compact one stands for: E.164 (`+33612345678`) for an international form and, where the country of the
 * row is known, for a national one; else the national digits as they are. Null where the length is none of the country's.
 * Lengths are those of libphonenumber's "possible" numbers; whether a number was ever given to someone is not asked.
 */
export function phoneNumberSql(compact: Sql, plans: readonly PhonePlan[], home: PhoneCountry | null): Sql {
  const national =
    home === null
      ? sql`case when ${matchesWhole(compact, value(anyNational))} then ${compact} end`
      : nationalSql(compact, home);
  return sql`
    case
      when ${compact} like '+%' then ${internationalSql(sql`substr(${compact}, 2)`, plans)}
      else ${national}
    end
  `;
}

/** The digits of a number that `phoneNumberSql` gave without calling code and leading zeros. SQL. */
export function nationalDigitsSql(number: Sql, plans: readonly PhonePlan[]): Sql {
  const codes = unique(plans.map(({ callingCode }) => callingCode)).join("|");
  return replacePattern(number, value(`^[+](?:${codes})|^0+`), value(""));
}

/** `33612345678` → `+33612345678`; a national prefix `0` after the calling code is taken out where the rest has the length. */
function internationalSql(digits: Sql, plans: readonly PhonePlan[]): Sql {
  const byCode = new Map<string, PhonePlan[]>();
  for (const plan of plans) byCode.set(plan.callingCode, [...(byCode.get(plan.callingCode) ?? []), plan]);
  const codes = [...byCode].map(([code, own]) => ({
    code,
    lengths: unique(own.flatMap(({ lengths }) => lengths)),
    zero: own.some(({ prefix }) => prefix === "0"),
  }));
  const zero = codes.filter((one) => one.zero);
  const withZero = zero.map(({ code, lengths }) => `${code}0${digitsOf(lengths)}`).join("|");
  const cut = replacePattern(digits, value(`^(${zero.map(({ code }) => code).join("|")})0`), value("\\1"));
  const whole = codes.map(({ code, lengths }) => `${code}${digitsOf(lengths)}`).join("|");
  return sql`
    case
      when ${matchesWhole(digits, value(withZero))} then '+' || ${cut}
      when ${matchesWhole(digits, value(whole))} then '+' || ${digits}
    end
  `;
}

function nationalSql(digits: Sql, { plans, country }: PhoneCountry): Sql {
  if (plans.length === 0) return asText(sql`null`);
  const cases = plans.map((plan) => sql`when ${plan.country} then ${ofCountry(digits, plan)}`);
  return sql`
    case ${country}
      ${join(cases, "\n")}
    end
  `;
}

/** With its prefix, without it, or with the calling code but no plus, in this order. */
function ofCountry(digits: Sql, { callingCode, prefix, lengths }: PhonePlan): Sql {
  const bare = digitsOf(lengths);
  const code = `+${callingCode}`;
  const cases: Sql[] = [];
  // Where the prefix is 0 no number begins with it; another prefix may be a number's own first digit.
  if (prefix !== "" && prefix !== "0")
    cases.push(sql`when ${matchesWhole(digits, value(bare))} then ${code} || ${digits}`);
  if (prefix !== "") {
    const without = sql`substr(${digits}, ${prefix.length + 1})`;
    cases.push(sql`when ${matchesWhole(digits, value(prefix + bare))} then ${code} || ${without}`);
  }
  if (prefix === "0")
    cases.push(sql`when ${digits} not like '0%' and ${matchesWhole(digits, value(bare))} then ${code} || ${digits}`);
  if (prefix === "") cases.push(sql`when ${matchesWhole(digits, value(bare))} then ${code} || ${digits}`);
  cases.push(sql`when ${matchesWhole(digits, value(callingCode + bare))} then '+' || ${digits}`);
  return sql`
    case
      ${join(cases, "\n")}
    end
  `;
}

/** `(?:[0-9]{9}|[0-9]{10})` */
function digitsOf(lengths: readonly number[]): string {
  return `(?:${lengths.map((length) => `[0-9]{${length}}`).join("|")})`;
}

function unique<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Set(items)];
}
