import { roleWords, type Role } from "../core/role.ts";
import type { Column } from "../core/schema.ts";
import type { ColumnFacts } from "./column-facts.ts";

/** The words of a column name: `customerId`, `Customer ID` and `customer_id` all give `customer`, `id`. */
export function nameWords(name: string): readonly string[] {
  return name
    .slice(0, 256)
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll}{2})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

const idWords = words(
  "id ids uid uuid guid identifier identifiant numero matricule ref reference code codes key postcode postal zip zipcode cp departement siret siren insee phone telephone tel mobile portable fax iban ean gtin sku naf ape nace",
);
/** What carries a number that is a name: `customer number`, but not `number of visits`. */
const numberedWords = words(
  "account adherent card carte client commande compte contract contrat customer facture invoice loyalty member membership order phone policy serial tracking",
);
/** What stands for `number` before such a word: `N° client`, `Nr. client`. */
const numberSigns = words("n no nr num");
/** Words of an amount of something: `mobile_sessions`, `phone_calls`, `promo_codes_used` and `days_since_consent` are measures. */
const quantityWords = words(
  "count number num nb nombre nbre qty quantity quantite total sum days jours weeks semaines months mois since depuis rate taux share part pct percent ratio score session sessions visits visites views vues calls appels clicks clics opens orders commandes purchases achats used utilises revenue ca spend depenses income",
);
const consentWords = words(
  "consent consents consentement optin optout opt gdpr rgpd subscribed unsubscribed permission permissions accord abonne abonnee",
);
/** By what people are reached. */
const channel =
  "(?:e_?mails?|mail|mailing|sms|texto?|push|call|phone|contact|marketing|newsletters?|pub|courriel|courrier|postal)";
/** `sms_ok`, `marketing_ok`, `accepte_newsletter`; a newsletter alone is one, what is counted of newsletters is not. */
const consentPattern = new RegExp(
  `(?:^|_)${channel}_ok$|^ok_${channel}$|^(?:(?:is|has|la|the)_)?newsletter$|` +
    `(?:^|_)(?:accepte?[ds]?|acceptee|inscrite?|receives?|recoit|recevoir|wants?|veut|agreed)_(?:(?:la|the|our|to)_)*${channel}$|` +
    `(?:^|_)newsletter_(?:accepte?[ds]?|acceptee|inscrite?|inscription|subscription|subscriber|signup)$`,
);
/** Who is not to be reached: `do_not_contact`, `stop_sms`, `ne_plus_contacter`, `blacklisted`, `opposition`, `not_subscribed`. */
const refusalPattern = new RegExp(
  `optout|opted_out|unsub|desabonn|desinscri|(?:^|_)(?:do_not|dont|don_t)_(?:e_)?(?:contact|call|mail|email|text|sms|phone|market|track|sell|share|disturb|solicit|send)|` +
    `(?:^|_)(?:no|never|stop|pas|pas_de|sans|without|block|blocked|exclude|exclu|exclude_from)_${channel}$|` +
    `(?:^|_)ne_(?:pas|plus)_(?:contacter|solliciter|appeler|demarcher|envoyer|relancer|joindre|mailer|emailer)|` +
    `(?:^|_)(?:dnc|robinson|bloctel|(?:black|block)_?list(?:ed|e|ee)?|liste_noire|refus|oppose|opposee|opposed|opposition|oppositions)(?:_|$)|` +
    `^refused?e?$|(?:^|_)refuse[de]?e?_(?:(?:la|the|our|de)_)*(?:${channel}|consent|communications?|sollicitations?|prospection)$|` +
    `(?:^|_)(?:non|not|without|sans)_(?:consent|optin|opted_in|opt_in|subscribed|abonne|accord|permission)|(?:^|_)no_(?:consent|optin|opt_in|permission)`,
);
const labelWords = words("segment cluster label class classe target persona cohort cohorte");
const yearWords = words("year years yr annee an millesime");
const timeWords = words("date ts timestamp time epoch jour datetime");
const moneyWords = words(
  "revenue revenues ca chiffre amount montant sales ventes spend spent depense depenses monetary turnover clv ltv value valeur",
);

