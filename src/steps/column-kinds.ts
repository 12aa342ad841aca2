import type { ColumnFacts } from "./column-facts.ts";

/** The words of a column name: `customerId`, `Customer ID` and `customer_id` all give `customer`, `id`. */
export function nameWords(name: string): readonly string[] {
  return name
    .slice(0, 256)
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

const idWords = words(
  "id ids uid uuid guid ref reference code codes key postcode postal zip zipcode cp siret siren insee phone telephone tel mobile portable fax iban ean sku",
);
const consentWords = words("consent consents consentement optin optout opt gdpr rgpd subscribed unsubscribed");
const labelWords = words("segment cluster label class classe target persona cohort cohorte");
const yearWords = words("year years yr annee an millesime");
const timeWords = words("date ts timestamp time epoch jour datetime");
const moneyWords = words(
  "revenue revenues ca chiffre amount montant sales ventes spend spent depense depenses monetary turnover clv ltv value valeur",
);

/** Whether a name says that its numbers are identifiers or codes. */
export function saysId(name: string): boolean {
  return nameWords(name).some((word) => idWords.has(word));
}

/** Whether a name says that it records consent. */
export function saysConsent(name: string): boolean {
  const parts = nameWords(name);
  return parts.some((word) => consentWords.has(word)) || /opt[_ -]?(in|out)/i.test(name);
}

/** Whether a name says that it is a label made by a model or a person. */
export function saysLabel(name: string): boolean {
  const parts = nameWords(name);
  return labelWords.has(parts[0] ?? "") || labelWords.has(parts.at(-1) ?? "");
}

/** How strongly a name says that its numbers are money worth: revenue before amount before value; 0 is not at all. */
export function moneyRank(name: string): number {
  const parts = nameWords(name);
  if (parts.some((word) => averageWords.has(word))) return 0;
  const order = [...moneyWords];
  return Math.max(0, ...parts.map((word) => (moneyWords.has(word) ? order.length - order.indexOf(word) : 0)));
}

const averageWords = words("avg average mean moyen moyenne panier basket median max min");

/** Why a numeric column is no measure of behaviour, in words, or null when it is one. */
export function notAMeasure(name: string, facts: ColumnFacts): string | null {
  if (facts.missing === facts.rows) return "empty";
  if (saysConsent(name)) return "a consent";
  if (saysLabel(name)) return "a label";
  if (saysId(name)) return "an id or code, by its name";
  if (facts.distinct < 2) return "constant";
  if (facts.distinct === 2) return "a flag of two values";
  if (facts.risesByOne || (facts.isNumbering && facts.rows >= 50)) return "a row number";
  if (facts.allIntegers && isDigitsDate(name, facts)) return "a date or year in digits";
  return null;
}

function isDigitsDate(name: string, { minimum, maximum }: ColumnFacts): boolean {
  const parts = nameWords(name);
  if (minimum >= 1900 && maximum <= 2100) return true;
  if (minimum >= 19_000_101 && maximum <= 21_001_231) return true;
  if (parts.some((word) => yearWords.has(word)) && minimum >= 1800 && maximum <= 2200) return true;
  const saysTime = parts.some((word) => timeWords.has(word));
  return saysTime && ((minimum >= 1e8 && maximum < 5e9) || (minimum >= 1e11 && maximum < 5e12));
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
