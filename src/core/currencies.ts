/** The codes of ISO 4217 for currencies in use. */
const codes = (
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP " +
  "CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD " +
  "IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR " +
  "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP " +
  "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF " +
  "YER ZAR ZMW ZWG"
).split(" ");

/** Other ways to name a currency. A sign that several countries use stands for itself: `$` may be of many dollars. */
const signs: Readonly<Record<string, string>> = {
  "€": "EUR",
  "£": "GBP",
  "₹": "INR",
  "₽": "RUB",
  "₺": "TRY",
  "₴": "UAH",
  "₪": "ILS",
  "₩": "KRW",
  "₫": "VND",
  "₱": "PHP",
  "₦": "NGN",
  "฿": "THB",
  "₸": "KZT",
  "₡": "CRC",
  zł: "PLN",
  Kč: "CZK",
  Ft: "HUF",
  lei: "RON",
  R$: "BRL",
  US$: "USD",
  $US: "USD",
  "$ US": "USD",
  CA$: "CAD",
  C$: "CAD",
  $CA: "CAD",
  "$ CA": "CAD",
  A$: "AUD",
  AU$: "AUD",
  NZ$: "NZD",
  HK$: "HKD",
  S$: "SGD",
  NT$: "TWD",
  MX$: "MXN",
  $: "$",
  "¥": "¥",
  kr: "kr",
  euro: "EUR",
  euros: "EUR",
  Euro: "EUR",
  Euros: "EUR",
  EURO: "EUR",
  EUROS: "EUR",
  eur: "EUR",
  Eur: "EUR",
  usd: "USD",
  gbp: "GBP",
  chf: "CHF",
};

const currencies: ReadonlyMap<string, string> = new Map([
  ...codes.map((code): [string, string] => [code, code]),
  ...Object.entries(signs),
]);

/** The currency that a mark beside a number names: its ISO 4217 code, or the sign where that alone does not tell the country. */
export function currencyOf(mark: string): string | null {
  return currencies.get(mark) ?? null;
}

/** A pattern of the marks of all currencies, for RE2 and JavaScript alike; a longer mark stands before its parts. */
export const currencyPattern = [...currencies.keys()]
  .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  .map((mark) => mark.replace(/[$]/g, "[$]"))
  .join("|");
