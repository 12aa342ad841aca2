import type { Sql } from "../../core/sql.ts";
import { matchesPart, replacePattern } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";

/**
 * White space of Unicode (its property White_Space: tab, line breaks, no-break, narrow and wide spaces) but the plain
 * space, as the inside of a character class: hexadecimal code points, single or from-to.
 */
const whiteSpace = ["9-d", "85", "a0", "1680", "2000-200a", "2028", "2029", "202f", "205f", "3000"];
/** Signs without width that are no space to the eye: zero-width space, word joiner, byte order mark. */
const zeroWidth = ["200b", "2060", "feff"];

/**
 * The text without outer white space, each run of white space inside one plain space, and signs of no width gone (alone
 * between two letters they are no gap to the eye, so they leave none). SQL; null for null. `odd`: whether the text may
 * hold other white space than the plain space; null for never. About 50 ns a value and thread.
 */
export function squeezedSql(text: Sql, odd: Sql | null): Sql {
  const spaced = sql`${text} < '!' or ${text} like '% ' or contains(${text}, '  ')`;
  if (odd === null) {
    const inner = replacePattern(sql`trim(${text})`, value(" +"), value(" "));
    const plain = sql`case when contains(trim(${text}), '  ') then ${inner} else trim(${text}) end`;
    return sql`case when ${spaced} then ${plain} else ${text} end`;
  }
  const bare = replacePattern(text, value(`[${sqlClass(zeroWidth)}]+`), value(""));
  return sql`
    case
      when ${spaced} or ${odd} then trim(${replacePattern(bare, value(`[ ${sqlClass(whiteSpace)}]+`), value(" "))})
      else ${text}
    end
  `;
}

/** The text without plain spaces around it, which is all the white space that it may hold. SQL. */
export function trimmedSql(text: Sql): Sql {
  return sql`case when ${text} < '!' or ${text} like '% ' then trim(${text}) else ${text} end`;
}

/** Whether a text holds white space other than the plain space. SQL. */
export function hasOddSpaceSql(text: Sql): Sql {
  return matchesPart(text, value(`[${sqlClass([...whiteSpace, ...zeroWidth])}]`));
}

/**
 * Whether any of some texts may hold odd white space, or letters that another Unicode form writes otherwise (none below
 * U+0300 is). SQL. One pattern over all texts of a row costs less than one for each; 4 ns a letter.
 */
export function isOddRowSql(texts: readonly Sql[]): Sql {
  const others = sqlClass([...whiteSpace, ...zeroWidth, "300-10ffff"]);
  return matchesPart(sql`concat_ws('|', ${join(texts, ", ")})`, value(`[${others}]`));
}

/** The same of one text. */
export function squeezed(text: string): string {
  return text.replace(anyZeroWidth, "").replace(anySpaces, " ").replace(/^ | $/g, "");
}

const anyZeroWidth = new RegExp(`[${jsClass(zeroWidth)}]+`, "gu");
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
