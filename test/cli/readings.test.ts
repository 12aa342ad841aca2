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
      "1,1234.56,12,-12.5,2024-03-01,2024-03-12,2024-03-12,true",
      "2,12.50,5.5,-12,2024-02-12,2024-03-13,2024-03-13,true",
      "3,-5,0,3.5,2024-03-12,2024-02-01,2024-03-14,false",
      "4,,,,,,,false",
      "",
    ].join("\n"),
  );
  expect(run.stdout).toContain("amounts in EUR");
  expect(run.stdout).toMatch(/percentages, 12 % is read as\s+12/);
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
        "prix stays text: amounts in several currencies: EUR (5), $ (1); give each a column of its own; 1 of 6 values does not fit, first $60 on line 7; --quarantine FILE and a --schema FILE in which prix is {type: number} set such rows aside",
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

test("numbers of a typed file are dates only by --dates, and none of them is lost", async () => {
  put("events.ndjson", '{"user":"a","ts":1709719200123,"day":45363}\n{"user":"b","ts":null,"day":60}\n');
  const plain = await ingested(["events.ndjson"]);
  expect(plain.columns.map(({ type }) => type)).toEqual(["text", "integer", "integer"]);
  await segment(["ingest", "events.ndjson", "--dates", "ts=epoch-ms", "-o", "events.csv"], { cwd });
  expect(read("events.csv")).toBe("user,ts,day\na,2024-03-06 10:00:00.123,45363\nb,,60\n");
  const refused = await segment(["ingest", "events.ndjson", "--dates", "day=excel"], { cwd });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("--dates day=excel: 1 value is no such date, the least 60");
  const text = await segment(["ingest", "events.ndjson", "--dates", "user=epoch"], { cwd });
  expect(text.code).toBe(2);
});

test("a name that says an amount keeps its numbers, whatever else it says", async () => {
  put("amounts.csv", "id,revenue_to_date,visits_per_day,order_date\n1,45363,45363,45363\n2,45364,45364,45364\n");
  const { columns } = await ingested(["amounts.csv"]);
  expect(columns.map(({ type }) => type)).toEqual(["integer", "integer", "integer", "date"]);
});

test("ticked boxes are yes and no by --ticked, and anything else is refused with its place", async () => {
  put("ticks.csv", "id,vip,news\n1,x,\n2,,oui\n3,X,?\n4,,0\n");
  await segment(["ingest", "ticks.csv", "--ticked", "vip,news", "-o", "ticks-out.csv"], { cwd });
  expect(read("ticks-out.csv")).toBe("id,vip,news\n1,true,false\n2,false,true\n3,true,false\n4,false,false\n");
  put("no-ticks.csv", "id,vip\n1,x\n2,maybe\n");
  const refused = await segment(["ingest", "no-ticks.csv", "--ticked", "vip"], { cwd });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("“maybe” is no tick");
  expect(refused.stderr).toContain("no-ticks.csv, line 3");
  const unknown = await segment(["ingest", "ticks.csv", "--ticked", "vpi"], { cwd });
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("did you mean vip?");
});

test("a segment beside the lines of a file keeps what was missing or ticked by the user's word", async () => {
  const rows = Array.from(
    { length: 30 },
    (_, i) => `${i},${(i % 3) * 10 + (i % 5)},${i % 7 === 0 ? "x" : ""},${i === 4 ? "inconnu" : "Lyon"}`,
  );
  put("lines.csv", ["id,spend,vip,city", ...rows, ""].join("\n"));
  const words = ["--null", "inconnu", "--ticked", "vip", "--columns", "spend", "--k", "3"];
  const run = await segment(["cluster", "lines.csv", ...words, "-o", "lines-out.csv"], { cwd });
  expect(run.code).toBe(0);
  const lines = read("lines-out.csv").split("\n");
  expect(lines[1]).toMatch(/^0,0,true,Lyon,\d$/);
  expect(lines[5]).toMatch(/^4,14,false,,\d$/);
});

test("files whose numbers have different decimal marks are told, with the way to read each by its own", async () => {
  put("comma.csv", "id;nom;v\n1;Ana;1,5\n2;Bob;1234,5\n");
  put("point.csv", "id,nom,v\n3,Eve,1.5\n4,Zoé,2.5\n");
  const { warnings } = await ingested(["comma.csv", "point.csv"]);
  expect(warnings).toEqual([
    expect.objectContaining({
      code: "unlike-marks",
      message: expect.stringContaining(
        "v stays text: comma.csv with a decimal comma, point.csv with a decimal point",
      ) as string,
    }),
  ]);
  const words = ["ingest", "--source", "a=comma.csv", "--source", "b=point.csv", "--combine", "union", "-q"];
  const each = await segment([...words, "-o", "each.csv"], { cwd });
  expect(each.code, each.stderr).toBe(0);
  expect(read("each.csv")).toBe("id,nom,v,source\n1,Ana,1.5,a\n2,Bob,1234.5,a\n3,Eve,1.5,b\n4,Zoé,2.5,b\n");
});

test("a column of nothing but words for a missing value has no value, and none is written", async () => {
  put("words.csv", "id;v\n1;\n2;-\n3;vide\n4;NaN\n");
  const run = await segment(["ingest", "words.csv", "--json", "-o", "words.json"], { cwd });
  const { columns } = JSON.parse(run.stdout) as { columns: { name: string; missing: number; role: string }[] };
  expect(columns[1]).toMatchObject({ name: "v", role: "empty", missing: 4, present: 0 });
  expect(JSON.parse(read("words.json"))).toEqual([1, 2, 3, 4].map((id) => ({ id, v: null })));
  await segment(["ingest", "words.csv", "-q", "-o", "words-out.csv"], { cwd });
  expect(read("words-out.csv")).toBe("id,v\n1,\n2,\n3,\n4,\n");
});

test("numbers with more digits than Parquet keeps are told, those that it keeps are not, and CSV has them all", async () => {
  put("long.csv", "id;m;kept\n1;0,1;0,12345678901234567\n2;1234567,89;100000000000000,50\n3;999999999999999,99;1,5\n");
  const run = await segment(["ingest", "long.csv", "--json", "-o", "long.parquet"], { cwd });
  const { warnings } = JSON.parse(run.stdout) as IngestJson;
  expect(warnings).toEqual([
    { code: "rounded-numbers", message: expect.stringMatching(/^m: 1 value .*999999999999999,99/) as string },
  ]);
  await segment(["ingest", "long.csv", "-q", "-o", "long-out.csv"], { cwd });
  expect(read("long-out.csv")).toContain("3,999999999999999.99,1.5\n");
});
