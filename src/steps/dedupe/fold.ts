import type { Sql } from "../../core/sql.ts";
import { lowerCase, matchesWhole, nfc, replacePattern, stripAccents } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";

/** Letters that stay when marks are taken off, and how they are written without them. */
const ligatures: readonly (readonly [string, string])[] = [
  ["œ", "oe"],
  ["æ", "ae"],
  ["ß", "ss"],
  ["þ", "th"],
  ["ĳ", "ij"],
];
const strokes = { from: "øłıđðħŧŋĸ", to: "oliddhtnk" };
const apostrophes = "'’‘`´ʼ";

/**
 * Text as words are compared: NFC, small letters, without accents, ligatures and strokes written out, apostrophes gone,
 * everything else that is no letter or digit one space between words: `N'Diaye-Le  Gall` → `ndiaye le gall`. SQL; null
 * for null, an empty text where no word is left.
 */
export function foldWordsSql(text: Sql): Sql {
  return sql`trim(${letters(text, " ")})`;
}

/** The same without the spaces, as keys are compared: `SW1A 1AA` and `sw1a1aa` are one. SQL. */
export function foldKeySql(text: Sql): Sql {
  return letters(text, "");
}

/** Most texts are ASCII, where nothing but case and marks is to be seen to. */
function letters(text: Sql, between: string): Sql {
  const plain = replacePattern(sql`replace(lower(${text}), '''', '')`, value("[^a-z0-9]+"), value(between));
  const bare = sql`translate(${stripAccents(lowerCase(nfc(text)))}, ${strokes.from + apostrophes}, ${strokes.to})`;
  const spelled = ligatures.reduce((folded, [letter, written]) => sql`replace(${folded}, ${letter}, ${written})`, bare);
  return sql`
    case
      when ${matchesWhole(text, value("[ -~]*"))} then ${plain}
      else ${replacePattern(spelled, value("[^\\p{L}\\p{N}\\p{M}]+"), value(between))}
    end
  `;
}
