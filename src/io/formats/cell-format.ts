import { currencyOf } from "../../core/currencies.ts";

/** What the number format of a cell says of its number, besides how many digits are shown. */
export interface CellFormat {
  /** A currency as the format writes it, or `%`; null for neither. */
  readonly mark: string | null;
  /** `elapsed`: hours (or minutes, seconds) that run on past a day, as `[h]:mm`; `clock`: a time without a day. */
  readonly time: "elapsed" | "clock" | null;
}

/** A part of a format: a bracket, a text in quotes, an escaped sign, a space as wide as a sign, a filling sign, any other sign. */
const part = /\[([^\]]*)\]|"([^"]*)"|\\(.)|_.|\*.|(;)|([\s\S])/gu;

/**
 * What a number format says, by the section for positive numbers (ECMA-376 part 1, 18.8.31). Brackets with `$` hold a
 * currency, and texts in quotes and signs of currencies count as one where they are known to be.
 */
export function cellFormat(format: string): CellFormat {
  let code = "";
  const texts: string[] = [];
  let text = "";
  let isElapsed = false;
  for (const [, bracket, quoted, escaped, end, sign] of format.matchAll(part)) {
    if (end !== undefined) break;
    if (bracket !== undefined) {
      if (bracket.startsWith("$")) texts.push(bracket.slice(1).replace(/-[0-9A-Fa-f]*$/, ""));
      if (/^(?:h+|m+|s+)$/i.test(bracket)) isElapsed = true;
    } else if (quoted !== undefined) texts.push(quoted);
    else if (escaped !== undefined) text += escaped;
    else if (sign !== undefined) {
      code += sign;
      text += /[0#?.,]/.test(sign) ? " " : sign;
    }
  }
  const known = [...texts, ...text.split(/\s+/)].map((one) => one.trim()).find((one) => currencyOf(one) !== null);
  const isClock = /[hs]/i.test(code) && !/[yd]/i.test(code);
  return { mark: code.includes("%") ? "%" : (known ?? null), time: isElapsed ? "elapsed" : isClock ? "clock" : null };
}

/** A number with what its format says beside it, as an amount is written in a text: `12.5 €`, `12.5 %` for 0.125. */
export function amountText(number: number, mark: string | null): string {
  if (mark === null) return String(number);
  // A product of 15 digits is the number that the sheet shows.
  const shown = mark === "%" ? Number((number * 100).toPrecision(15)) : number;
  return `${withoutExponent(shown)} ${mark}`;
}

/** A span of days in hours, minutes and seconds, as `36:15:00`; to the second. */
export function durationText(days: number): string {
  const seconds = Math.round(Math.abs(days) * 86_400);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  return `${days < 0 && seconds > 0 ? "-" : ""}${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function withoutExponent(number: number): string {
  const text = String(number);
  if (!text.includes("e")) return text;
  return Math.abs(number) < 1 ? number.toFixed(20).replace(/0+$/, "") : BigInt(number).toString();
}
