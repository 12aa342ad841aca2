import { expect, test } from "vitest";
import type { OutputTable } from "../../../src/core/command.ts";
import { csvColumn, withClean } from "./with-clean.ts";

const { run, surroundings } = withClean();

async function twice(cells: readonly string[], options: object) {
  const { context, path } = surroundings();
  const once = await run(csvColumn("text", cells), { ...options });
  await context.engine.write((once.outcome.table as OutputTable).query, path("once.csv"), "csv");
  const again = await run(path("once.csv"), { ...options });
  return { once: once.column("text"), again: again.column("text"), rules: again.json["columns"] };
}

// An accent that stands alone leaves a space, and a capital that gets small may leave another Unicode form.
test.each([
  [["A\u00a8", "\u00b4 N/A", "b"], { unicode: "nfkc", foldAccents: ["text"] }, ["A", null, "b"]],
  [["\u0130\u0301x", "mot"], { case: ["text=lower"] }, ["\u00edx", "mot"]],
  [["\uff4fui", "non", "oui"], { unicode: "nfkc" }, ["true", "false", "true"]],
  [["\uff11 \uff12\uff13\uff14", "2 500", "17"], { unicode: "nfkc" }, ["1234", "2500", "17"]],
])("%j by %j is what it is the second time", async (cells, options, expected) => {
  const { once, again, rules } = await twice(cells, options);
  expect(once).toEqual(expected);
  expect(again).toEqual(expected);
  expect((rules as { changed: number }[]).map(({ changed }) => changed)).toEqual([0, 0]);
});

test("a country whose code is a word for missing goes by its name, and telephone numbers know it", async () => {
  const countries = ["Namibie", "NAM", "France", "Atlantide", ""];
  const text = ["row,country,phone", ...countries.map((one, i) => `r${i},${one},061 123 4567`), ""].join("\n");
  const found = await run(text, {
    countryNames: ["country"],
    countryColumn: "country",
    country: "FR",
    phone: ["phone"],
  });
  expect(found.column("country")).toEqual(["Namibia", "Namibia", "FR", "Atlantide", null]);
  // Of a country that is not known no number is made; a row that names none is of France.
  expect(found.column("phone").slice(0, 4)).toEqual(["+264611234567", "+264611234567", "+33611234567", "061 123 4567"]);
  const named = await run(text, { countryNames: ["country"], null: ["inconnu"] });
  expect(named.column("country")[0]).toBe("NA");
});

test("a column of Norway alone is one of countries", async () => {
  const found = await run("row,country\nr1,NO\nr2,NO\n", { countryNames: ["country"] });
  expect(found.column("country")).toEqual(["NO", "NO"]);
});

test("a whole number among the words for missing is one in any writing, in a column of numbers", async () => {
  const numbers = await run(csvColumn("v", ["1.5", "999.0", "999", "2.0"]), { null: ["999"] });
  expect(numbers.column("v")).toEqual(["1.5", null, null, "2.0"]);
  const texts = await run(csvColumn("v", ["a", "999.0", "999"]), { null: ["999"] });
  expect(texts.column("v")).toEqual(["a", "999.0", null]);
});

test("addresses keep their accents, and what is no address its case", async () => {
  const cells = ["info@m\u00fcller.de", "Acme SARL", "B@Y.fr", "c@z.fr"];
  const found = await run(csvColumn("text", cells), { email: ["text"], foldAccents: ["text"] });
  expect(found.column("text")).toEqual(["info@xn--mller-kva.de", "Acme SARL", "b@y.fr", "c@z.fr"]);
});

test("numbers without a country stay as written, and the report says what is missing", async () => {
  const found = await run(csvColumn("tel", ["06 12 34 56 78", "+33 6 12 34 56 78"]), { phone: ["tel"] });
  expect(found.column("tel")).toEqual(["06 12 34 56 78", "+33612345678"]);
  expect(found.json["warnings"]).toMatchObject([{ code: "no-country" }]);
});

test("amounts of another currency than the model's are refused; told currencies stay the second time", async () => {
  const { context, path, put } = surroundings();
  const euros = await run(csvColumn("m", ["5 €", "6 €"]), { money: ["m"], saveModel: path("euros.json") });
  const model = put(
    "euros.json",
    euros.outcome.files!.find((file) => file.path.endsWith("euros.json"))!.text as string,
  );
  await expect(run(csvColumn("m", ["5 $", "6 €", "7 GBP"]), { model })).rejects.toThrow(
    "m holds amounts in GBP, USD, and the model knows it in EUR",
  );
  await expect(run(csvColumn("m", ["8 €", "9"]), { model })).resolves.toMatchObject({
    rows: [
      ["r1", "8"],
      ["r2", "9"],
    ],
  });
  const mixed = await run(csvColumn("m", ["5 $", "6 €"]), { money: ["m"], saveModel: path("mixed.json") });
  const both = put("mixed.json", mixed.outcome.files!.find((file) => file.path.endsWith("mixed.json"))!.text as string);
  expect(mixed.column("m_currency")).toEqual(["USD", "EUR"]);
  await context.engine.write((mixed.outcome.table as OutputTable).query, path("mixed.csv"), "csv");
  const again = await run(path("mixed.csv"), { model: both, overwrite: true });
  expect(again.rows).toEqual(mixed.rows);
});
