import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");

interface IngestJson {
  readonly warnings: { code: string; message: string }[];
  readonly columns: {
    name: string;
    type: string;
    order: string | null;
    currency?: string | null;
    percent?: boolean;
    formats?: string[];
    why: string;
  }[];
}

async function ingested(words: readonly string[]): Promise<IngestJson> {
  const run = await segment(["ingest", ...words, "--json"], { cwd });
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
  return JSON.parse(run.stdout) as IngestJson;
}

beforeAll(() => {
  put(
    "crm.csv",
    [
      "id;montant;remise;solde;inscrit;modifié;date_fin;ok",
      "1;1 234,56 €;12 %;(12,5);1er mars 2024;2024-03-12;45363;oui",
      "2;12,50 €;5,5 %;12-;12 févr. 2024;13/03/2024;45364;1",
      "3;\u22125 €;0 %;3,5;12-Mar-2024;01/02/2024;45365;non",
      "4;NA;NA;;NA;;;0",
      "",
    ].join("\n"),
  );
});

test("a French export with money, percentages and dates of all kinds becomes a plain table", async () => {
  const run = await segment(["ingest", "crm.csv", "-o", "plain.csv"], { cwd });
  expect(run.stderr).toBe("");
  expect(read("plain.csv")).toBe(
    [
      "id,montant,remise,solde,inscrit,modifié,date_fin,ok",
      "1,1234.56,12,-12.5,2024-03-01,2024-03-12,2024-03-12,oui",
      "2,12.50,5.5,-12,2024-02-12,2024-03-13,2024-03-13,true",
      "3,-5,0,3.5,2024-03-12,2024-02-01,2024-03-14,non",
      "4,NA,NA,,NA,,,false",
      "",
    ].join("\n"),
  );
  expect(run.stdout).toContain("amounts in EUR");
  expect(run.stdout).toContain("12 % is read as 12");
});

test("what is written so is read again as the same values", async () => {
  await segment(["ingest", "crm.csv", "-o", "first.csv"], { cwd });
  await segment(["ingest", "first.csv", "-o", "second.csv"], { cwd });
  expect(read("second.csv")).toBe(read("first.csv"));
  await segment(["ingest", "crm.csv", "-o", "first.ndjson"], { cwd });
  await segment(["ingest", "first.csv", "-o", "second.ndjson"], { cwd });
  expect(read("second.ndjson")).toBe(read("first.ndjson"));
});

test("the document says how each column was read", async () => {
  const { columns } = await ingested(["crm.csv"]);
  const of = (name: string): IngestJson["columns"][number] => columns.find((column) => column.name === name)!;
  expect(of("montant")).toMatchObject({ type: "number", currency: "EUR", percent: false });
  expect(of("remise")).toMatchObject({ type: "number", currency: null, percent: true });
  expect(of("inscrit")).toMatchObject({ type: "date", order: "dmy", formats: ["%d %B %Y"] });
  expect(of("modifié")).toMatchObject({ type: "date", order: "dmy", formats: ["%d/%m/%Y", "%Y-%m-%d"] });
  expect(of("modifié").why).toContain("written in 2 ways: 13/03/2024 (2), 2024-03-12 (1)");
  expect(of("date_fin")).toMatchObject({ type: "date", order: "excel" });
});

test("several currencies in a column are never mixed: it stays text, and the first value that differs is shown", async () => {
  put("mixed.csv", "id;prix\n1;10 €\n2;20 €\n3;30 €\n4;40 €\n5;50 €\n6;$60\n");
  const { columns, warnings } = await ingested(["mixed.csv"]);
  expect(columns[1]).toMatchObject({
    type: "text",
    why: "amounts in several currencies: EUR (5), $ (1); give each a column of its own",
  });
  expect(warnings).toEqual([
    {
      code: "mixed-column",
      message:
        "prix stays text: amounts in several currencies: EUR (5), $ (1); give each a column of its own; 1 value does not fit, first $60 on line 7",
    },
  ]);
});

test("dates of two ways of writing whose order nothing tells are a tie, settled by --dates", async () => {
  put("tie.csv", "id,d\n1,2024-03-12\n2,01/02/2024\n");
  const run = await segment(["ingest", "tie.csv"], { cwd });
  expect(run.code).toBe(3);
  expect(run.stderr).toContain("1 February 2024");
  expect(run.stderr).toContain("--dates d=dmy");
  expect((await segment(["ingest", "tie.csv", "--dates", "d=mdy", "-o", "mdy.csv"], { cwd })).code).toBe(0);
  expect(read("mdy.csv")).toBe("id,d\n1,2024-03-12\n2,2024-01-02\n");
});

test("numbers that count days or seconds are dates by their column's name or by --dates, and numbers by --dates none", async () => {
  put("counts.csv", "id,created_at,n\n1,1709719200,45363\n2,1709719260,45364.5\n");
  await segment(["ingest", "counts.csv", "-o", "named.csv"], { cwd });
  expect(read("named.csv")).toBe("id,created_at,n\n1,2024-03-06 10:00:00,45363\n2,2024-03-06 10:01:00,45364.5\n");
  await segment(["ingest", "counts.csv", "--dates", "created_at=none,n=excel1904", "-o", "said.csv"], { cwd });
  expect(read("said.csv")).toBe(
    "id,created_at,n\n1,1709719200,2028-03-13 00:00:00\n2,1709719260,2028-03-14 12:00:00\n",
  );
  const bad = await segment(["ingest", "counts.csv", "--dates", "id=excel,n=epoch-ms", "--json"], { cwd });
  expect(bad.code).toBe(0);
  put("sixty.csv", "id,n\na,59\nb,60\n");
  const sixty = await segment(["ingest", "sixty.csv", "--dates", "n=excel"], { cwd });
  expect(sixty.code).toBe(2);
  expect(sixty.stderr).toContain("60 does not fit --dates n=excel");
  const bare = await segment(["ingest", "counts.csv", "--dates", "excel"], { cwd });
  expect(bare.code).toBe(2);
  expect(bare.stderr).toContain("--dates excel needs its column");
});

test("--null words are missing in every command and every type, and a column is read without them", async () => {
  put("null.csv", "id,n,city,d\n1,5,Paris,2024-03-12\n2,Inconnu,INCONNU,inconnu\n3,999,Lyon,2024-03-13\n");
  const { columns } = await ingested(["null.csv", "--null", "inconnu,999"]);
  expect(columns.map(({ name, type }) => [name, type])).toEqual([
    ["id", "integer"],
    ["n", "integer"],
    ["city", "text"],
    ["d", "date"],
  ]);
  await segment(["ingest", "null.csv", "--null", "inconnu,999", "-o", "null-out.csv"], { cwd });
  expect(read("null-out.csv")).toBe("id,n,city,d\n1,5,Paris,2024-03-12\n2,,,\n3,,Lyon,2024-03-13\n");
  await segment(["normalize", "null.csv", "--null", "inconnu", "--columns", "n", "-o", "scaled.csv"], { cwd });
  expect(read("scaled.csv").split("\n")[0]).toBe("id,n,city,d,n_scaled");
  expect(read("scaled.csv").split("\n")[2]).toBe("2,,,,");
});

test("clean counts its own --null words as changes of a rule, as before", async () => {
  const run = await segment(["clean", "null.csv", "--null", "inconnu,999", "-o", "clean.csv", "--json"], { cwd });
  expect(run.code).toBe(0);
  expect(read("clean.csv")).toBe("id,n,city,d\n1,5,Paris,2024-03-12\n2,,,\n3,,Lyon,2024-03-13\n");
  expect(run.stdout).toContain('"rule": "null"');
});
