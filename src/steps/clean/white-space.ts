import type { Sql } from "../../core/sql.ts";
import { matchesPart, replacePattern } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";

/**
 * White space of Unicode (its property White_Space: tab, line breaks, no-break, narrow and wide spaces) but the plain
 * space, as the inside of a character class: hexadecimal code points, single or from-to.
 */
const whiteSpace = ["9-d", "85", "a0", "1680", "2000-200a", "2028", "2029", "202f", "205f", "3000"];
/**
 * Characters that no eye sees: control characters but those that are white space, the soft hyphen, the zero-width space, the
 * word joiner and what follows it, the byte order mark, and the marks of writing direction that are copied with a number.
 */
const unseen = [
  "0-8",
  "e-1f",
  "7f-84",
  "86-9f",
  "ad",
  "200b",
  "200e-200f",
  "202a-202e",
  "2060-2064",
  "2066-206f",
  "feff",
];
/**
 * The two joiners, which shape letters of other scripts and hold emoji together: unseen only where there is none of those.
 * No rule makes another letter of one of them, so that what is clean stays as it is.
 */
const joiners = ["200c-200d"];
const joined = [
  "590-109f",
  "1200-139f",
  "1400-1c7f",
  "2190-21ff",
  "2600-27bf",
  "2b00-2bff",
  "a800-ab2f",
  "fb1d-fdff",
  "1f300-1faff",
  "10a00-11fff",
];

/** The text without control characters and others that are not seen. SQL; null for null. `odd` as of `squeezedSql`. */
export function seenSql(text: Sql, odd: Sql | null): Sql {
  const bare = replacePattern(text, value(`[${sqlClass(unseen)}]+`), value(""));
  const joinless = replacePattern(bare, value(`[${sqlClass(joiners)}]+`), value(""));
  const hasUnseen = matchesPart(text, value(`[${sqlClass([...unseen, ...joiners])}]`));
  const unlikely = odd === null ? sql`` : sql`when not ${odd} then ${text}`;
  return sql`
    case
      ${unlikely}
      when not ${hasUnseen} then ${text}
      when ${matchesPart(text, value(`[${sqlClass(joined)}]`))} then ${bare}
      else ${joinless}
    end
  `;
}

/**
 * The text without outer white space, each run of white space inside one plain space. SQL; null for null. `odd`: whether
 * the text may hold other white space than the plain space. About 50 ns a value and thread.
 */
export function spacedSql(text: Sql, odd: Sql): Sql {
  const spaced = sql`${text} < '!' or ${text} like '% ' or contains(${text}, '  ')`;
  return sql`
    case
      when ${spaced} or ${odd} then trim(${replacePattern(text, value(`[ ${sqlClass(whiteSpace)}]+`), value(" "))})
      else ${text}
    end
  `;
}

/** The same of a text that `trimmedSql` gave, which holds no other white space than the plain space. SQL. */
export function singleSpacedSql(trimmed: Sql): Sql {
  return sql`
    case
      when not contains(${trimmed}, '  ') then ${trimmed}
      when contains(${trimmed}, '   ') then ${replacePattern(trimmed, value(" +"), value(" "))}
      else replace(${trimmed}, '  ', ' ')
    end
  `;
}

/** The text as `seenSql` leaves it, spaced as `spacedSql` says: characters that are not seen leave no gap. SQL. */
export function squeezedSql(text: Sql, odd: Sql): Sql {
  return spacedSql(seenSql(text, odd), odd);
}

/** The text without anything that is not seen, spaced; one short expression, for what is looked up by it. SQL. */
export function shownSql(text: Sql): Sql {
  const seen = replacePattern(text, value(`[${sqlClass([...unseen, ...joiners])}]+`), value(""));
  return sql`trim(${replacePattern(seen, value(`[ ${sqlClass(whiteSpace)}]+`), value(" "))})`;
}

/** The text without plain spaces around it, which is all the white space that it may hold. SQL. */
export function trimmedSql(text: Sql): Sql {
  return sql`case when ${text} < '!' or ${text} like '% ' then trim(${text}) else ${text} end`;
}

/** Whether a text holds white space other than the plain space, or what is not seen. SQL. */
export function hasOddSpaceSql(text: Sql): Sql {
  return matchesPart(text, value(`[${sqlClass([...whiteSpace, ...unseen, ...joiners])}]`));
}

/**
 * Whether a text may hold odd white space, what is not seen, or letters that another Unicode form writes otherwise (none
 * below U+0300 is). SQL; null for null. 4 ns a letter.
 */
export function isOddSql(text: Sql): Sql {
  return matchesPart(text, value(`[${sqlClass([...whiteSpace, ...unseen, "300-10ffff"])}]`));
}

/** The same of any of some texts: one pattern over all texts of a row costs less than one for each. */
export function isOddRowSql(texts: readonly Sql[]): Sql {
  return isOddSql(sql`concat_ws('|', ${join(texts, ", ")})`);
}

/** The same of one text. */
export function squeezed(text: string): string {
  const bare = text.replace(anyUnseen, "");
  return (anyJoined.test(bare) ? bare : bare.replace(anyJoiners, "")).replace(anySpaces, " ").replace(/^ | $/g, "");
}

const anyUnseen = new RegExp(`[${jsClass(unseen)}]+`, "gu");
const anyJoiners = new RegExp(`[${jsClass(joiners)}]+`, "gu");
const anyJoined = new RegExp(`[${jsClass(joined)}]`, "u");
const anySpaces = new RegExp(`[ ${jsClass(whiteSpace)}]+`, "gu");

function sqlClass(ranges: readonly string[]): string {
  return ranges
    .map((range) =>
      range
        .split("-")
        .map((point) => `\\x{${point}}`)
        .join("-"),
    )
    .join("");
}

function jsClass(ranges: readonly string[]): string {
  return ranges
    .map((range) =>
      range
        .split("-")
        .map((point) => `\\u{${point}}`)
        .join("-"),
    )
    .join("");
}
