import type { Sql } from "../../core/sql.ts";
import { isAscii, stripAccents } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";

/** Letters that stay when marks are taken off: those written as two, and those with a stroke (Unicode's Latin-ASCII transform). */
const written: readonly (readonly [string, string])[] = [
  ["œ", "oe"],
  ["Œ", "OE"],
  ["æ", "ae"],
  ["Æ", "AE"],
  ["ß", "ss"],
  ["ẞ", "SS"],
  ["þ", "th"],
  ["Þ", "TH"],
  ["ĳ", "ij"],
  ["Ĳ", "IJ"],
];
const stroked = { from: "øØłŁıđĐðÐħĦŧŦŋŊĸŀĿŉ", to: "oOlLidDdDhHtTnNqlLn" };

/**
 * The text with plain Latin letters: marks off, ligatures written out, strokes left out. Capitals stay capitals. Other
 * scripts lose their marks and keep their letters. SQL; null for null.
 */
export function foldAccentsSql(text: Sql): Sql {
  const bare = sql`translate(${stripAccents(text)}, ${stroked.from}, ${stroked.to})`;
  const spelled = written.reduce((folded, [letter, plain]) => sql`replace(${folded}, ${letter}, ${plain})`, bare);
  return sql`case when ${isAscii(text)} then ${text} else ${spelled} end`;
}
