import { isMeasure } from "./cell-shapes.ts";

const number = /^[-+]?(\d+([.,]\d+)?|[.,]\d+|\d{1,3}([ .,'\u00a0\u202f’]\d{3})+([.,]\d+)?)(e[-+]?\d+)?\s?%?$/i;
const money = /^([$£€]\s?[-+]?[\d., ]*\d|[-+]?\d[\d., ]*\s?(€|\$|£|eur|usd|gbp|chf))$/i;
const date =
  /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))([T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s?(am|pm|z|[-+]\d{2}:?\d{2})?)?$/i;
const time = /^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?$/;
const address = /^([^\s@,;|]+@[^\s@,;|]+\.[a-z]{2,}|https?:\/\/\S+)$/i;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a piece of text is a value by its shape: a number (in any notation), a date, a time, an address, a UUID. */
export function isTyped(text: string): boolean {
  return isNumberOrDate(text) || address.test(text.trim()) || uuid.test(text.trim());
}

/** Whether a piece of text is a number, an amount, a date or a time by its shape. */
export function isNumberOrDate(text: string): boolean {
  const value = text.trim();
  if (value.length >= 64) return false;
  return number.test(value) || money.test(value) || date.test(value) || time.test(value) || isMeasure(value);
}
