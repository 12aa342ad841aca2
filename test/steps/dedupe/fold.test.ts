import { expect, test } from "vitest";
import { sql, value } from "../../../src/sql/template.ts";
import { foldKeySql, foldWordsSql } from "../../../src/steps/dedupe/fold.ts";
import { isPlaceholderEmailSql } from "../../../src/steps/dedupe/placeholders.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();

test.each([
  ["  Le   Gall ", "le gall", "legall"],
  ["N'Diaye", "ndiaye", "ndiaye"],
  ["L’Hermitte", "lhermitte", "lhermitte"],
  ["Saint-Léger", "saint leger", "saintleger"],
  ["E\u0301LODIE", "elodie", "elodie"],
  ["Bœuf & Fils", "boeuf fils", "boeuffils"],
  ["Ægir Straße ØRSTED Łukasz", "aegir strasse orsted lukasz", "aegirstrasseorstedlukasz"],
  ["SW1A 1AA", "sw1a 1aa", "sw1a1aa"],
  ["İstanbul IĞDIR", "istanbul igdir", "istanbuligdir"],
  ["Иванов-Петров", "иванов петров", "ивановпетров"],
  ["東京 都", "東京 都", "東京都"],
  ["- / .", "", ""],
  ["", "", ""],
  [null, null, null],
])("%j is compared as %j, as a key as %j", async (text, words, key) => {
  const query = sql`select ${foldWordsSql(value(text))} as words, ${foldKeySql(value(text))} as key`;
  const rows = await surroundings().context.engine.rows(query, 1);
  expect({ ...rows[0] }).toEqual({ words, key });
});

test.each([
  ["noreply@shop.fr", true],
  ["no-reply@shop.fr", true],
  ["ne-pas-repondre@shop.fr", true],
  ["noreply+42@shop.fr", true],
  ["test@shop.fr", true],
  ["xxx@shop.fr", true],
  ["aaaa@shop.fr", true],
  ["testa@shop.fr", false],
  ["j@shop.fr", false],
  ["marie.test@shop.fr", false],
  ["info@noreply.fr", false],
])("%s stands for having no address: %s", async (email, isPlaceholder) => {
  const query = sql`select ${isPlaceholderEmailSql(value(email))} as found`;
  const [row = {}] = await surroundings().context.engine.rows(query, 1);
  expect(row["found"]).toBe(isPlaceholder);
});
