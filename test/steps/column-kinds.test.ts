import { describe, expect, test } from "vitest";
import { columnFacts } from "../../src/steps/column-facts.ts";
import {
  moneyRank,
  nameWords,
  notAMeasure,
  saysConsent,
  saysId,
  saysLabel,
  saysRefusal,
} from "../../src/steps/column-kinds.ts";
import { openCompute } from "../../src/workers/pool.ts";

const compute = openCompute({ threads: 1 });
const list = (text: string): string[] => text.split(", ");
const fractions = columnFacts(
  compute,
  Float64Array.from({ length: 60 }, (_, i) => i * 1.37),
);

test.each([
  ["customerId", ["customer", "id"]],
  ["Customer ID", ["customer", "id"]],
  ["customer_id", ["customer", "id"]],
  ["IDClient", ["id", "client"]],
  ["customerIDs", ["customer", "ids"]],
  ["Numéro-de-client", ["numero", "de", "client"]],
  ["CA_HT 2024", ["ca", "ht", "2024"]],
  ["  ", []],
  ["ÉTÉ2023Ventes", ["ete2023", "ventes"]],
])("the words of the name %j", (name, words) => expect(nameWords(name)).toEqual(words));

describe("names of exports, French and English, and what their numbers are", () => {
  test.each(
    list(
      "id, ID, customer_id, CustomerId, customerID, IDClient, id_client, Identifiant client, identifiant, numero_client, " +
        "Numéro de commande, matricule, order ref, référence, Ref., code_postal, Code Postal, CP, postcode, zip, zip5, " +
        "ZipCode, siret, SIREN, code_insee, product_code, sku, EAN, telephone, Téléphone portable, tel, tel2, phone, " +
        "phone_1, Phone Number, mobile, customer number, N° client, No. client, Card Number, loyalty_number, invoiceNumber, uuid, guid, key, " +
        "iban, departement, département, order_count_id, store code",
    ),
  )("%s is an id or code", (name) => {
    expect(saysId(name)).toBe(true);
    expect(notAMeasure(name, fractions)).toBe("an id or code, by its name");
  });

  test.each(
    list(
      "paid, total_paid, video_views, identity_score, recode, decoded, optimum, coupons, coupons_used, monkey, zippers, " +
        "phonetic_score, refunds, refund_amount, preferences, mobility, hotel_nights, telesales, codec, keyboard_sales, " +
        "mobile_sessions, phone_calls, promo_codes_used, nb_codes_promo, nombre_appels_telephone, ca_telephone, " +
        "share_mobile, taux_mobile, number_of_orders, visits_number, reference_price_ratio, avidity, considered, " +
        "validity, bids, kids, portability, revenue, orders, recency, panier_moyen, age, tenure_months, " +
        "adoption, laptop_income, adopt_index, concepts, desktop_interest, months_subscribed, days_since_optin, " +
        "unsubscribed_count, classics, segments_viewed, clusters_x, targeted, personal_visits, subclass_x, yearling, " +
        "dated, update_count, timely, années_actives, carte_cadeau, ancienneté, annulations",
    ),
  )("%s is a measure", (name) => {
    expect(notAMeasure(name, fractions)).toBeNull();
  });

  test.each(
    list(
      "consent_email, Consent SMS, consentement, optin, opt_in, opt-in email, OptInSms, email_optin, newsletterOptin, " +
        "emailoptin, smsoptout, opt_out, gdpr, RGPD, subscribed, is_unsubscribed, permission, email_permissions, accord, " +
        "Accord SMS, abonné, abonnee, marketing_ok, sms_ok, emailOk, newsletter, Newsletter, accepte_newsletter, " +
        "newsletter_ok, newsletter_optin, accepte la newsletter, inscrit_newsletter",
    ),
  )("%s is a consent", (name) => {
    expect(saysConsent(name)).toBe(true);
    expect(notAMeasure(name, fractions)).toBe("a consent");
  });

  test.each(
    list(
      "opt_out, optout_sms, emailoptout, unsubscribed, désinscrit, desabonne, consent_refused, do_not_contact, doNotEmail, " +
        "do_not_call, DoNotContact, donotcontact, dnc, opted_out, optedOut, no_email, no_sms, stop_sms, STOP SMS, stop_email, " +
        "blacklisted, blacklist, black_listed, blacklisté, liste_noire, refus_sollicitation, refus, oppose, opposé, " +
        "opposition, opposition_prospection, ne_plus_contacter, Ne pas contacter, robinson, liste_robinson, bloctel, " +
        "refuse_newsletter, not_subscribed, non_abonné, no_consent, pas_de_sms",
    ),
  )("%s is a refusal", (name) => expect(saysRefusal(name)).toBe(true));

  test.each(
    list(
      "stops, nb_stops, notes, refused_orders, refuse_count, no_telephone, no_client, no_abonne, opt_in, consent, abonné, " +
        "subscribed, sms_ok, newsletter, email, sms, contact, not_found, opposition_count, days_since_optout, stop_loss, " +
        "blacklist_count, position, composed, non_food_spend, without_discount",
    ),
  )("%s is no refusal", (name) => expect(saysRefusal(name)).toBe(false));

  test.each(
    list(
      "newsletter_opens, newsletters_sent, newsletters, newsletter_clicks, newsletters_received, stops, notes, refused_orders, " +
        "nb_abonnes, accordion, sms_sent, email, booking_ok_rate, newsletter_revenue",
    ),
  )("%s is no consent", (name) => expect(saysConsent(name)).toBe(false));

  test.each(
    list(
      "segment, Segment RFM, rfm_segment, cluster, cluster_2, label, churn_label, class, classe, target, persona, cohort",
    ),
  )("%s is a label", (name) => {
    expect(saysLabel(name)).toBe(true);
    expect(notAMeasure(name, fractions)).toBe("a label");
  });

  test.each(
    list(
      "revenue, Revenue EUR, total_revenue, CA, ca_total, CA HT, chiffre d'affaires, montant, Montant total, amount, " +
        "order amount, sales, ventes, spend, total_spent, dépenses, monetary, turnover, clv, LTV, lifetime value, valeur",
    ),
  )("%s is money", (name) => expect(moneyRank(name)).toBeGreaterThan(0));

  test.each(
    list(
      "panier_moyen, avg_revenue, average amount, montant moyen, revenue_growth, revenue_share, sales_rank, nb_ventes, " +
        "sales_count, value_score, taux de ca, orders, visits, age, cancellations, salesman, evaluation, spendthrift, max_amount",
    ),
  )("%s is no money that adds up", (name) => expect(moneyRank(name)).toBe(0));
});

