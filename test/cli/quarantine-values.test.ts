import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch, segment, shell } from "./run-segment.ts";

const cwd = scratch();
const run = (...words: string[]) => segment(words, { cwd });
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");

/** Forty rows, two of them with a value that is none: offsets are those of the bytes of this text. */
const records = Array.from({ length: 40 }, (_, i) => {
  const day = String((i % 28) + 1).padStart(2, "0");
  const born = i === 9 ? "30/02/1980" : `${day}/03/19${60 + i}`;
  const amount = i === 19 ? "douze" : `${i},5`;
  return `${i + 1};${born};${amount}`;
});
const header = "id;naissance;montant";
const crm = `${[header, ...records].join("\n")}\n`;
const byteOf = (record: number): number => crm.indexOf(`${records[record]}\n`);
const ids = (file: string): number[] =>
  read(file)
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",")[0]));
const without = (...lost: number[]): number[] => records.map((_, i) => i + 1).filter((id) => !lost.includes(id));

put("crm.csv", crm);
put(
  "schema.yaml",
  'schema: segment/schema@1\ncolumns:\n  naissance: { type: date, order: dmy }\n  montant: { type: number, decimal: "," }\n',
);
const heading = "file,line,byte,column,reason,raw\n";

test("a date that is none, in a column of --dates, goes to the quarantine with its row", async () => {
  const strict = await run("ingest", "crm.csv", "--dates", "naissance=dmy", "-o", "out.csv");
  expect(strict.code).toBe(2);
  expect(strict.stderr).toContain("crm.csv, line 11, column naissance: 30/02/1980 does not fit --dates naissance=dmy");
  expect(strict.stderr).toContain("--quarantine FILE");
  const words = ["--dates", "naissance=dmy", "--quarantine", "aside.csv"];
  const set = await run("ingest", "crm.csv", ...words, "-o", "out.csv", "--json");
  expect(set.code).toBe(0);
  const report = JSON.parse(set.stdout) as { input: object; output: object; warnings: { code: string }[] };
  expect([report.input, report.output]).toEqual([{ rows: 40, used: 39, quarantined: 1 }, { rows: 39 }]);
  expect(report.warnings[0]).toEqual({
    code: "quarantined-values",
    message:
      "1 row holds a value that does not fit what is stated of its column, and went to aside.csv: first in naissance: “30/02/1980” does not fit --dates naissance=dmy",
  });
  expect(read("aside.csv")).toBe(
    `${heading}crm.csv,11,${byteOf(9)},naissance,“30/02/1980” does not fit --dates naissance=dmy,"${records[9]}"\n`,
  );
  expect(ids("out.csv")).toEqual(without(10));
  expect(read("out.csv")).toContain('\n11,1970-03-11,"10,5"\n');
});

test("what a schema and what a dialect say of columns sets rows aside too, behind those of broken layout", async () => {
  const [name, ...rest] = crm.split("\n");
  put("ragged.csv", [name, rest[0], "broken", ...rest.slice(1)].join("\n"));
  const bySchema = await run(
    "ingest",
    "ragged.csv",
    "--schema",
    "schema.yaml",
    "--quarantine",
    "s.csv",
    "-o",
    "s-out.csv",
  );
  expect(bySchema.code).toBe(0);
  expect(bySchema.stdout).toContain("rows: 41 in = 38 out + 3 quarantined");
  const shift = "broken\n".length;
  expect(read("s.csv")).toBe(
    `${heading}ragged.csv,3,${crm.indexOf(records[1]!)},naissance,"1 field, 3 expected",broken\n` +
      `ragged.csv,12,${byteOf(9) + shift},naissance,“30/02/1980” does not fit the type date that schema.yaml states,"${records[9]}"\n` +
      `ragged.csv,22,${byteOf(19) + shift},montant,“douze” does not fit the type number that schema.yaml states,${records[19]}\n`,
  );
  expect(ids("s-out.csv")).toEqual(without(10, 20));
  put("good.csv", `${[header, ...records.filter((_, i) => i !== 9 && i !== 19)].join("\n")}\n`);
  await run("ingest", "good.csv", "--save-dialect", "crm.yaml", "-q", "-o", "good-out.csv");
  const byDialect = await run("clean", "crm.csv", "--dialect", "crm.yaml", "--quarantine", "d.csv", "-o", "d-out.csv");
  expect([byDialect.code, byDialect.stdout]).toEqual([0, expect.stringContaining("40 in = 38 out + 2 quarantined")]);
  expect(read("d.csv")).toContain(`\ncrm.csv,11,${byteOf(9)},naissance,`);
  expect(read("d.csv")).toContain(`\ncrm.csv,21,${byteOf(19)},montant,`);
  expect(read("d-out.csv")).toBe(read("good-out.csv"));
});

