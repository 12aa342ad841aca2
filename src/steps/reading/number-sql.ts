import { nullWords } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { matchesWhole, tryInteger, tryNumber, asText } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { notation, notationPatterns, otherSpaces } from "./number-shapes.ts";

/** How a column's plain values are told at the least cost: as canonical whole numbers, or as decimal-point numbers. */
export type FastCheck = "integer" | "plain" | null;

/** The text with no-break spaces plain and the outer ones off, as SQL. */
export function plainSpacesSql(text: Sql): Sql {
  return sql`trim(translate(${text}, ${otherSpaces}, ${" ".repeat(otherSpaces.length)}))`;
}

/** Whether a text stands for a missing value, as SQL; null texts give null or true. */
export function isMissingSql(text: Sql): Sql {
  const words = join(nullWords.map(value), ", ");
  return sql`(${text} is null or ${text} = '' or (length(${text}) < 12 and lower(${plainSpacesSql(text)}) in (${words})))`;
}

/**
 * Whether a text is a number that a plain cast reads rightly, as SQL. The cast alone would also read `1_000`, `007`,
 * `+33612345678` and whole numbers beyond 2^53; comparing texts by their first letters costs next to nothing.
 */
export function isPlainNumberSql(text: Sql, check: "integer" | "plain"): Sql {
  if (check === "integer") {
    const whole = tryInteger(text);
    return sql`(${asText(whole)} = ${text} and ${whole} between ${-Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER})`;
  }
  return sql`(
    ${tryNumber(text)} between ${-Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}
    and ${text} >= '-'
    and not (${text} >= '00' and ${text} < '0:')
    and not (${text} >= '-00' and ${text} < '-0:')
    and not contains(${text}, '_')
  )`;
}

/**
 * The notation bits of a value as SQL, null where it is missing. Values that pass the fast check never reach the
 * patterns, so a column of plain numbers costs one cast a row.
 */
export function notationSql(text: Sql, check: FastCheck): Sql {
  const spaced = sql`(case when ${text} <> translate(${text}, ${otherSpaces}, '') then ${notation.spaceGroups} else 0 end)`;
  const plain = plainSpacesSql(text);
  const patterns = notationPatterns.map(({ bit, pattern }) =>
    bit === notation.integer
      ? sql`
          when ${matchesWhole(plain, value(pattern))}
          then case
            when ${tryNumber(plain)} between ${-Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}
            then ${bit} | ${spaced}
            else ${notation.long}
          end
        `
      : bit === notation.code
        ? sql`when ${matchesWhole(plain, value(pattern))} then ${bit}`
        : sql`when ${matchesWhole(plain, value(pattern))} then ${bit} | ${spaced}`,
  );
  const fast =
    check === null
      ? sql``
      : sql`when ${isPlainNumberSql(text, check)} then ${check === "integer" ? notation.integer : notation.plain}`;
  return sql`
    case
      ${fast}
      when ${isMissingSql(text)} then null
      ${join(patterns, "\n")}
      else ${notation.odd}
    end
  `;
}
