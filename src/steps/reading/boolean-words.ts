import type { Sql } from "../../core/sql.ts";
import { isOneOf } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";
import { plainSpaces } from "./number-shapes.ts";

/** Words for yes and for no, in lower case. Digits stay numbers. */
export const yesWords: readonly string[] = ["oui", "vrai", "yes", "true", "y", "o"];
export const noWords: readonly string[] = ["non", "faux", "no", "false", "n"];

/** Bits of a boolean column: full words, single letters, anything else. */
export const booleanBit = { yes: 1, no: 2, yesLetter: 4, noLetter: 8, odd: 16 } as const;

/** The bit of a value that is not missing. */
export function booleanBitOf(text: string): number {
  const word = plainSpaces(text).toLowerCase();
  const letter = word.length === 1;
  if (yesWords.includes(word)) return letter ? booleanBit.yesLetter : booleanBit.yes;
  if (noWords.includes(word)) return letter ? booleanBit.noLetter : booleanBit.no;
  return booleanBit.odd;
}

/** Whether bits make a boolean column: single letters count only where both sides, or a full word, are there. */
export function isBoolean(bits: number): boolean {
  if (bits === 0 || (bits & booleanBit.odd) !== 0) return false;
  if ((bits & (booleanBit.yes | booleanBit.no)) !== 0) return true;
  return bits === (booleanBit.yesLetter | booleanBit.noLetter);
}

/** The bit of a value that is not missing, as SQL; `plain` is its `plainSpacesSql`. */
export function booleanBitSql(plain: Sql): Sql {
  const isIn = (words: readonly string[]): Sql => isOneOf(sql`lower(${plain})`, words);
  const letters = (words: readonly string[]): readonly string[] => words.filter((one) => one.length === 1);
  const full = (words: readonly string[]): readonly string[] => words.filter((one) => one.length > 1);
  return sql`
    case
      when length(${plain}) > 12 then ${booleanBit.odd}
      when ${isIn(full(yesWords))} then ${booleanBit.yes}
      when ${isIn(full(noWords))} then ${booleanBit.no}
      when ${isIn(letters(yesWords))} then ${booleanBit.yesLetter}
      when ${isIn(letters(noWords))} then ${booleanBit.noLetter}
      else ${booleanBit.odd}
    end
  `;
}