test("a column that most values do not fit is an error, also with a quarantine", async () => {
  put(
    "most.csv",
    `id,d\n${Array.from({ length: 9 }, (_, i) => `${i},${i < 4 ? "2024-01-0" : "3"}${i + 1}/13/2024`).join("\n")}\n`,
  );
  const refused = await run("ingest", "most.csv", "--dates", "d=dmy", "--quarantine", "m.csv", "-o", "m-out.csv");
  expect(refused.code).toBe(2);
});

test("later steps find the lines of the rows that are left", async () => {
  put("lines.csv", "id,d,age\n1,01/02/2024,30\n2,99/99/2024,31\n3,13/02/2024,200\n4,14/02/2024,33\n");
  const words = ["--dates", "d=dmy", "--outliers", "age=bounds:0:120", "--outlier-action", "quarantine"];
  const { code, stdout } = await run("clean", "lines.csv", ...words, "--quarantine", "l.csv", "-o", "l-out.csv");
  expect([code, stdout]).toEqual([0, expect.stringContaining("rows: 4 in = 2 out + 2 quarantined")]);
  expect(read("l.csv")).toBe(
    `${heading}lines.csv,3,25,d,“99/99/2024” does not fit --dates d=dmy,"2,99/99/2024,31"\n` +
      'lines.csv,4,41,age,age 200 is an outlier by bounds:0:120,"3,13/02/2024,200"\n',
  );
  expect(read("l-out.csv")).toBe("id,d,age\n1,2024-02-01,30\n4,2024-02-14,33\n");
});

test("lines of NDJSON that hold no object, and values that are not as stated, go to the quarantine", async () => {
  const lines = ['{"id":1,"d":"13/02/2024","n":"1,5"}', '{"id":2,"d":', "[3]", '{"id":4,"d":"31/02/2024","n":"2,5"}'];
  put("e.ndjson", `${[...lines, "", '{"id":5,"d":"14/02/2024","n":"3,5"}', '{"id":6,"d":"15/02/2024"}'].join("\n")}\n`);
  const strict = await run("ingest", "e.ndjson", "-o", "e.csv");
  expect([strict.code, strict.stderr]).toEqual([3, expect.stringContaining("e.ndjson, line 2: ")]);
  const { code } = await run("ingest", "e.ndjson", "--dates", "d=dmy", "--quarantine", "eq.csv", "-o", "e.csv");
  expect(code).toBe(0);
  expect(read("eq.csv")).toBe(
    `${heading}e.ndjson,2,36,,no JSON,"{""id"":2,""d"":"\n` +
      "e.ndjson,3,49,,no JSON object,[3]\n" +
      'e.ndjson,4,53,d,“31/02/2024” does not fit --dates d=dmy,"{""id"":4,""d"":""31/02/2024"",""n"":""2,5""}"\n',
  );
  expect(read("e.csv")).toBe("id,d,n\n1,2024-02-13,1.5\n5,2024-02-14,3.5\n6,2024-02-15,\n");
});