/** Whether a name says that its numbers are identifiers or codes. */
export function saysId(name: string): boolean {
  const parts = nameWords(name);
  if (saysSource(name)) return false;
  if (parts.length > 1 && parts.at(-1) === "number" && numberedWords.has(parts.at(-2)!)) return true;
  if (parts.length === 2 && numberSigns.has(parts[0]!) && numberedWords.has(parts[1]!)) return true;
  return parts.some((word) => idWords.has(withoutDigits(word))) && !saysQuantity(parts);
}

const activityWords = words("naf ape nace");

/** Whether a name says codes of activities (`47.10`), whose digits behind the point are no fraction. */
export function saysActivity(name: string): boolean {
  return nameWords(name).some((word) => activityWords.has(withoutDigits(word)));
}

/** Whether a name says that a column tells where values come from: `customer_id_source`, `traffic_source`. */
export function saysSource(name: string): boolean {
  const parts = nameWords(name);
  return parts.length > 1 && parts.at(-1) === "source";
}

/** Nothing counts what an `id` names: `order count id` is an id still. */
function saysQuantity(parts: readonly string[]): boolean {
  return parts.some((word) => quantityWords.has(word)) && !parts.some((word) => /^(?:id|uid|uuid|guid)\d*$/.test(word));
}

/** Whether a name says that its numbers are an amount or a count, whatever else it says: `revenue_to_date`, `visits_per_day`. */
export function saysAmount(name: string): boolean {
  const parts = nameWords(name);
  return saysQuantity(parts) || parts.some((word) => moneyWords.has(word) || averageWords.has(word)) || saysPrice(name);
}

const priceWords = words(
  "price prix cost cout costs couts tarif fee fees frais budget salary salaire income revenu revenus balance solde basket panier ttc eur euro euros usd gbp discount remise",
);

/** Whether a name says that its numbers are prices or other money of one kind or another: `prix_ttc`, `shipping_fee`. */
export function saysPrice(name: string): boolean {
  return nameWords(name).some((word) => priceWords.has(withoutDigits(word)));
}

/** `phone2` → `phone`. */
function withoutDigits(word: string): string {
  return word.replace(/(?<=\p{L})\d+$/u, "");
}

/** Whether a name says that it records consent: `opt_in`, `sms_ok`, `newsletter`, but not `newsletter_opens`. */
export function saysConsent(name: string): boolean {
  const parts = nameWords(name);
  if (saysQuantity(parts)) return false;
  return (
    parts.some((word) => consentWords.has(word) || /opt(?:in|out)s?$/.test(word)) ||
    consentPattern.test(parts.join("_"))
  );
}

/**
 * Whether a name says that it records who refuses, the opposite of a consent: `opt_out`, `unsubscribed`, `désinscrit`,
 * `do_not_contact`, `stop_sms`, `blacklisted`.
 */
export function saysRefusal(name: string): boolean {
  const parts = nameWords(name);
  if (saysQuantity(parts)) return false;
  const whole = parts.join("_");
  if (refusalPattern.test(whole) || /optout|donot(?:contact|call|e?mail|sms|text)/.test(parts.join(""))) return true;
  return saysConsent(name) && /refus|donot|opposition|blacklist|suppress|denied|withdrawn|retire/.test(parts.join(""));
}

/** Whether a column records consents or refusals: by what a schema declares, else by its name; null for neither. */
export function consentKind({ name, declared }: Column): "consent" | "refusal" | null {
  const role = declared?.role ?? null;
  if (role !== null) return role === "consent" || role === "refusal" ? role : null;
  if (saysRefusal(name)) return "refusal";
  return saysConsent(name) ? "consent" : null;
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
  const isTime = parts.some((word) => spanWords.has(word));
  const rank = (word: string): number => (isTime && spendWords.has(word) ? 0 : order.length - order.indexOf(word));
  return Math.max(0, ...parts.map((word) => (moneyWords.has(word) ? rank(word) : 0)));
}

/** What is spent that is no money: `time_spent`, `hours_spent`, `temps_depense`. */
const spanWords = words(
  "time temps duration duree hours hour heures heure minutes minute seconds second secondes seconde",
);
const spendWords = words("spend spent depense depenses");

/** Averages, shares and counts, whose sum over a segment is no money. */
const averageWords = words(
  "avg average mean moyen moyenne panier basket median max min rate taux share pct percent ratio growth score rank rang index count number num nb nombre nbre qty quantity quantite",
);

