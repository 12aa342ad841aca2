/**
 * The readings that the cells of a column may share, one bit each: numbers by their decimal mark, dates by their order,
 * times, addresses, phone numbers, yes and no. A cell that several readings fit (`1.234`, `01/02/2024`) has several bits.
 */
export const shapeNames = [
  "numbers, whole or with a decimal point",
  "numbers with a decimal comma",
  "dates, year first",
  "dates, day first",
  "dates, month first",
  "times of day",
  "addresses",
  "phone numbers",
  "yes or no",
  "identifiers",
] as const;

const [point, comma, ymd, dmy, mdy, clock, address, phone, boolean, identifier] = shapeNames.map((_, i) => 1 << i) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

const space = "[ \\u00a0\\u202f]";
const currency = `(?:[$£€]|eur|usd|gbp|chf|euros?)`;
const numberWith = (decimal: string, thousands: string): RegExp => {
  const digits = `(?:\\d+|\\d{1,3}(?:${thousands}\\d{3})+)?(?:${decimal}\\d+)?`;
  return new RegExp(
    `^(?:[-+(]|\\u2212)?${space}?${currency}?${space}?[-+]?(?=[\\d.,])${digits}(?:e[-+]?\\d+)?${space}?(?:%|${currency})?${space}?[-)]?$`,
    "i",
  );
};
const withPoint = numberWith("\\.", `(?:,|'|’|${space})`);
const withComma = numberWith(",", `(?:\\.|'|’|${space})`);
const day = "(?:0?[1-9]|[12]\\d|3[01])";
const month = "(?:0?[1-9]|1[0-2])";
const timePart = "(?:[T ]\\d{1,2}[:h]\\d{2}(?::\\d{2}(?:[.,]\\d+)?)?(?:\\s?(?:am|pm|z|[-+]\\d{2}:?\\d{2}))?)?";
const yearFirst = new RegExp(`^\\d{4}[-/.]${month}[-/.]${day}${timePart}$`, "i");
const dayFirst = new RegExp(`^${day}[-/.]${month}[-/.](?:\\d{4}|\\d{2})${timePart}$`, "i");
const monthFirst = new RegExp(`^${month}[-/.]${day}[-/.](?:\\d{4}|\\d{2})${timePart}$`, "i");
const spokenDate = /^(?:\d{1,2}(?:er|st|nd|rd|th)?[ -]\p{L}{3,9}\.?,?[ -]\d{2,4}|\p{L}{3,9}\.? \d{1,2},? \d{4})$/u;
const timeOfDay = /^\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[ap]m)?$/i;
const eMailOrLink = /^(?:[^\s@,;|]+@[^\s@,;|]+\.[a-z]{2,}|(?:https?:\/\/|www\.)\S+)$/i;
const phoneNumber = /^(?:[+(]|0)[\d ().\-/]{7,23}$/;
const yesOrNo = /^(?:oui|non|yes|no|vrai|faux|true|false|ja|nein|y|n|o)$/i;
const uuidOrCode = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z]{1,5}[-_]?\d{2,}|\d{9,20})$/i;

/** The readings that fit a cell, as bits in the order of `shapeNames`; 0 for words. */
export function shapesOf(text: string): number {
  if (text.length > 64) return eMailOrLink.test(text) ? address : 0;
  const value = text.trim();
  if (!/\d/.test(value)) return eMailOrLink.test(value) ? address : yesOrNo.test(value) ? boolean : 0;
  let bits = 0;
  if (withPoint.test(value)) bits |= point;
  if (withComma.test(value)) bits |= comma;
  if (yearFirst.test(value)) bits |= ymd;
  if (dayFirst.test(value)) bits |= dmy;
  if (monthFirst.test(value)) bits |= mdy;
  if (spokenDate.test(value)) bits |= ymd | dmy | mdy;
  if (timeOfDay.test(value)) bits |= clock;
  if (phoneNumber.test(value) && value.replace(/\D/g, "").length >= 9) bits |= phone;
  if (uuidOrCode.test(value)) bits |= identifier;
  if (eMailOrLink.test(value)) bits |= address;
  if (value === "1" || value === "0") bits |= boolean;
  return bits;
}

const measures = point | comma | ymd | dmy | mdy | clock | phone;

/** Whether a cell is a number, an amount, a date, a time or a phone number by its shape. */
export function isMeasure(text: string): boolean {
  return (shapesOf(text) & measures) !== 0;
}

/**
 * How well a cell without a reading reads as words, from 0 to 1: text that holds what separates fields elsewhere has
 * probably been cut at the wrong places; a comma with a space behind it is one of prose.
 */
export function wordWeight(text: string, quoted: boolean): number {
  if (quoted) return 0.95;
  if (!/[,;|\t]/.test(text)) return /^["']|["']$/.test(text) ? 0.5 : 0.9;
  return /[;|\t]/.test(text) || /,(?! )/.test(text) ? 0.1 : 0.6;
}
