import type { Sql } from "../../core/sql.ts";
import { itemAt, placeIn, replacePattern } from "../../sql/functions.ts";
import { value } from "../../sql/template.ts";

/** Signs and words of currencies and their ISO 4217 codes. A bare `$` is the US dollar; `kr` could be three, and is none. */
const signs: readonly (readonly [code: string, ...forms: string[]])[] = [
  ["EUR", "€", "euros", "euro"],
  ["USD", "US$", "$US", "$", "dollars", "dollar"],
  ["CAD", "CA$", "C$", "$CA"],
  ["AUD", "AU$", "A$"],
  ["NZD", "NZ$"],
  ["HKD", "HK$"],
  ["SGD", "S$"],
  ["BRL", "R$"],
  ["MXN", "MX$"],
  ["GBP", "£"],
  ["JPY", "¥", "円"],
  ["CNY", "元"],
  ["INR", "₹"],
  ["RUB", "₽"],
  ["TRY", "₺"],
  ["KRW", "₩"],
  ["ILS", "₪"],
  ["UAH", "₴"],
  ["PLN", "zł"],
  ["CZK", "Kč"],
  ["HUF", "Ft"],
  ["XOF", "FCFA", "F CFA"],
];
const codes = (
  "EUR USD CAD AUD NZD HKD SGD BRL MXN GBP JPY CNY INR RUB TRY KRW ILS UAH PLN CZK HUF XOF XAF XPF CHF SEK NOK DKK ISK RON " +
  "BGN RSD MAD DZD TND ZAR AED SAR EGP THB IDR MYR PHP VND CLP COP ARS PEN"
).split(" ");

const space = "[ \\x{a0}\\x{202f}\\x{2009}\\t]*";
const forms = [
  ...signs.flatMap(([code, ...own]) => own.map((form) => ({ code, form }))),
  ...codes.map((code) => ({ code, form: code })),
];
const any = `(?:${forms
  .map(({ form }) => form)
  .sort((a, b) => b.length - a.length)
  .map((form) => form.replaceAll(/[$.]/g, "[$&]"))
  .join("|")})`;
const number = "[-+(\\x{2212}]?[0-9.,](?:.*[0-9.,)-])?";
const before = `^(${space}[-+(\\x{2212}]?)${any}${space}(${number}${space})$`;
const after = `^(${space}[-+(\\x{2212}]?[0-9.,](?:.*[0-9.,-])?)${space}${any}${space}(\\)?)${space}$`;

/** The amount as it is written, without the currency that stands before or after it: `1 234,50 €` → `1 234,50`. SQL. */
export function withoutCurrencySql(text: Sql): Sql {
  const behind = replacePattern(text, value(after), value("\\1\\2"));
  return replacePattern(behind, value(before), value("\\1\\2"));
}

/** The same of one text. */
export function withoutCurrency(text: string): string {
  return text.replace(afterPattern, "$1$2").replace(beforePattern, "$1$2");
}

const [beforePattern, afterPattern] = [before, after].map((pattern) => {
  return new RegExp(pattern.replaceAll(/\\x\{([0-9a-f]+)\}/g, "\\u{$1}"), "su");
}) as [RegExp, RegExp];

/** The ISO 4217 code of the currency that an amount is written with; null where there is none. SQL. */
export function currencySql(text: Sql): Sql {
  const left = `^${space}[-+(\\x{2212}]?(${any})${space}${number}${space}$`;
  const right = `^${space}[-+(\\x{2212}]?[0-9.,](?:.*[0-9.,-])?${space}(${any})${space}\\)?${space}$`;
  const sign = replacePattern(replacePattern(text, value(left), value("\\1")), value(right), value("\\1"));
  // A case would evaluate the sign anew for each of its branches.
  const place = placeIn(
    sign,
    forms.map(({ form }) => form),
  );
  return itemAt(value(forms.map(({ code }) => code)), place);
}