const codeListWords = words(
  "country countries pays land state states etat province region prefecture orientation exposition language languages langue langues lang locale canal canaux channel channels code codes iso iso2 nationality nationalite devise currency",
);

/** Whether a name says that its values are codes of a list, such as those of countries, provinces or channels. */
export function saysCodes(name: string): boolean {
  return nameWords(name).some((word) => codeListWords.has(withoutDigits(word)));
}

const yesNoWords = words(
  "is has est was actif active actifs activated enabled disabled vip flag ok valid valide verified verifie confirmed confirme member membre deleted supprime",
);

/** Whether a name says that its values are yes or no: `is_member`, `actif`. */
export function saysFlag(name: string): boolean {
  return nameWords(name).some((word) => yesNoWords.has(word));
}

const coordinateWords = words("lat lats latitude latitudes lon lng longitude longitudes gps wgs84");
const countWords = words(
  "count number num nb nombre nbre qty quantity quantite visits visites sessions views vues clicks clics orders commandes population habitants effectif salary salaries salaire salaires",
);

/** Whether a name says that its numbers are degrees on a map: `lat`, `Longitude`, `gps_x`. */
export function saysCoordinate(name: string): boolean {
  const parts = nameWords(name);
  return parts.at(-1) === "long" || parts.some((word) => coordinateWords.has(word));
}

/** Whether a name says that its numbers are counted, or sums of money, neither of which has thousandths. */
export function saysCountOrMoney(name: string): boolean {
  return moneyRank(name) > 0 || nameWords(name).some((word) => countWords.has(word));
}

/** Why a numeric column is no measure of behaviour, in words, or null when it is one. `role` is what a schema declares. */
export function notAMeasure(name: string, facts: ColumnFacts, role: Role | null = null): string | null {
  if (facts.missing === facts.rows) return "empty";
  if (role !== null) return notAMeasureByRole(role) ?? (facts.distinct < 2 ? "constant" : null);
  if (saysConsent(name)) return "a consent";
  if (saysLabel(name)) return "a label";
  const identity = notAFeature(name, facts);
  if (identity !== null) return identity;
  if (facts.distinct < 2) return "constant";
  if (facts.distinct === 2) return flagWords;
  if (facts.allIntegers && isDigitsDate(name, facts)) return "a date or year in digits";
  return null;
}

/** Why a column of two numbers is no measure. */
export const flagWords = "a flag of two values";

/** Why a numeric column is nothing to learn from even where a list names it, or null: it tells rows apart, or what people agreed to. */
export function notAFeature(name: string, facts: ColumnFacts): string | null {
  if (facts.missing === facts.rows) return "empty";
  if (saysConsent(name)) return "a consent";
  if (saysId(name)) return "an id or code, by its name";
  const isNumbered = facts.risesByOne || (facts.isNumbering && facts.rows >= 50);
  return facts.distinct > 2 && isNumbered ? "a row number" : null;
}

/** Why a column is no measure by the role that a schema declares, in words, or null where it is one. */
export function notAMeasureByRole(role: Role): string | null {
  return role === "measure" || role === "money" ? null : `${roleWords[role]}, by the schema`;
}

/** Why a column that identifies a row, by the user's word or a schema's, is no measure, in words. */
export function idReason(role: Role | null): string {
  return (role === null ? null : notAMeasureByRole(role)) ?? "an id, by --id";
}

/** Whether whole numbers between two ends are years, or dates or moments in digits (`20240131`, epoch seconds), the name helping. */
export function isDigitsDate(name: string, { minimum, maximum }: Pick<ColumnFacts, "minimum" | "maximum">): boolean {
  const parts = nameWords(name);
  if (minimum >= 1900 && maximum <= 2100) return true;
  if (minimum >= 19_000_101 && maximum <= 21_001_231) return true;
  if (parts.some((word) => yearWords.has(word)) && minimum >= 1800 && maximum <= 2200) return true;
  const saysTime = parts.some((word) => timeWords.has(word)) && !saysId(name);
  return saysTime && ((minimum >= 1e8 && maximum < 5e9) || (minimum >= 1e11 && maximum < 5e12));
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
