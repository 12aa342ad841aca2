import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();

function file(name: string, text: string): string {
  writeFileSync(join(cwd, name), text);
  return name;
}

const written = (name: string): string => readFileSync(join(cwd, name), "utf8");

interface LookupJson {
  readonly matched: number;
  readonly missing: number;
  readonly unmatched: number;
  readonly unmatched_values: readonly { readonly value: string; readonly rows: number }[];
  readonly on: readonly { readonly form: string }[];
}

async function report(words: readonly string[]): Promise<{
  readonly lookups: readonly LookupJson[];
  readonly regions: Readonly<Record<string, unknown>>;
  readonly output: { readonly rows: number };
}> {
  const run = await segment([...words, "--json"], { cwd });
  expect(run.stderr).toBe("");
  return JSON.parse(run.stdout);
}

file(
  "customers.csv",
  "id,postcode,city\n1,1000,x\n2,69001,x\n3,20200,x\n4,F-75008,x\n5,75380 CEDEX 08,x\n6,97133,x\n7,,x\n8,98000,x\n9,97400,x\n" +
    "10,20000,x\n11,99123,x\n12,1000.0,x\n13,99123,x\n",
);
file(
  "insee.csv",
  "code_postal;population;city\n01000;41000;Bourg\n69001;30000;Lyon\n20000;70000;Ajaccio\n97400;150000;Saint-Denis\n",
);

