import { nullWords } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { matchesWhole, tryInteger, tryNumber, asText } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { otherMarks } from "./amount-shapes.ts";
import { notation, notationPatterns, otherSpaces } from "./number-shapes.ts";

/**
 * How a column's plain values are told at the least cost: as canonical whole numbers, or as numbers whose decimal mark
 * the sample has settled.
 */
export type FastCheck = "integer" | "plain" | "comma" | null;

/** The notation of values that pass a fast check. */
export const fastNotation = { integer: notation.integer, plain: notation.plain, comma: notation.comma } as const;

/** The text with no-break spaces plain and the outer ones off, as SQL. Few texts have such a space, and `translate` is slow. */
export function plainSpacesSql(text: Sql): Sql {
  return sql`trim(case when ${hasOtherSpacesSql(text)} then ${translated(text)} else ${text} end)`;
}

/** One pattern is several times as quick as to trim, to make small and to look up. */
const missingPattern = `[ ${otherSpaces}]*(?i:${nullWords.map(escaped).join("|")})[ ${otherSpaces}]*`;

/** Whether a text stands for a missing value, as SQL; null texts give true. */
export function isMissingSql(text: Sql): Sql {
  return sql`(${text} is null or ${matchesWhole(text, value(missingPattern))})`;
}

/**
 * Whether a text is a number that a plain cast reads rightly, as SQL. The cast alone would also read `1_000`, `007`,
 * `+33612345678` and whole numbers beyond 2^53; comparing texts by their first letters costs next to nothing.
 */
export function isPlainNumberSql(text: Sql, check: NonNullable<FastCheck>): Sql {
  if (check === "integer") {
    const whole = tryInteger(text);
    return sql`(${asText(whole)} = ${text} and ${whole} between ${-Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER})`;
  }
  const pointed = check === "comma" ? sql`replace(${text}, ',', '.')` : text;
  const oneMark = check === "comma" ? sql`and not contains(${text}, '.')` : sql``;
  return sql`(
    ${tryNumber(pointed)} between ${-Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}
    and ${text} >= ${check === "comma" ? "," : "-"}
    and not (${text} >= '00' and ${text} < '0:')
    and not (${text} >= '-00' and ${text} < '-0:')
    and not contains(${text}, '_')
    ${oneMark}
  )`;
}

/**
 * The notation bits of a number text that is not missing, as SQL: `text` as it stands, `number` its `plainMarksSql`, or
 * the number of the amount that it is; `isAmount` says which.
 */
export function notationSql(text: Sql, number: Sql, isAmount: Sql): Sql {
  const beside = sql`
    case
      when ${isAmount} or contains(${text}, ${otherMarks.from[1]!}) then ${notation.amount}
      when ${hasOtherSpacesSql(text)} then ${notation.spaceGroups}
      else 0
    end
  `;
  const among = (patterns: typeof notationPatterns): Sql => {
    const cases = patterns.map(({ bit, pattern }) => {
      const matches = matchesWhole(number, value(pattern));
      if (bit === notation.code) return sql`when ${matches} and ${beside} <> ${notation.amount} then ${bit}`;
      const seen = sql`${bit} | ${beside}`;
      if (bit !== notation.integer) return sql`when ${matches} then ${seen}`;
      const exact = sql`${tryNumber(number)} between ${-Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`;
      return sql`when ${matches} then case when ${exact} then ${seen} else ${notation.long} end`;
    });
    return sql`
      case
        ${join(cases, "\n")}
        else ${notation.odd}
      end
    `;
  };
  // A space or an apostrophe stands in few of the patterns, and every pattern costs.
  const isSpaced = ({ bit }: { readonly bit: number }): boolean => (bit & spacedNotations) !== 0;
  return sql`
    case
      when contains(${number}, ' ') or contains(${number}, ${"'"}) then ${among(notationPatterns.filter(isSpaced))}
      else ${among(notationPatterns.filter((one) => !isSpaced(one)))}
    end
  `;
}

/** Notations with a space or an apostrophe in them. */
const spacedNotations =
  notation.spaceGroups |
  notation.spaceGroupsPoint |
  notation.spaceGroupsComma |
  notation.quoteGroups |
  notation.quoteGroupsPoint |
  notation.quoteGroupsComma;

function hasOtherSpacesSql(text: Sql): Sql {
  return sql`(${join(
    [...otherSpaces].map((space) => sql`contains(${text}, ${space})`),
    " or ",
  )})`;
}

function translated(text: Sql): Sql {
  return sql`translate(${text}, ${otherSpaces}, ${" ".repeat(otherSpaces.length)})`;
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
