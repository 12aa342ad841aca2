import type { Sql } from "../../core/sql.ts";
import { isOneOf } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";
import { saysCodes, saysConsent, saysFlag, saysRefusal } from "../column-kinds.ts";
import { plainSpaces } from "./number-shapes.ts";

/** Words for yes and for no, in lower case. Digits stay numbers where no such word is beside them. */
export const yesWords: readonly string[] = ["oui", "vrai", "yes", "true", "on", "y", "o"];
export const noWords: readonly string[] = ["non", "faux", "no", "false", "off", "n"];

/**
 * Bits of a boolean column: full words that are nothing else, those that may be codes of a country, a province or a channel
 * (`no`, `on`, `off`), single letters, anything else, 1 or 0. `words` are full words and letters.
 */
export const booleanBit = {
  yes: 1,
  no: 2,
  yesLetter: 4,
  noLetter: 8,
  odd: 16,
  digit: 32,
  noOrCode: 64,
  onOrCode: 128,
  off: 256,
  words: 1 | 2 | 4 | 8 | 64 | 128 | 256,
} as const;

/** Words that may be codes, with their bits. */
const codeWords: ReadonlyMap<string, number> = new Map([
  ["no", booleanBit.noOrCode],
  ["on", booleanBit.onOrCode],
  ["off", booleanBit.off],
]);

/** The bit of a value that is not missing. */
export function booleanBitOf(text: string): number {
  const word = plainSpaces(text).toLowerCase();
  const letter = word.length === 1;
  const code = codeWords.get(word);
  if (code !== undefined) return code;
  if (yesWords.includes(word)) return letter ? booleanBit.yesLetter : booleanBit.yes;
  if (noWords.includes(word)) return letter ? booleanBit.noLetter : booleanBit.no;
  if (word === "1" || word === "0") return booleanBit.digit;
  return booleanBit.odd;
}

/**
 * Whether bits make a boolean column: single letters count only where both sides, or a full word, are there; 1 and 0 beside
 * words. What may be codes counts where something else says yes or no: another word, a name that says consent or a flag
 * (`actif`, `is_member`); under a name that says codes (`pays`, `state`, `canal`), only another word.
 */
export function isBoolean(bits: number, name: string): boolean {
  const words = bits & booleanBit.words;
  if (words === 0 || (bits & booleanBit.odd) !== 0) return false;
  if ((words & (booleanBit.yes | booleanBit.no)) !== 0) return true;
  const codes = words & (booleanBit.noOrCode | booleanBit.onOrCode | booleanBit.off);
  const isPair = (words & letterBits) === letterBits;
  if (saysConsent(name) || saysRefusal(name)) return codes !== 0 || isPair;
  if (saysCodes(name)) return false;
  if (codes === 0) return isPair;
  return (bits & (letterBits | booleanBit.digit)) !== 0 || (codes & booleanBit.off) !== 0 || saysFlag(name);
}

const letterBits = booleanBit.yesLetter | booleanBit.noLetter;

/** The words by which a boolean column of some bits is read. */
export function booleanWords(bits: number): { readonly yes: readonly string[]; readonly no: readonly string[] } {
  if ((bits & booleanBit.digit) === 0) return { yes: yesWords, no: noWords };
  return { yes: [...yesWords, "1"], no: [...noWords, "0"] };
}

/** The bit of a value that is not missing, as SQL; `plain` is its `plainSpacesSql`. */
export function booleanBitSql(plain: Sql): Sql {
  const isIn = (words: readonly string[]): Sql => isOneOf(sql`lower(${plain})`, words);
  const letters = (words: readonly string[]): readonly string[] => words.filter((one) => one.length === 1);
  const full = (words: readonly string[]): readonly string[] => words.filter((one) => one.length > 1);
  return sql`
    case
      when length(${plain}) > 12 then ${booleanBit.odd}
      when lower(${plain}) = 'no' then ${booleanBit.noOrCode}
      when lower(${plain}) = 'on' then ${booleanBit.onOrCode}
      when lower(${plain}) = 'off' then ${booleanBit.off}
      when ${isIn(full(yesWords))} then ${booleanBit.yes}
      when ${isIn(full(noWords))} then ${booleanBit.no}
      when ${isIn(letters(yesWords))} then ${booleanBit.yesLetter}
      when ${isIn(letters(noWords))} then ${booleanBit.noLetter}
      when ${plain} in ('1', '0') then ${booleanBit.digit}
      else ${booleanBit.odd}
    end
  `;
}
