import { parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js";
import { describe, expect, test } from "vitest";
import { csvColumn, withClean } from "./with-clean.ts";

const { run, surroundings } = withClean();

interface Check {
  readonly column: string;
  readonly kind: string;
  readonly action: string | null;
  readonly valid: number;
  readonly invalid: number;
  readonly missing: number;
  readonly removed: number;
}

const checksOf = (json: Record<string, unknown>): readonly Check[] => json["checks"] as Check[];

/** A CSV of columns, each cell quoted where it must be. */
function csv(columns: Readonly<Record<string, readonly string[]>>): string {
  const field = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const names = Object.keys(columns);
  const rows = columns[names[0]!]!.map((_, i) => names.map((name) => field(columns[name]![i]!)).join(","));
  return `${["row", ...names].join(",")}\n${rows.map((row, i) => `r${i + 1},${row}`).join("\n")}\n`;
}

describe("control and zero-width characters", () => {
  test.each([
    ["a\u009fb", "ab"],
    ["\u202a+33 6\u202c x", "+33 6 x"],
    ["Du\u00adpont", "Dupont"],
    ["Du\u200dpont", "Dupont"],
    ["👩\u200d👧 x", "👩\u200d👧 x"],
    ["می\u200cخواهم", "می\u200cخواهم"],
  ])("%j becomes %j, as a rule of its own", async (before, after) => {
    const { column, json } = await run(csvColumn("value", [before, "other"]));
    expect(column("value")).toEqual([after, "other"]);
    const found = (json["columns"] as { column: string; rules: { rule: string; count: number }[] }[]).find(
      (one) => one.column === "value",
    );
    expect(found!.rules.map(({ rule }) => rule)).toEqual(before === after ? [] : ["control"]);
  });
});

test("form KC makes compatible letters plain, form C leaves them", async () => {
  const cells = ["ﬁn Ａ", "m²", "Ⅳ", "été"];
  expect((await run(csvColumn("value", cells), { unicode: "nfkc" })).column("value")).toEqual([
    "fin A",
    "m2",
    "IV",
    "été",
  ]);
  expect((await run(csvColumn("value", cells))).column("value")).toEqual(cells);
});

test("accents are folded to plain letters, ligatures and strokes too, in named columns alone", async () => {
  const cells = ["Œuvre", "Straße", "Łódź", "Søren Æ", "ıĐÞ", "Été", "N'Diaye"];
  const { rows } = await run(csv({ a: cells, b: cells }), { foldAccents: ["a"] });
  expect(rows.map((row) => row[1])).toEqual(["OEuvre", "Strasse", "Lodz", "Soren AE", "iDTH", "Ete", "N'Diaye"]);
  expect(rows.map((row) => row[2])).toEqual(cells);
});

describe("e-mail addresses", () => {
  test("domains beyond ASCII take the form of mail servers, and are told to be right", async () => {
    const cells = ["Jo@MÜLLER.de", "a@straße.de", "b@例え.jp", "c@ex.fr"];
    const { column } = await run(csvColumn("email", cells), { emailCheck: "flag" });
    // RFC 3492 and UTS 46 by Python's idna: müller, straße and 例え.
    expect(column("email")).toEqual(["jo@xn--mller-kva.de", "a@xn--strae-oqa.de", "b@xn--r8jz45g.jp", "c@ex.fr"]);
    expect(column("email_valid")).toEqual(["true", "true", "true", "true"]);
  });

  test("addresses of a function and of domains to throw away are told; dots and tags stay", async () => {
    const cells = [
      "Info@ex.fr",
      "sales2@ex.fr",
      "informatique@ex.fr",
      "j.o+news@gmail.com",
      "x@sub.yopmail.com",
      "x@notyopmail.com",
      "",
    ];
    const { column } = await run(csvColumn("email", cells), { emailFlags: ["role", "disposable"] });
    expect(column("email")[3]).toBe("j.o+news@gmail.com");
    expect(column("email_role")).toEqual(["true", "true", "false", "false", "false", "false", null]);
    expect(column("email_disposable")).toEqual(["false", "false", "false", "false", "true", "false", null]);
  });
});

describe("telephone numbers", () => {
  const french = [
    "06 12 34 56 78",
    "0612345678",
    "06.12.34.56.78",
    "+33 (0)6 12 34 56 78",
    "0033612345678",
    "612345678",
    "612345678.0",
  ];

  test("every notation of a French number becomes one, and what is none stays and is told", async () => {
    const { column, json } = await run(csv({ tel: [...french, "12", "+49 30 1234567", ""] }), {
      phone: ["tel"],
      country: "France",
      check: ["flag"],
    });
    expect(column("tel")).toEqual([...french.map(() => "+33612345678"), "12", "+49301234567", null]);
    expect(column("tel_valid")).toEqual([...french.map(() => "true"), "false", "true", null]);
    expect(checksOf(json)).toEqual([
      {
        column: "tel",
        kind: "phone",
        action: "flag",
        valid: 8,
        invalid: 1,
        missing: 1,
        open: 0,
        removed: 0,
        why: "named by an option",
      },
    ]);
  });

  test("the country of a row may stand in a column, by name or code, in any of five languages", async () => {
    const input = csv({
      tel: ["06 12 34 56 78", "030 123456", "020 7946 0018", "0471 12 34 56", "06 12 34 56 78"],
      pays: ["France", "Allemagne", "UK", "be", ""],
    });
    const { column } = await run(input, { phone: ["tel"], countryColumn: "pays" });
    expect(column("tel")).toEqual(["+33612345678", "+4930123456", "+442079460018", "+32471123456", "06 12 34 56 78"]);
    const { column: both } = await run(input, { phone: ["tel"], countryColumn: "pays", country: "FR" });
    expect(both("tel")[4]).toBe("+33612345678");
  });

  test("numbers are right and wrong as libphonenumber has them", async () => {
    const countries: readonly CountryCode[] = ["FR", "DE", "GB", "IT", "US", "ES", "BE", "CH"];
    const digits = [
      "612345678",
      "0612345678",
      "123",
      "0999999999",
      "2025550123",
      "3011234567",
      "0301234567",
      "7400123456",
    ];
    for (const country of countries) {
      const { column } = await run(csv({ tel: digits }), { phone: ["tel"], country, check: ["flag"] });
      digits.forEach((text, i) => {
        const known = parsePhoneNumberFromString(text, country);
        if (known?.isValid() === true)
          expect([column("tel")[i], column("tel_valid")[i]]).toEqual([known.number, "true"]);
        else if (column("tel_valid")[i] === "true") expect([text, country]).toEqual(["is none", column("tel")[i]]);
      });
    }
  });

  test("wrong ones may be emptied, or their rows dropped; auto finds the columns", async () => {
    const input = csv({ a: ["x", "y", "z"], mobile: ["06 12 34 56 78", "12", "07 12 34 56 78"] });
    const emptied = await run(input, { phone: ["auto"], country: "FR", check: ["phone=null"] });
    expect(emptied.column("mobile")).toEqual(["+33612345678", null, "+33712345678"]);
    const dropped = await run(input, { phone: ["mobile"], country: "FR", check: ["mobile=drop"] });
    expect(dropped.column("a")).toEqual(["x", "z"]);
    expect(dropped.json).toMatchObject({ removed: 1, output: { rows: 2 } });
    expect(checksOf(dropped.json)[0]).toMatchObject({ invalid: 1, removed: 1 });
  });
});

describe("numbers whose country is not known are neither valid nor wrong", () => {
  const tel = ["0612345678", "06 12 34 56 79", "030 123456", "+49 30 1234567", "+33 6", "by mail", "12"];
  const input = csv({ tel, pays: ["FR", "", "Narnia", "", "", "", "FR"] });
  const formed = ["+33612345678", "06 12 34 56 79", "030 123456", "+49301234567", "+33 6", "by mail", "12"];

  test("by a column of countries", async () => {
    const given = { phone: ["tel"], countryColumn: "pays" };
    const flagged = await run(input, { ...given, check: ["flag"] });
    expect(flagged.column("tel")).toEqual(formed);
    expect(flagged.column("tel_valid")).toEqual(["true", null, null, "true", "false", "false", "false"]);
    expect(checksOf(flagged.json)[0]).toMatchObject({ valid: 2, invalid: 3, missing: 0, open: 2 });
    const emptied = await run(input, { ...given, check: ["null"] });
    expect(emptied.column("tel")).toEqual([...formed.slice(0, 4), null, null, null]);
    const dropped = await run(input, { ...given, check: ["phone=drop"] });
    expect(dropped.column("tel")).toEqual(formed.slice(0, 4));
  });

  test("without any country", async () => {
    const { column, json } = await run(input, { phone: ["tel"], check: ["null"] });
    expect(column("tel")).toEqual([...tel.slice(0, 3), "+49301234567", null, null, "12"]);
    expect(checksOf(json)[0]).toMatchObject({ valid: 1, invalid: 2, open: 4 });
    expect(json["warnings"]).toContainEqual({
      code: "no-country",
      message: "tel: 4 numbers without a country stay as written; --country FR or --country-column COL says which",
    });
  });
});

describe("postcodes", () => {
  test.each([
    ["FR", "1000", "01000", "true"],
    ["FR", "75001", "75001", "true"],
    ["FR", "20 090", "20090", "true"],
    ["FR", "F-69003", "69003", "true"],
    ["FR", "97400", "97400", "true"],
    ["FR", "98800", "98800", "true"],
    ["FR", "75908", "75908", "true"],
    ["FR", "96000", "96000", "false"],
    ["FR", "2A004", "2A004", "false"],
    ["FR", "99100", "99100", "false"],
    ["RE", "97411", "97411", "true"],
    ["DE", "1067", "01067", "true"],
    ["NL", "1234ab", "1234 AB", "true"],
    ["GB", "sw1a1aa", "SW1A 1AA", "true"],
    ["GB", "SW1A", "SW1A", "false"],
    ["PT", "1000001", "1000-001", "true"],
    ["SE", "11455", "114 55", "true"],
    ["PL", "00950", "00-950", "true"],
    ["IT", "187", "00187", "true"],
    ["BE", "B-1000", "1000", "true"],
    ["ES", "8001", "08001", "true"],
    ["LV", "1050", "LV-1050", "true"],
    ["JP", "100-0001", "100-0001", null],
  ])("%s %s is %s", async (country, before, after, valid) => {
    const input = csv({ cp: [before, "75001"], pays: [country, "FR"] });
    const { column } = await run(input, { postcode: ["cp"], countryColumn: "pays", check: ["flag"] });
    expect([column("cp")[0], column("cp_valid")[0]]).toEqual([after, valid]);
  });

  test("a column of numbers keeps its zeros, in CSV and Parquet", async () => {
    const { context, path } = surroundings();
    const first = await run(csv({ cp: ["1000", "75001", "20090"] }), { postcode: ["cp"], country: "FR" });
    expect(first.column("cp")).toEqual(["01000", "75001", "20090"]);
    await context.engine.write(
      (await run(csv({ cp: ["1000", "75001"] }))).outcome.table!["typed" as never],
      path("cp.parquet"),
      "parquet",
    );
    expect((await run(path("cp.parquet"), { postcode: ["cp"], country: "FR" })).column("cp")).toEqual([
      "01000",
      "75001",
    ]);
  });
});

describe("places and postcodes by the official table", () => {
  const table = [
    "#Code_commune_INSEE;Nom_de_la_commune;Code_postal;Libelle_d_acheminement;Ligne_5",
    "01053;BOURG EN BRESSE;01000;BOURG EN BRESSE;",
    "75101;PARIS 01;75001;PARIS;",
    "42218;ST ETIENNE;42000;ST ETIENNE;",
    "2A004;AJACCIO;20090;AJACCIO;",
    "97411;ST DENIS;97400;ST DENIS;",
    "",
  ].join("\n");
  const input = csv({
    cp: ["1000", "75001", "75001", "42000", "42055", "20090", "97400", "69999", "10115", "75001"],
    ville: [
      "Bourg-en-Bresse",
      "Paris 1er",
      "Lyon",
      "Saint-Étienne",
      "St Etienne Cedex 2",
      "Ajaccio",
      "SAINT DENIS",
      "Lyon",
      "Berlin",
      "",
    ],
    pays: ["FR", "", "FR", "France", "FR", "FR", "RE", "FR", "DE", "FR"],
  });
  const given = { postcode: ["cp"], city: ["ville"], country: "FR", countryColumn: "pays" };

  test("are told: CEDEX by its department, foreign rows not at all", async () => {
    const postcodes = surroundings().put("laposte.csv", table);
    const { column } = await run(input, { ...given, postcodes, check: ["flag"] });
    expect(column("cp")[0]).toBe("01000");
    const yes = "true";
    expect(column("cp_valid")).toEqual([yes, yes, yes, yes, yes, yes, yes, "false", yes, yes]);
    expect(column("ville_valid")).toEqual([yes, yes, "false", yes, yes, yes, yes, "false", null, null]);
  });

  test("without the table, or with another one, stop the run", async () => {
    await expect(run(input, given)).rejects.toThrow(/none is given/);
    const postcodes = surroundings().put("other.csv", "a,b\n1,2\n");
    await expect(run(input, { ...given, postcodes })).rejects.toThrow(/no columns code_postal/);
    await expect(run(input, { ...given, postcode: undefined })).rejects.toThrow(
      /no telephone numbers or postcodes are named/,
    );
  });
});

describe("words that stand for one of few things", () => {
  test("countries, genders and titles, each in the words of several languages; others stay", async () => {
    const { column, json } = await run(
      csv({
        pays: ["France", "Deutschland", "U.K.", "ESP", "côte d’ivoire", "Atlantis"],
        sexe: ["H", "Femme", "Mme", "divers", "w", "?"],
        civ: ["Monsieur", "MME", "mlle.", "Dr", "mister", "Cher"],
      }),
      { countryNames: ["auto"], gender: ["sexe"], title: ["auto"].map(() => "civ"), check: ["flag"] },
    );
    expect(column("pays")).toEqual(["FR", "DE", "GB", "ES", "CI", "Atlantis"]);
    expect(column("pays_valid")).toEqual(["true", "true", "true", "true", "true", "false"]);
    expect(column("sexe")).toEqual(["male", "female", "female", "other", "female", null]);
    expect(column("civ")).toEqual(["M.", "Mme", "Mlle", "Dr", "Mr", "Cher"]);
    expect(checksOf(json).map(({ kind, valid, invalid }) => [kind, valid, invalid])).toEqual([
      ["country", 5, 1],
      ["gender", 5, 0],
      ["title", 5, 1],
    ]);
  });
});

describe("amounts with a currency", () => {
  test("become numbers, with a column of codes where there are several", async () => {
    const { column, header, json } = await run(
      csv({ prix: ["12,50 €", "EUR 1 234,00", "$5,25", "-3,10 £", "2,00 CHF", "7,5", ""] }),
      {
        money: ["prix"],
        decimal: ",",
      },
    );
    expect(column("prix").slice(0, 4)).toEqual(["12.50", "1234.00", "5.25", "-3.10"]);
    expect(column("prix").slice(5)).toEqual(["7.5", null]);
    expect(header).toContain("prix_currency");
    expect(column("prix_currency")).toEqual(["EUR", "EUR", "USD", "GBP", "CHF", null, null]);
    expect(
      (json["columns"] as { column: string; rules: { rule: string }[] }[])[1]!.rules.map(({ rule }) => rule),
    ).toContain("money");
  });

  test("of one currency need no column of codes", async () => {
    const { column, header } = await run(csv({ prix: ["12.50 €", "3 EUR"] }), { money: ["prix"] });
    expect(column("prix")).toEqual(["12.50", "3"]);
    expect(header).toEqual(["row", "prix"]);
  });
});

describe("rows left out by conditions", () => {
  const input = csv({
    email: ["A@ex.fr", "test@ex.fr", "b@ex.fr", "c@ex.fr"],
    pays: ["FR", "FR", "DE", ""],
    n: ["1", "2", "3", "4"],
  });

  test("are counted under the first condition that holds, of values in form, before anything is learned", async () => {
    const { column, json } = await run(input, {
      excludeWhere: ["tests: email = test@ex.fr", "pays is missing", "n >= 4"],
      impute: ["pays=mode"],
    });
    expect(column("n")).toEqual(["1", "3"]);
    expect(json).toMatchObject({ removed: 2, output: { rows: 2 } });
    expect(json["excluded"]).toEqual([
      { name: "tests", where: "email = test@ex.fr", count: 1 },
      { name: "pays is missing", where: "pays is missing", count: 1 },
      { name: "n >= 4", where: "n >= 4", count: 0 },
    ]);
  });

  test.each([
    ["emial = x", /--exclude-where.*emial/],
    ["n ~ 3", /--exclude-where .*not an operator/],
  ])("%s is refused in the option's name", async (where, message) => {
    await expect(run(input, { excludeWhere: [where] })).rejects.toThrow(message);
  });

  test("that leave nothing stop the run", async () => {
    await expect(run(input, { excludeWhere: ["n > 0"] })).rejects.toMatchObject({ code: "nothing-left" });
  });
});

test.each([
  [{ phone: ["tel"], gender: ["tel"] }, "usage", /both name tel/],
  [{ postcode: ["tel"] }, "usage", /of which country/],
  [{ phone: ["tel"], country: "Frnace" }, "unknown-choice", /no country/],
  [{ phone: ["tle"] }, "unknown-column", /no column tle/],
  [{ phone: ["tel"], country: "FR", check: ["phnoe=null"] }, "usage", /no column of that name or kind/],
  [{ phone: ["auto"], columns: ["row"] }, "usage", /no column looks like one/],
  [{ emailFlags: ["rolle"], email: ["tel"] }, "unknown-choice", /--email-flags rolle/],
  [{ country: "FR" }, "usage", /no telephone numbers or postcodes/],
  [{ phone: ["tel"], country: "FR", check: ["quarantine"] }, "usage", /no file is named/],
])("%j is refused", async (given, code, message) => {
  const failed = run(csv({ tel: ["0612345678", "x"] }), given);
  await expect(failed).rejects.toMatchObject({ code });
  await expect(failed).rejects.toThrow(message);
});
