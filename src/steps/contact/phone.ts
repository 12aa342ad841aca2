import type { Sql } from "../../core/sql.ts";
import { isOneOf, matchesWhole, replacePattern } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";
import type { PhonePlan } from "../dedupe/phone-plan.ts";
import { compactPhoneSql, phoneNumberSql, type PhoneCountry } from "../dedupe/phone-sql.ts";

/** What stands between the digits of most numbers. */
const between = "[ .-]?";

/**
 * What `phoneFormSql` reads more than once: the number without what people put between its digits, the `.0` of a
 * spreadsheet's number cut off. Null for a number that is written as most of the one country are: nothing but single
 * spaces, dots and hyphens between its digits. SQL.
 */
export function phoneDigitsSql(text: Sql, home: PhoneCountry | null): Sql {
  const usual = usualOf(home);
  const compact = compactPhoneSql(replacePattern(text, value("^([0-9]{6,15})[.]0+$"), value("\\1")));
  return usual === null ? compact : sql`case when not ${matchesWhole(text, value(usual.pattern))} then ${compact} end`;
}

/**
 * A telephone number in E.164 (`+33612345678`), by the country of the row where it is a national one; what is no possible
 * number stays as it is written. `digits`: what `phoneDigitsSql` gave. SQL; about 0.25 µs a value and thread for usual
 * numbers of one country.
 */
export function phoneFormSql(text: Sql, digits: Sql, plans: readonly PhonePlan[], home: PhoneCountry | null): Sql {
  const usual = usualOf(home);
  const number = phoneNumberSql(digits, plans, home);
  // Without a country the digits of a national number are no number in E.164.
  const known = home === null ? sql`case when ${digits} like '+%' then ${number} end` : number;
  const other = sql`coalesce(${known}, ${text})`;
  if (usual === null) return other;
  const plain = withoutMarksSql(text);
  return sql`
    case
      when ${digits} is not null then ${other}
      when ${text} like '+%' then ${plain}
      else ${usual.code} || substr(${plain}, 2)
    end
  `;
}

/** A text without spaces, dots and hyphens. Most numbers have one of the three, and to replace one is cheap. SQL. */
function withoutMarksSql(text: Sql): Sql {
  const has = (mark: string): Sql => sql`contains(${text}, ${mark})`;
  return sql`
    case
      when ${has(" ")} and not ${has(".")} and not ${has("-")} then replace(${text}, ' ', '')
      when ${has(".")} and not ${has(" ")} and not ${has("-")} then replace(${text}, '.', '')
      when ${has(" ")} or ${has(".")} or ${has("-")} then translate(${text}, ' .-', '')
      else ${text}
    end
  `;
}

/**
 * Whether a text is a number in E.164 by the numbering plan of its country. SQL; about 0.15 µs a value and thread. Plans are
 * libphonenumber's general patterns, by length and leading digits; whether a number is in service is not asked.
 */
export function isPhoneSql(text: Sql, plans: readonly PhonePlan[]): Sql {
  const byCode = new Map<string, Set<string>>();
  for (const { callingCode, pattern } of plans) {
    byCode.set(callingCode, (byCode.get(callingCode) ?? new Set()).add(pattern));
  }
  const all = Array.from(byCode, ([code, patterns]) => `${code}(?:${[...patterns].join("|")})`);
  return matchesWhole(text, value(`[+](?:${all.join("|")})`));
}

/**
 * Whether a text in form is a number in E.164 by its plan; null where it may be a national number of a country that is not
 * known. `home`: the country of each row; null where no row has one. SQL.
 */
export function isKnownPhoneSql(text: Sql, plans: readonly PhonePlan[], home: PhoneCountry | null): Sql {
  const isNumber = isPhoneSql(text, plans);
  if (home?.single === true && home.plans.length > 0) return isNumber;
  const isOpen = isPossiblyNational(text);
  if (home === null || home.plans.length === 0) return sql`case when not ${isOpen} then ${isNumber} end`;
  const isPlanned = isOneOf(
    home.country,
    home.plans.map(({ country }) => country),
  );
  return sql`case when coalesce(${isPlanned}, false) or not ${isOpen} then ${isNumber} end`;
}

/** Whether a text may be a number in the notation of some country: digits and what stands between them, without a `+`. */
function isPossiblyNational(text: Sql): Sql {
  const digits = compactPhoneSql(replacePattern(text, value("^([0-9]{6,15})[.]0+$"), value("\\1")));
  return matchesWhole(digits, value("[0-9]{2,15}"));
}

/** How numbers of the one country of all rows are mostly written, where its plan has one length and a prefix or none. */
function usualOf(home: PhoneCountry | null): { readonly code: string; readonly pattern: string } | null {
  const [plan, ...others] = home?.plans ?? [];
  if (home?.single !== true || plan === undefined || others.length > 0) return null;
  const { callingCode, lengths, prefix } = plan;
  const [length] = lengths;
  if (length === undefined || lengths.length > 1 || prefix !== "0") return null;
  const own = `[1-9](?:${between}[0-9]){${length - 1}}`;
  return { code: `+${callingCode}`, pattern: `0${own}|[+]${callingCode}${between}${own}` };
}
