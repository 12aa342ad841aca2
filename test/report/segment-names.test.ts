import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Lang } from "../../src/core/lang.ts";
import { conceptNames } from "../../src/report/concept-names.ts";
import { conceptOf } from "../../src/report/concepts.ts";
import { frenchConcepts } from "../../src/report/concepts-fr.ts";
import { segmentNames } from "../../src/report/segment-names.ts";
import { segmentSentences } from "../../src/report/sentences.ts";

function namesOf(lang: Lang, columns: readonly string[], ...z: readonly (readonly number[])[]): readonly string[] {
  return segmentNames({ columns, segments: z.map((_, s) => s + 1), z, lang });
}

test("a name says the two strongest deviations, adjective before noun in English and where French has it", () => {
  const columns = ["revenue", "recency", "age"];
  expect(namesOf("en", columns, [1.8, -1.2, 0.1])).toEqual(["Recent big spenders"]);
  expect(namesOf("fr", columns, [1.8, -1.2, 0.1])).toEqual(["Gros acheteurs récents"]);
  expect(namesOf("fr", ["orders", "recency"], [-1.1, 0.9])).toEqual(["Acheteurs occasionnels et inactifs"]);
  expect(namesOf("fr", ["basket", "tenure"], [1.1, -0.9])).toEqual(["Nouveaux acheteurs à gros panier"]);
  expect(namesOf("fr", ["age", "recency"], [1.1, -0.9])).toEqual(["Clients plus âgés et récents"]);
  expect(namesOf("en", ["age", "recency"], [1.1, -0.9])).toEqual(["Older, recent customers"]);
});

test("a deviation of less than half a standard deviation, or of less than half the strongest, is in no name", () => {
  expect(namesOf("en", ["revenue", "recency"], [0.9, 0.49])).toEqual(["Big spenders"]);
  expect(namesOf("en", ["revenue", "recency"], [1.9, 0.94])).toEqual(["Big spenders"]);
  expect(namesOf("en", ["revenue", "recency"], [0.2, -0.4])).toEqual(["Average customers"]);
  expect(namesOf("fr", ["revenue", "recency"], [0.2, -0.4])).toEqual(["Clients moyens"]);
});

test("names that would be equal are told apart by degree, then by a further deviation, then by number", () => {
  expect(namesOf("en", ["revenue"], [0.9], [2.4])).toEqual(["Big spenders", "Very big spenders"]);
  expect(namesOf("fr", ["revenue"], [0.9], [2.4])).toEqual(["Gros acheteurs", "Très gros acheteurs"]);
  expect(namesOf("en", ["revenue", "complaints"], [1.9, 0.6], [1.9, -0.6])).toEqual([
    "Big spenders, many complaints",
    "Big spenders, few complaints",
  ]);
  expect(namesOf("en", ["revenue"], [0.1], [0.2])).toEqual(["Average customers (1)", "Average customers (2)"]);
});

test("a name that is taken is given to no other segment", () => {
  const input = { columns: ["revenue"], segments: [4], z: [[0.9]] };
  expect(segmentNames(input, ["BIG SPENDERS"])).toEqual(["Big spenders (4)"]);
});

test("a column that no concept is known for stands as it is", () => {
  expect(namesOf("en", ["petal width", "x"], [1.1, -2.2])).toEqual(["Low x, high petal width"]);
  expect(namesOf("fr", ["petal width", "x"], [1.1, -2.2])).toEqual(["x bas, petal width élevé"]);
});

test("sentences are French where that is asked for, in its typography", () => {
  const columns = ["ca_total", "recency", "emails_opened", "returns", "âge"];
  const sentence = (...z: readonly number[]): readonly string[] =>
    segmentSentences({ columns, segments: [1], z: [z], lang: "fr" });
  expect(sentence(1.8, -2.2, 0.9, -0.6, 0.1)).toEqual([
    "très récents, chiffre d’affaires élevé, ouvrent leurs e-mails\u00a0; peu de retours",
  ]);
  expect(sentence(0, 0, 0, 0, 0)).toEqual(["proches de la moyenne en tout"]);
  const alike = { columns: ["annulations"], segments: [1, 2], z: [[-0.9], [-1.4]], lang: "fr" as const };
  expect(segmentSentences(alike)).toEqual([
    "peu d’annulations",
    "peu d’annulations\u00a0; annulations plus bas que dans le segment 1",
  ]);
});

test("every concept has French phrases, and its names in both languages or in none", () => {
  const columns = (
    "basket price margin income clv revenue birth tenure recency opens clicks unsubscribes complaints email returns cancel " +
    "discounts duration items orders visits reviews satisfaction points age children household distance"
  ).split(" ");
  const concepts = columns.map((column) => conceptOf(column)?.name ?? column);
  expect(concepts.toSorted()).toEqual(Object.keys(frenchConcepts).toSorted());
  expect(Object.keys(conceptNames.fr)).toEqual(Object.keys(conceptNames.en));
  expect(Object.keys(conceptNames.en).filter((name) => !concepts.includes(name))).toEqual([]);
});

test("no two segments of a fit share a name, whatever their profiles", () => {
  const column = fc.constantFrom("revenue", "amount", "recency", "age", "tenure", "petal width", "complaints", "x");
  const value = fc.constantFrom(-2.5, -1, -0.3, 0, 0.4, 0.6, 2.5);
  const profiles = fc.uniqueArray(column, { minLength: 1, maxLength: 6 }).chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      z: fc.array(fc.array(value, { minLength: columns.length, maxLength: columns.length }), { maxLength: 12 }),
      lang: fc.constantFrom<Lang>("en", "fr"),
    }),
  );
  fc.assert(
    fc.property(profiles, ({ columns, z, lang }) => {
      const names = namesOf(lang, columns, ...z);
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(z.length);
      expect(names.every((name) => name.trim() === name && name !== "" && !name.includes("{"))).toBe(true);
    }),
  );
});
