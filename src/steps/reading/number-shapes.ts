import { nullWords } from "../../core/schema.ts";
import { amountParts, otherMarks } from "./amount-shapes.ts";

/**
 * The notations in which a value can be written as a number, one bit each, so that all notations of a column fit in one
 * integer. A mark is ambiguous where a group of exactly three digits follows one to three digits: `1.234`.
 */
export const notation = {
  integer: 1 << 0,
  /** A plain decimal-point number; set where telling `integer`, `point` and `eitherPoint` apart decides nothing. */
  plain: 1 << 1,
  point: 1 << 2,
  /** `1.234`: 1.234 or 1234. */
  eitherPoint: 1 << 3,
  comma: 1 << 4,
  /** `1,234`: 1.234 or 1234. */
  eitherComma: 1 << 5,
  /** `1.234.567` */
  pointGroups: 1 << 6,
  /** `1.234,5` */
  pointGroupsComma: 1 << 7,
  /** `1,234,567` */
  commaGroups: 1 << 8,
  /** `1,234.5` */
  commaGroupsPoint: 1 << 9,
  /** `1 234`, with any of the three spaces, or a number with such a space around it */
  spaceGroups: 1 << 10,
  spaceGroupsPoint: 1 << 11,
  spaceGroupsComma: 1 << 12,
  /** `1'234` */
  quoteGroups: 1 << 13,
  quoteGroupsPoint: 1 << 14,
  quoteGroupsComma: 1 << 15,
  infinite: 1 << 16,
  /** `007`, `+33612345678`: digits that are a code. */
  code: 1 << 17,
  /** A whole number beyond 2^53, which a double cannot keep. */
  long: 1 << 18,
  /** Anything else. */
  odd: 1 << 19,
  /** `1e5`: a number without a mark. */
  exponent: 1 << 20,
  /** Set beside another one: the number stands in an amount (`12 €`, `(12,5)`, `12-`), or has a typographic minus. */
  amount: 1 << 21,
} as const;

/** Why whole numbers beyond 2^53 stay text. */
export const longWhy = "whole numbers too long for a number to keep";

/** Notations that are no number. */
export const notNumber = notation.code | notation.long | notation.odd;

const whole = "(?:0|[1-9][0-9]*)";
/** As many digits before the mark as a double can keep. */
const kept = "(?:0|[1-9][0-9]{0,15})";
const exponent = "(?:[eE][+-]?[0-9]{1,9})";

/**
 * Patterns of the notations, in RE2 and JavaScript alike, to be matched in this order against the whole text once its
 * no-break spaces are plain and the outer ones off.
 */
export const notationPatterns: readonly { readonly bit: number; readonly pattern: string }[] = [
  { bit: notation.integer, pattern: `-?${whole}|[+](?:0|[1-9][0-9]{0,5})` },
  { bit: notation.exponent, pattern: `[+-]?${whole}${exponent}` },
  { bit: notation.eitherPoint, pattern: "[+-]?[1-9][0-9]{0,2}[.][0-9]{3}" },
  { bit: notation.eitherComma, pattern: "[+-]?[1-9][0-9]{0,2},[0-9]{3}" },
  { bit: notation.point, pattern: marked("[.]") },
  { bit: notation.comma, pattern: marked(",") },
  ...groups("[.]", ",", notation.pointGroups, notation.pointGroupsComma, "{2,4}"),
  ...groups(",", "[.]", notation.commaGroups, notation.commaGroupsPoint, "{2,4}"),
  ...groups(" ", "[.]", notation.spaceGroups, notation.spaceGroupsPoint, "{1,4}"),
  ...groups(" ", ",", null, notation.spaceGroupsComma, "{1,4}"),
  ...groups("'", "[.]", notation.quoteGroups, notation.quoteGroupsPoint, "{1,4}"),
  ...groups("'", ",", null, notation.quoteGroupsComma, "{1,4}"),
  { bit: notation.infinite, pattern: "[+-]?(?:[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)" },
  { bit: notation.code, pattern: "[+-]?[0-9]+" },
];

function marked(mark: string): string {
  return `[+-]?(?:${kept}${mark}[0-9]*|${mark}[0-9]+|(?:${whole}${mark}[0-9]*|${mark}[0-9]+)${exponent})`;
}

function groups(
  mark: string,
  decimal: string,
  wholeBit: number | null,
  fractionBit: number,
  atLeast: string,
): { bit: number; pattern: string }[] {
  const fraction = { bit: fractionBit, pattern: `-?[1-9][0-9]{0,2}(?:${mark}[0-9]{3}){1,4}${decimal}[0-9]+` };
  return wholeBit === null
    ? [fraction]
    : [{ bit: wholeBit, pattern: `-?[1-9][0-9]{0,2}(?:${mark}[0-9]{3})${atLeast}` }, fraction];
}

/** Spaces that become plain ones before a value is matched: no-break, narrow no-break, thin, figure space, tab. */
export const otherSpaces = "\u00a0\u202f\u2009\u2007\t";

const compiled = notationPatterns.map(({ bit, pattern }) => ({ bit, expression: new RegExp(`^(?:${pattern})$`) }));
const nullWordSet = new Set(nullWords);

const anySpace = new RegExp(`[${otherSpaces}]`);
const everySpace = new RegExp(anySpace, "g");

/** The text as it is matched: no-break spaces plain, outer spaces off. */
export function plainSpaces(text: string): string {
  return text.replace(everySpace, " ").replace(/^ +| +$/g, "");
}

/** Whether a text stands for a missing value in a column of numbers, dates or booleans. */
export function isMissing(text: string | null): boolean {
  return text === null || text === "" || (text.length < 12 && nullWordSet.has(plainSpaces(text).toLowerCase()));
}

/** The notations of one value that is not missing; the same as the SQL of `value-bits.ts` gives. */
export function notationOf(text: string): number {
  return numberNotation(text).bits;
}

/** The notations of one value that is not missing, and the currency or percent sign in it. */
export function numberNotation(text: string): { readonly bits: number; readonly mark: string } {
  const { number, mark, isAmount } = amountParts(text, plainMarks(plainSpaces(text)));
  const found = compiled.find(({ expression }) => expression.test(number))?.bit ?? notation.odd;
  const bit = found === notation.integer && Math.abs(Number(number)) > Number.MAX_SAFE_INTEGER ? notation.long : found;
  // A code is no amount.
  if (bit === notation.code && isAmount) return { bits: notation.odd, mark };
  if ((bit & notNumber) !== 0) return { bits: bit, mark };
  if (isAmount) return { bits: bit | notation.amount, mark };
  return { bits: anySpace.test(text) ? bit | notation.spaceGroups : bit, mark };
}

function plainMarks(text: string): string {
  return text.replace(/[\u2019\u2212]/g, (mark) => otherMarks.to[otherMarks.from.indexOf(mark)]!);
}