test("revenue comes before an amount, and an amount before a value", () => {
  const names = ["lifetime_value", "amount", "revenue", "ca"];
  expect(names.toSorted((a, b) => moneyRank(b) - moneyRank(a))).toEqual(["revenue", "ca", "amount", "lifetime_value"]);
});

describe("what the values say, whatever the name", () => {
  const why = (name: string, values: readonly number[]): string | null =>
    notAMeasure(name, columnFacts(compute, Float64Array.from(values)));
  const range = (first: number, count: number, step = 1): number[] =>
    Array.from({ length: count }, (_, i) => first + i * step);

  test.each([
    ["x", [NaN, NaN], "empty"],
    ["x", [4, 4, NaN], "constant"],
    ["x", [0, 1, 1, 0], "a flag of two values"],
    ["x", [1, 2, 1, 2, NaN], "a flag of two values"],
    ["x", range(1, 4), "a row number"],
    ["x", range(1000, 60), "a row number"],
    ["x", range(1000, 60).toReversed(), "a row number"],
    ["x", range(1, 20).toReversed(), null],
    ["x", range(1, 4, 2), null],
    ["annee_naissance", [1850, 1987, 2001], "a date or year in digits"],
    ["birth year", [1950, 1987, 2001], "a date or year in digits"],
    ["x", [1950, 1987, 2001], "a date or year in digits"],
    ["x", [20240101, 20231231, 20220704], "a date or year in digits"],
    ["created_ts", [1700000000, 1600000000, 1500000001], "a date or year in digits"],
    ["created_time", [1700000000000, 1600000000000, 1500000000001], "a date or year in digits"],
    ["x", [1700000000, 1600000000, 1500000001], null],
    ["points", [1850, 1987, 2001], null],
    ["x", [1950.5, 1987, 2001], null],
    ["x", [1950, 1987, 2101], null],
    ["basket", [12.5, 80, 3.2], null],
  ] as const)("%s of %j: %s", (name, values, reason) => expect(why(name, values)).toBe(reason));
});
