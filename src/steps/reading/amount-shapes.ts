import { currencyPattern } from "../../core/currencies.ts";

/** The mark of a percentage. */
export const percentMark = "%";

const currency = `(?:${currencyPattern})`;
const unit = `(?:${currencyPattern}|${percentMark})`;
const number = "(?:[0-9](?:[0-9 .,']*[0-9])?[.,]?|[.,][0-9]+)";

const signed = `[+-] ?${number}|${number}(?: ?-)?|[(] ?${number} ?[)]`;

/**
 * An amount: a number with more than its digits and marks. A currency stands before or behind it, a percent sign behind,
 * a minus before or behind number or currency; parentheses are a minus too. One sign and one mark at most. Matched
 * against the whole text once its spaces, apostrophes and minus signs are plain; RE2 and JavaScript alike.
 */
export const amountPattern = [
  `${currency} ?(?:${signed})`,
  `[+-] ?${currency} ?${number}`,
  `(?:${signed}) ?${unit}`,
  `${number} ?${unit} ?-`,
  `[(] ?(?:${currency} ?${number}|${number}(?: ?${unit})?) ?[)]`,
  `[+-] ${number}`,
  `${number} ?-`,
].join("|");

/** The number of an amount, without its sign. */
export const amountNumberPattern = number;
/** The mark of an amount, where it has one. */
export const amountMarkPattern = unit;

/** Typographic marks in numbers, and the plain ones that they stand for: `’`, `−`. */
export const otherMarks = { from: "\u2019\u2212", to: "'-" } as const;

const whole = new RegExp(`^(?:${amountPattern})$`);
const firstNumber = new RegExp(number);
const firstMark = new RegExp(unit);

/** A number text as it is matched: the signed digits and marks of an amount, or the text itself. */
export interface AmountParts {
  readonly number: string;
  /** The currency or percent sign as it is written; empty where there is none. */
  readonly mark: string;
  /** Whether the number is more than the plain text: it stands in an amount, or has a typographic minus. */
  readonly isAmount: boolean;
}

/** Takes an amount apart; `plain` is the text with plain spaces and marks, `text` the text itself. */
export function amountParts(text: string, plain: string): AmountParts {
  if (!whole.test(plain)) return { number: plain, mark: "", isAmount: text.includes("\u2212") };
  const sign = /[-(]/.test(plain) ? "-" : "";
  return { number: sign + firstNumber.exec(plain)![0], mark: firstMark.exec(plain)?.[0] ?? "", isAmount: true };
}
