/** A text as a number, by a decimal point and by a decimal comma; NaN where it is none. */
export interface Amount {
  readonly point: number;
  readonly comma: number;
  /** Digits behind the mark, by either reading. */
  readonly decimals: { readonly point: number; readonly comma: number };
}

const sign = /^(?:[€$£]|eur|usd|gbp|chf)|(?:[€$£%]|eur|usd|gbp|chf)$/gi;
const withPoint = /^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$|^\.(\d+)$/;
const withComma = /^(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,(\d*))?$|^,(\d+)$/;

/**
 * Reads an amount as people write it: `1 234,56 €`, `(12.50)`, `12 %`. Thousands parted by spaces, apostrophes, or the
 * mark that is not the decimal one. A date, a time or a word is none.
 */
export function amountOf(text: string): Amount {
  let plain = text.trim().replace(/^−/, "-");
  const isInside = /^\(.*\)$/.test(plain) || /\d\s?-$/.test(plain);
  if (isInside) plain = plain.replace(/^\(|[)-]$/g, "").trim();
  plain = plain.replace(sign, "").trim();
  const isLess = isInside !== plain.startsWith("-");
  plain = plain
    .replace(/^[-+]\s?/, "")
    .replace(sign, "")
    .trim();
  // A space or an apostrophe parts groups of three digits, or nothing that is a number.
  if (/[\s'’]/.test(plain))
    plain = /^\d{1,3}(?:[\s'’]\d{3})+(?:[.,]\d*)?$/.test(plain) ? plain.replace(/[\s'’]/g, "") : "";
  const point = read(withPoint.exec(plain), plain, ",", ".");
  const comma = read(withComma.exec(plain), plain, ".", ",");
  const factor = isLess ? -1 : 1;
  return {
    point: factor * point.number,
    comma: factor * comma.number,
    decimals: { point: point.decimals, comma: comma.decimals },
  };
}

function read(
  match: RegExpExecArray | null,
  plain: string,
  group: "." | ",",
  mark: "." | ",",
): { readonly number: number; readonly decimals: number } {
  if (match === null) return { number: Number.NaN, decimals: 0 };
  const number = Number(plain.replaceAll(group, "").replace(mark, "."));
  return { number, decimals: (match[1] ?? match[2] ?? "").length };
}

const powers = Float64Array.from({ length: 16 }, (_, i) => 10 ** i);

/**
 * `amountOf` of the bytes `from … to` where they are digits with one mark at most, into `amount`; false for all else.
 */
export function plainAmount(
  bytes: Buffer,
  from: number,
  to: number,
  amount: { point: number; comma: number },
): boolean {
  const start = bytes[from] === 45 ? from + 1 : from;
  let digits = 0;
  let at = -1;
  let number = 0;
  for (let i = start; i < to; i++) {
    const byte = bytes[i]!;
    if (byte >= 48 && byte <= 57) {
      number = number * 10 + byte - 48;
      digits++;
    } else if ((byte === 44 || byte === 46) && at === -1) at = i;
    else return false;
  }
  if (digits === 0 || digits > 15) return false;
  if (start > from) number = -number;
  const behind = at === -1 ? 0 : to - at - 1;
  const isGroup = behind === 3 && at - start > 0 && at - start < 4;
  const other = at === -1 || isGroup ? number : Number.NaN;
  const own = number / powers[behind]!;
  amount.point = at !== -1 && bytes[at] === 44 ? other : own;
  amount.comma = at !== -1 && bytes[at] === 46 ? other : own;
  return true;
}
