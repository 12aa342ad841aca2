import type { Sql } from "../../core/sql.ts";
import { extractPattern, matchesPart, matchesWhole } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";
import { amountMarkPattern, amountNumberPattern, amountPattern, otherMarks } from "./amount-shapes.ts";
import { notationSql, plainSpacesSql } from "./number-sql.ts";

/** The text with plain spaces and marks, as an amount or a number is matched. SQL. */
export function plainMarksSql(text: Sql): Sql {
  const plain = plainSpacesSql(text);
  const [quote, minus] = [...otherMarks.from].map((mark) => sql`contains(${text}, ${mark})`);
  return sql`case when ${quote!} or ${minus!} then translate(${plain}, ${otherMarks.from}, ${otherMarks.to}) else ${plain} end`;
}

/** Whether a text is an amount; `plain` is its `plainMarksSql`. SQL. */
export function isAmountSql(plain: Sql): Sql {
  return matchesWhole(plain, value(amountPattern));
}

/** The signed number of an amount; `plain` is its `plainMarksSql`, which `isAmountSql` holds for. SQL. */
export function amountNumberSql(plain: Sql): Sql {
  const sign = sql`case when contains(${plain}, '-') or contains(${plain}, '(') then '-' else '' end`;
  return sql`${sign} || ${extractPattern(plain, amountNumberPattern)}`;
}

/** The currency or percent sign of an amount as it is written, empty where it has none. SQL. */
export function amountMarkSql(plain: Sql): Sql {
  return extractPattern(plain, amountMarkPattern);
}

/** The signed number in a text of a column in which every value is an amount or a finite number. SQL. */
export function signedNumberSql(text: Sql): Sql {
  const plain = plainMarksSql(text);
  // The minus of an exponent is no sign; a currency may end in an E.
  const isNegative = matchesPart(plain, value("(?:^|[^eE]|[^0-9.,][eE])-|[(]"));
  const number = extractPattern(plain, `${amountNumberPattern}(?:[eE][+-]?[0-9]+)?`);
  return sql`case when ${isNegative} then '-' else '' end || ${number}`;
}

/** The notation bits of a number text that is not missing, in one expression. SQL. */
export function notationOfTextSql(text: Sql): Sql {
  const plain = plainMarksSql(text);
  const isAmount = sql`true`;
  const isNone = sql`false`;
  return sql`
    case
      when ${isAmountSql(plain)} then ${notationSql(text, amountNumberSql(plain), isAmount)}
      else ${notationSql(text, plain, isNone)}
    end
  `;
}