describe("looking up in an outside table", () => {
  const words = ["ingest", "customers.csv", "--lookup", "insee=insee.csv", "--on", "postcode=code_postal"];

  test("adds its columns, in the order of the rows, whatever form the key is written in", async () => {
    const run = await segment([...words, "-q", "-o", "out.csv"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(written("out.csv")).toBe(
      "id,postcode,city,population,insee_city\n1,1000,x,41000,Bourg\n2,69001,x,30000,Lyon\n3,20200,x,,\n4,F-75008,x,,\n" +
        "5,75380 CEDEX 08,x,,\n6,97133,x,,\n7,,x,,\n8,98000,x,,\n9,97400,x,150000,Saint-Denis\n10,20000,x,70000,Ajaccio\n" +
        "11,99123,x,,\n12,1000.0,x,41000,Bourg\n13,99123,x,,\n",
    );
  });

  test("tells how many rows were found, and what was not", async () => {
    const { lookups, output } = await report(words);
    expect(output).toEqual({ rows: 13 });
    expect(lookups).toMatchObject([{ matched: 5, missing: 1, unmatched: 7, on: [{ form: "postcode" }] }]);
    expect(lookups[0]!.unmatched_values[0]).toEqual({ value: "99123", rows: 2 });
  });

  test("is refused where the key repeats, with the lines", async () => {
    file("twice.csv", "code_postal;population\n01000;1\n69001;2\n1000;3\n01000;4\n");
    const run = await segment(["ingest", "customers.csv", "--lookup", "i=twice.csv", "--on", "postcode=code_postal"], {
      cwd,
    });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("twice.csv, line 2, column code_postal");
    expect(run.stderr).toContain("01000 (lines 2, 4, 5)");
  });

  test("takes the columns that are named, of several tables, each by its own key", async () => {
    file("orders.csv", "id,country,store\n1,FR,007\n2,BE,8\n3,FR,9\n");
    file("countries.csv", "code,name,vat\nfr,France,20\nbe,Belgium,21\n");
    file("stores.csv", "store,opened,size\n7,2020-01-05,12\n8,2021-02-06,30\n");
    const words = ["ingest", "orders.csv", "--lookup", "c=countries.csv", "--on", "country=code"];
    const more = ["--lookup", "s=stores.csv", "--on", "store", "--take", "c.name,s.*"];
    const run = await segment([...words, ...more, "-q", "-o", "taken.csv"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(written("taken.csv")).toBe(
      "id,country,store,name,s_store,opened,size\n1,FR,007,France,7,2020-01-05,12\n2,BE,8,Belgium,8,2021-02-06,30\n3,FR,9,France,,,\n",
    );
  });

  test("by several columns at once", async () => {
    file("sales.csv", "shop,country,zip\na,FR,75001\nb,DE,75001\nc,DE,10115\n");
    file("zones.csv", "pays,code,zone\nFR,75001,Paris\nDE,75001,Pforzheim\n");
    const words = [
      "ingest",
      "sales.csv",
      "--lookup",
      "z=zones.csv",
      "--on",
      "country+zip=pays+code",
      "-q",
      "-o",
      "zones-out.csv",
    ];
    expect(await segment(words, { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(written("zones-out.csv")).toBe(
      "shop,country,zip,zone\na,FR,75001,Paris\nb,DE,75001,Pforzheim\nc,DE,10115,\n",
    );
  });

  test("a table of its own notation is read by the map", async () => {
    file("dates.csv", "code;since\n01000;01/02/2024\n69001;03/04/2024\n");
    file("lookup.yaml", "lookups:\n  d:\n    read: {dates: {since: dmy}}\n");
    const words = ["ingest", "customers.csv", "--lookup", "d=dates.csv", "--on", "postcode=code"];
    const refused = await segment(words, { cwd });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("2 January 2024");
    const run = await segment([...words, "--map", "lookup.yaml", "-q", "-o", "dated.csv"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(written("dated.csv").split("\n")[1]).toBe("1,1000,x,2024-02-01");
  });

  test.each([
    [["--lookup", "insee=insee.csv"], "--lookup needs the key: --on COL"],
    [["--lookup", "insee.csv", "--on", "postcode"], "--lookup insee.csv: not NAME=FILE"],
    [["--lookup", "i=insee.csv", "--on", "postcod"], "--on: no column postcod; did you mean postcode?"],
    [["--lookup", "i=insee.csv", "--on", "postcode=code"], "--on, in insee.csv: no column code"],
    [["--lookup", "i=insee.csv", "--on", "postcode=code_postal", "--take", "i.popul"], "no column popul"],
    [["--on", "postcode"], "there is no --lookup, so --on would have no effect"],
    [["--combine", "left"], "there is one table, so --combine would have no effect"],
  ])("says what is wrong: %s", async (words, message) => {
    const run = await segment(["ingest", "customers.csv", ...words], { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(message);
  });
});

describe("department and region from the postcode", () => {
  test("of Corsica, overseas, CEDEX and codes without their leading zero", async () => {
    const run = await segment(["ingest", "customers.csv", "--regions", "postcode", "-q", "-o", "regions.csv"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const rows = written("regions.csv")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => [line.split(",")[1], ...line.split(",").slice(3)].join(" | "));
    expect(rows).toEqual([
      "1000 | 01 | Ain | Auvergne-Rhône-Alpes",
      "69001 | 69 | Rhône | Auvergne-Rhône-Alpes",
      "20200 | 2B | Haute-Corse | Corse",
      "F-75008 | 75 | Paris | Île-de-France",
      "75380 CEDEX 08 | 75 | Paris | Île-de-France",
      "97133 | 977 | Saint-Barthélemy | Saint-Barthélemy",
      " |  |  | ",
      "98000 |  |  | ",
      "97400 | 974 | La Réunion | La Réunion",
      "20000 | 2A | Corse-du-Sud | Corse",
      "99123 |  |  | ",
      "1000.0 | 01 | Ain | Auvergne-Rhône-Alpes",
      "99123 |  |  | ",
    ]);
    const { regions } = await report(["ingest", "customers.csv", "--regions", "postcode"]);
    expect(regions).toMatchObject({ rows: 13, matched: 9, missing: 1, unmatched: 3, padded: 2, abroad: null });
  });

  test("only of French rows where the country is known", async () => {
    file("abroad.csv", "postcode,country\n1000,Belgique\n75001,France\n10115,DE\n97400,RE\n33000,\n");
    const run = await segment(
      ["ingest", "abroad.csv", "--regions", "postcode", "--country", "country", "-q", "-o", "abroad-out.csv"],
      { cwd },
    );
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(written("abroad-out.csv")).toBe(
      "postcode,country,department_code,department,region\n1000,Belgique,,,\n75001,France,75,Paris,Île-de-France\n" +
        "10115,DE,,,\n97400,RE,974,La Réunion,La Réunion\n33000,,33,Gironde,Nouvelle-Aquitaine\n",
    );
  });
});

test("addresses are compared as mailboxes, and stay as they are written", async () => {
  file(
    "people.csv",
    "email,n\nmarie.durand@gmail.com,1\nluc+promo@gmail.com,2\nZoé@exämple.fr,3\nJo.Na@outlook.com,4\nann+x@example.com,5\n",
  );
  file(
    "others.csv",
    "mail,found\nmariedurand@googlemail.com,a\nluc@gmail.com,b\nzoé@xn--exmple-cua.fr,c\njona@outlook.com,d\nann@example.com,e\n",
  );
  const words = ["ingest", "people.csv", "--lookup", "o=others.csv", "--on", "email=mail", "-q", "-o", "found.csv"];
  expect(await segment(words, { cwd })).toMatchObject({ code: 0, stderr: "" });
  // Dots count at Outlook, and what a tag is at a domain of its own is not known.
  expect(written("found.csv")).toBe(
    "email,n,found\nmarie.durand@gmail.com,1,a\nluc+promo@gmail.com,2,b\nZoé@exämple.fr,3,c\nJo.Na@outlook.com,4,\nann+x@example.com,5,\n",
  );
});

test("what is looked up is in plain notation too", async () => {
  file("few.csv", "id;optin;cp\n1;oui;01000\n2;Non;75001\n");
  file("facts.csv", "cp;ok;rev;dt\n01000;Oui;1 200,50 €;3 mai 2024\n75001;Non;-;4 mai 2024\n");
  const run = await segment(["ingest", "few.csv", "--lookup", "facts=facts.csv", "--on", "cp", "-q"], { cwd });
  expect(run.stdout).toBe(
    "id,optin,cp,ok,rev,dt\n1,true,01000,true,1200.50,2024-05-03\n2,false,75001,false,,2024-05-04\n",
  );
});