test("strings of JSON are read as text of any file, numbers that look like times are told", async () => {
  put(
    "s.ndjson",
    '{"id":"001","m":"1 234,56 €","b":"oui","v":null,"p":"75001","created_at":1704067200}\n' +
      '{"id":"002","m":"12,00 €","b":"non","v":"n/a","p":"13002","created_at":1704153600}\n{"id":"003","m":"-","b":"oui","v":5,"p":"69003","created_at":1704153601}\n',
  );
  const { stdout } = await run("ingest", "s.ndjson", "-o", "s.csv", "--json");
  const report = JSON.parse(stdout) as { columns: { name: string; type: string }[]; warnings: { message: string }[] };
  expect(report.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    "id text",
    "m number",
    "b boolean",
    "v integer",
    "p text",
    "created_at integer",
  ]);
  expect(read("s.csv")).toBe(
    "id,m,b,v,p,created_at\n001,1234.56,true,,75001,1704067200\n002,12.00,false,,13002,1704153600\n003,,true,5,69003,1704153601\n",
  );
  expect(report.warnings.map(({ message }) => message)).toEqual([
    "created_at stays numbers, as the file says; they look like seconds since 1970, and --dates created_at=epoch reads them as times",
    "p stays text, as the file says; it looks like numbers such as 75001, and a --schema FILE in which p is {type: number} reads it as such",
  ]);
});

test("strings of Parquet are read as a schema or --dates says", async () => {
  put("p.csv", "id,d,m\na1,13/02/2024,x\na2,99,x\na3,15/02/2024,x\n");
  put("text.yaml", "schema: segment/schema@1\ncolumns:\n  d: { type: text }\n");
  await run("ingest", "p.csv", "--schema", "text.yaml", "-o", "p.parquet", "-q");
  const plain = await run("ingest", "p.parquet", "--format", "csv", "-q");
  expect(plain.stdout).toContain("a1,13/02/2024,x");
  const told = await run("ingest", "p.parquet", "-o", "told.csv");
  expect(told.stdout.replaceAll(/\s+/g, " ")).toContain(
    "d stays text, as the file says; it looks like dates such as 13/02/2024, and --dates d=dmy reads it as such",
  );
  const { code } = await run("ingest", "p.parquet", "--dates", "d=dmy", "--quarantine", "pq.csv", "-o", "po.csv", "-q");
  expect([code, read("po.csv")]).toEqual([0, "id,d,m\na1,2024-02-13,x\na3,2024-02-15,x\n"]);
  expect(read("pq.csv")).toBe(
    `${heading}p.parquet,,,d,“99” does not fit --dates d=dmy,"{""id"":""a2"",""d"":""99"",""m"":""x""}"\n`,
  );
});

test("reading options that no input has a use for are refused by name", async () => {
  put("r.ndjson", '{"id":1,"v":"a"}\n{"id":2,"v":"b"}\n');
  put("r.csv", "id;v\n3;c\n");
  await run("ingest", "r.ndjson", "-o", "r.parquet", "-q");
  for (const words of [
    ["r.ndjson", "--delimiter", ";"],
    ["r.ndjson", "--skip-lines", "1"],
    ["r.ndjson", "--no-header"],
    ["r.parquet", "--encoding", "cp1252"],
    ["r.parquet", "--decimal", ","],
    ["r.parquet", "--dates", "dmy"],
    ["r.parquet", "--quarantine", "rq.csv"],
  ]) {
    const { code, stderr } = await run("ingest", ...words, "-o", "r-out.csv");
    expect([code, stderr]).toEqual([2, expect.stringContaining(words[1]!)]);
  }
  put("open.csv", "id;v\n1;1.234\n2;2.345\n");
  const piped = await shell("segment dedupe open.csv --key id -q | segment ingest --decimal , -q", { cwd });
  expect([piped.code, piped.stdout]).toEqual([0, "id,v\n1,1234\n2,2345\n"]);
  const mixed = await run("ingest", "r.csv", "r.ndjson", "--delimiter", ";", "-q", "-o", "both.csv");
  expect([mixed.code, read("both.csv")]).toEqual([0, "id,v\n3,c\n1,a\n2,b\n"]);
});

test("a key without a name is an error of the input, with its line", async () => {
  put("k.ndjson", '{"id":1}\n\n{"id":2,"":3}\n');
  const { code, stderr } = await run("ingest", "k.ndjson", "--json", "-o", "k.csv");
  expect(code).toBe(3);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: "broken-file", exit: 3, file: "k.ndjson", line: 3 } });
});
