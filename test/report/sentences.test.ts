import * as fc from "fast-check";
import { expect, test } from "vitest";
import { conceptOf } from "../../src/report/concepts.ts";
import { segmentSentences } from "../../src/report/sentences.ts";

function sentencesOf(columns: readonly string[], ...z: readonly (readonly number[])[]): readonly string[] {
  return segmentSentences({ columns, segments: z.map((_, s) => s + 1), z });
}

test("the best customers read as an analyst would say it, what they lack last", () => {
  const columns = ["revenue", "recency", "emails_opened", "returns", "age"];
  expect(sentencesOf(columns, [1.8, -1.2, 0.9, -0.6, 0.1])).toEqual([
    "high revenue, recent, opens e-mail; few returns",
  ]);
});

test("the strongest deviation opens the sentence, from two standard deviations on it is very strong", () => {
  expect(sentencesOf(["recency", "orders", "basket"], [2.3, -0.8, 0.7])).toEqual([
    "not seen for very long, few orders; high basket",
  ]);
});

test("a segment near the mean everywhere is said to be so", () => {
  expect(sentencesOf(["revenue", "orders"], [0.2, -0.4])).toEqual(["close to the average in everything"]);
});

test("French columns are understood, with or without accents", () => {
  expect(sentencesOf(["ca_total", "dernièreCommande", "nb_commandes", "panier_moyen"], [1.1, -0.9, 0.8, -0.7])).toEqual(
    ["high revenue, recent, many orders; low basket"],
  );
});

test("a later date of the last order is more recent", () => {
  const later = { columns: ["last_order"], segments: [1], z: [[1.2]] };
  expect(segmentSentences(later)).toEqual(["not seen for long"]);
  expect(segmentSentences({ ...later, dates: ["last_order"] })).toEqual(["recent"]);
});

test("any other column is high or low by its own name, cut when it is very long", () => {
  expect(sentencesOf(["petal width", "x"], [1.1, -2.2])).toEqual(["very low x; high petal width"]);
  const [long] = sentencesOf(["n".repeat(10_000)], [1]);
  expect(long).toBe(`high ${"n".repeat(20)}…${"n".repeat(19)}`);
  expect(sentencesOf(["a\nb"], [1])).toEqual(["high a\\nb"]);
});

test("two columns of one meaning are said once when they agree and by name when they do not", () => {
  expect(sentencesOf(["revenue", "amount"], [1.5, 1.2])).toEqual(["high revenue"]);
  expect(sentencesOf(["revenue", "amount"], [1.5, -1.2])).toEqual(["high revenue; low amount"]);
});

test("columns that only look alike are told apart", () => {
  const names: readonly (readonly [string, string | undefined])[] = [
    ["orders_last_90_days", "orders"],
    ["last_order_days", "recency"],
    ["days_since_signup", "tenure"],
    ["order_value", "basket"],
    ["unit_price", "price"],
    ["customer_since", undefined],
    ["revenu_foyer", "income"],
    ["revenus", "income"],
    ["revenues", "revenue"],
    ["emails_sent", "e-mails"],
    ["clic_rate", "clicks"],
    ["page", undefined],
    ["calories", undefined],
    ["age_scaled", "age"],
    ["birth_year", "birth"],
    ["anciennete_mois", "tenure"],
  ];
  for (const [column, concept] of names) expect([column, conceptOf(column)?.name]).toEqual([column, concept]);
});

test("segments that deviate alike get further phrases until their sentences differ", () => {
  expect(sentencesOf(["revenue", "orders"], [1.2, 0.3], [1.3, -0.2])).toEqual([
    "high revenue, if anything many orders",
    "high revenue; if anything few orders",
  ]);
  expect(sentencesOf(["revenue"], [0.9], [1.4])).toEqual(["high revenue", "high revenue; more revenue than segment 1"]);
  expect(sentencesOf(["revenue"], [0.9], [0.9])).toEqual(["high revenue", "high revenue; like segment 1"]);
});

test("no two segments of a run have the same sentence", () => {
  const columns = ["recency", "orders", "revenue", "visits"];
  const row = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 9 }), (z) => {
      expect(new Set(sentencesOf(columns, ...z)).size).toBe(z.length);
    }),
  );
});
