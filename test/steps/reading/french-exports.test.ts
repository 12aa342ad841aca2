import { afterAll, describe, expect, it, test } from "vitest";
import { Bench } from "./described.ts";

const bench = new Bench();
afterAll(() => bench.close());

const types = async (name: string, values: readonly string[]): Promise<string> =>
  (await bench.describe({ id: values.map((_, i) => `r${i}`), [name]: values })).columns[1]!.type;

describe("counts under the names that people give to moments", () => {
  const seconds = ["1684411200", "1695124800"];
  const millis = ["1684411200000", "1695124800000"];
  for (const name of [
    "Créé le",
    "Modifié le",
    "Inscription",
    "Dernier achat",
    "maj",
    "dernière_visite",
    "created_at",
  ]) {
    it(`${name}: seconds and milliseconds since 1970 are times`, async () => {
      expect(await types(name, seconds)).toBe("timestamp");
      expect(await types(name, millis)).toBe("timestamp");
    });
  }
  for (const name of ["montant", "dernier_montant", "dernière commande", "last_order", "client", "last_customer_id"]) {
    it(`${name}: ten digits may be an amount or a number of something`, async () => {
      expect(await types(name, seconds)).toBe("integer");
    });
  }
  it("days of a spreadsheet are dates under a word for dates only", async () => {
    expect(await types("Dernier achat", ["45064", "45065"])).toBe("integer");
    expect(await types("maj", ["0", "1684411200"])).toBe("integer");
  });
});

describe("times as people write them", () => {
  const at = async (values: readonly string[]): Promise<readonly unknown[]> =>
    bench.text(await bench.describe({ id: values.map((_, i) => `r${i}`), d: values }), "d");
  it("have an h, and à before it, behind a date in digits", async () => {
    expect(
      await at([
        "18/05/2023 à 10h30",
        "19/05/2023 9h05",
        "19/05/2023 à 09:05",
        "02/06/2023, 23 h 59",
        "1.7.2023 a\u0300 0H00",
        "2023-12-31 à 7h08",
      ]),
    ).toEqual([
      "2023-05-18 10:30:00",
      "2023-05-19 09:05:00",
      "2023-05-19 09:05:00",
      "2023-06-02 23:59:00",
      "2023-07-01 00:00:00",
      "2023-12-31 07:08:00",
    ]);
  });
  it("beside times with a colon they are one column, and no hour beyond 23 is one", async () => {
    expect(await at(["18/05/2023 10:30", "18/05/2023 10h30:15"])).toEqual(["18/05/2023 10:30", "18/05/2023 10h30:15"]);
    expect(await at(["18/05/2023 10:30", "18/05/2023 à 11h30"])).toEqual([
      "2023-05-18 10:30:00",
      "2023-05-18 11:30:00",
    ]);
    expect(await types("d", ["18/05/2023 à 25h30", "18/05/2023 à 11h30"])).toBe("text");
  });
});

test("codes of activities keep their zeros, with letters or without; rates do not become codes", async () => {
  expect(await types("naf", ["47.10", "62.01"])).toBe("text");
  expect(await types("Code APE", ["47.11", "62.021"])).toBe("text");
  expect(await types("naf", ["6201", "4710"])).toBe("integer");
  expect(await types("taux", ["47.10", "62.01"])).toBe("number");
  expect(await types("shape", ["47.10", "62.01"])).toBe("number");
});

test("a schema that says numbers of them comes before their names", async () => {
  const declared = new Map(
    ["naf", "maj"].map((name) => [name, { type: "number" as const, order: null, decimal: null }]),
  );
  const cells = { id: ["a", "b"], naf: ["47.10", "62.01"], maj: ["1684411200", "1695124800"] };
  const { columns } = await bench.describe(cells, { declared });
  expect(columns.map(({ type }) => type)).toEqual(["text", "number", "integer"]);
});
