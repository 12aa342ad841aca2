import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { scratch, segment, shell } from "./run-segment.ts";

vi.setConfig({ testTimeout: 180_000 });
const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");

const crm =
  "client;Prénom;Nom;mail;tel;Code postal;ville;pays;naissance;montant;opt_in;stop_sms;visites;code_promo;vide\n" +
  "C1;Ana;Petit;ana@x.fr;0612345678;75001;Paris;FR;31/01/1980;12,50;oui;non;3;A1;\n" +
  "C2;Bob;Durand;bob@x.fr;0612345679;69001;Lyon;FR;03/02/1990;1200,00;non;oui;1;A1;\n" +
  "C3;Zoé;Roux;zoe@y.fr;0622345678;13001;Nice;FR;05/03/1970;7,00;oui;non;7;B2;\n" +
  "C4;Eve;Petit;;;33000;Lyon;FR;;9,90;;non;2;B2;\n";

/** The members of a column in a schema file. */
function declared(yaml: string): Readonly<Record<string, string>> {
  const lines = [...yaml.matchAll(/^ {2}(.+?): \{ ?(.*?) ?\}/gm)];
  return Object.fromEntries(lines.map(([, name, members]) => [name!, members!]));
}

test("ingest tells what each column is for, and writes it with the types", async () => {
  put("crm.csv", crm);
  const run = await segment(["ingest", "crm.csv", "--schema", "s.yaml", "--json"], { cwd });
  expect(run.code, run.stderr).toBe(0);
  const { columns } = JSON.parse(run.stdout) as { columns: { name: string; role: string }[] };
  const roles = Object.fromEntries(columns.map(({ name, role }) => [name, role]));
  expect(roles).toMatchObject({
    Prénom: "first-name",
    Nom: "last-name",
    mail: "email",
    tel: "phone",
    "Code postal": "postcode",
    ville: "city",
    pays: "country",
    naissance: "date",
    montant: "money",
    opt_in: "consent",
    stop_sms: "refusal",
    visites: "measure",
    vide: "empty",
  });
  const written = declared(read("s.yaml"));
  expect(written).toMatchObject({
    tel: "type: text, role: phone",
    "Code postal": "type: text, role: postcode",
    naissance: "type: date, role: date, order: dmy",
    montant: 'type: number, role: money, decimal: ","',
    opt_in: "type: boolean, role: consent",
    vide: "",
  });
});

describe("the next night, the file is read by the schema of the first", () => {
  test("postcodes stay text, and dates that are open are read in its order", async () => {
    put("first.csv", "id,zip,day\n1,75001,31/01/2024\n2,69001,03/02/2024\n");
    await segment(["ingest", "first.csv", "--schema", "s2.yaml", "-q", "-o", "first.parquet"], { cwd });
    const before = read("s2.yaml");
    expect(declared(before)).toMatchObject({
      zip: "type: text, role: postcode",
      day: "type: date, role: date, order: dmy",
    });
    put("tonight.csv", "id,zip,day\n3,33000,03/02/2024\n4,13001,05/06/2024\n");
    expect((await segment(["ingest", "tonight.csv"], { cwd })).code).toBe(3);
    const run = await segment(["ingest", "tonight.csv", "--schema", "s2.yaml", "-o", "tonight.json"], { cwd });
    expect(run.code, run.stderr).toBe(0);
    expect(JSON.parse(read("tonight.json"))).toEqual([
      { id: 3, zip: "33000", day: "2024-02-03" },
      { id: 4, zip: "13001", day: "2024-06-05" },
    ]);
    expect(read("s2.yaml")).toBe(before);
    // What the first night wrote is read by its schema as well.
    expect((await segment(["validate", "first.parquet", "--schema", "s2.yaml"], { cwd })).code).toBe(0);
  });

  test("what does not fit is an error with file, line and column", async () => {
    put("n.csv", "id,visits\n1,3\n2,4\n3,9\n");
    await segment(["ingest", "n.csv", "--schema", "n.yaml", "-q", "-o", "x.csv"], { cwd });
    put("bad.csv", "id,visits\n1,3\n2,many\n3,9\n");
    const run = await segment(["clean", "bad.csv", "--schema", "n.yaml", "--json"], { cwd });
    expect(run.code).toBe(3);
    const { error } = JSON.parse(run.stderr) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ code: "schema-mismatch", file: "bad.csv", line: 3, column: "visits" });
    expect(error["message"]).toContain("“many”");
  });

  test("an order that is corrected by hand holds where every date fits it, whatever the file's decimal commas say", async () => {
    put("hand.csv", "id;d;montant\n1;01/02/2024;12,50\n2;03/04/2024;13,50\n");
    put("hand.yaml", 'columns:\n  d: {type: date, order: mdy}\n  montant: {type: number, decimal: ","}\n');
    const run = await segment(["ingest", "hand.csv", "--schema", "hand.yaml", "-q", "-o", "hand-out.csv"], { cwd });
    expect(run.code, run.stderr).toBe(0);
    expect(read("hand-out.csv")).toBe("id,d,montant\n1,2024-01-02,12.50\n2,2024-03-04,13.50\n");
    // A word of clean's own has it read the table anew.
    put("again.csv", "id;d;montant;n\n1;01/02/2024;12,50;rien\n2;03/04/2024;13,50;5\n3;03/04/2024;13,50;6\n");
    const words = ["clean", "again.csv", "--schema", "hand.yaml", "--null", "rien", "-q", "-o", "again-out.csv"];
    expect(await segment(words, { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(read("again-out.csv")).toContain("1,2024-01-02,12.50,\n");
  });

  test("another order of dates is an error, ISO dates are not", async () => {
    put("d.csv", "id,day\n1,31/01/2024\n2,28/02/2024\n");
    await segment(["ingest", "d.csv", "--schema", "d.yaml", "-q", "-o", "x.csv"], { cwd });
    put("us.csv", "id,day\n1,01/31/2024\n2,02/28/2024\n");
    const refused = await segment(["ingest", "us.csv", "--schema", "d.yaml"], { cwd });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("day is written mdy, not dmy");
    put("iso.csv", "id,day\n1,2024-01-31\n");
    expect((await segment(["ingest", "iso.csv", "--schema", "d.yaml"], { cwd })).code).toBe(0);
  });

  test("numbers that count seconds or days are dates every night, however few or odd they are", async () => {
    const first = Array.from({ length: 5 }, (_, i) => `${i},${1_700_000_000 + 100_000 * i},${45_000 + i}`).join("\n");
    put("counts.csv", `id,seen_epoch,created_date\n${first}\n`);
    await segment(["ingest", "counts.csv", "--schema", "counts.yaml", "-q", "-o", "x.csv"], { cwd });
    expect(declared(read("counts.yaml"))).toMatchObject({
      seen_epoch: "type: timestamp, role: date, order: epoch",
      created_date: "type: date, role: date, order: excel",
    });
    put("odd.csv", "id,seen_epoch,created_date\n9,12,3\n");
    const run = await segment(["ingest", "odd.csv", "--schema", "counts.yaml", "-q", "-o", "odd-out.csv"], { cwd });
    expect(run.code, run.stderr).toBe(0);
    // Twelve seconds into 1970, and the third day of a spreadsheet.
    expect(read("odd-out.csv")).toBe("id,seen_epoch,created_date\n9,1970-01-01 00:00:12,1900-01-03\n");
  });

  test("a column that is gone is a warning, and none at all an error", async () => {
    put("n.yaml", "columns:\n  id: {type: integer}\n  gone: {type: text}\n");
    put("n.csv", "id,visits\n1,3\n");
    const run = await segment(["ingest", "n.csv", "--schema", "n.yaml", "--json"], { cwd });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("the schema has columns that the table has not: gone");
    put("other.csv", "a,b\n1,2\n");
    expect(await segment(["ingest", "other.csv", "--schema", "n.yaml"], { cwd })).toMatchObject({ code: 3 });
  });
});

describe("later commands take types and roles from it", () => {
  const columns =
    "columns:\n  key: {type: integer, role: id}\n  note: {type: text}\n  score_code: {role: measure}\n  spend: {role: money}\n" +
    "  contact: {role: email}\n  ok: {role: consent}\n  no_thanks: {role: refusal}\n";
  const table =
    "key,note,score_code,spend,contact,ok,no_thanks\n" +
    Array.from({ length: 12 }, (_, i) => {
      const answers = `${i % 2 === 0 ? "yes" : "no"},${i % 3 === 0 ? "yes" : "no"}`;
      return `${(i * 7) % 100},${10 + i},${i < 6 ? i : 50 + i},${i < 6 ? 10 + i : 90 + i},p${i % 10}@x.fr,${answers}`;
    }).join("\n") +
    "\n";
  const setUp = (): void => {
    put("roles.yaml", columns);
    put("t.csv", table);
  };

  test("cluster and normalize leave ids out and keep what is declared a measure", async () => {
    setUp();
    const cluster = await segment(["cluster", "t.csv", "--schema", "roles.yaml", "--k", "2", "--json"], { cwd });
    expect(cluster.code, cluster.stderr).toBe(0);
    const { columns: features, dropped } = JSON.parse(cluster.stdout) as {
      columns: string[];
      dropped: { column: string; reason: string }[];
    };
    expect(features).toEqual(["score_code", "spend"]);
    expect(dropped).toContainEqual({ column: "key", reason: "an id, by the schema" });
    const scaled = await segment(["normalize", "t.csv", "--schema", "roles.yaml", "--json"], { cwd });
    expect(scaled.stdout).toContain("an id, by the schema");
    const plain = await segment(["normalize", "t.csv", "--json"], { cwd });
    expect(plain.stdout).toContain("an id or code, by its name");
  });

  test("export keeps those who agreed and did not refuse, and says that the schema asked for it", async () => {
    setUp();
    const run = await segment(["export", "t.csv", "--schema", "roles.yaml", "--require-consent", "-o", "out.csv"], {
      cwd,
    });
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout.replace(/\s+/g, " ")).toContain("as the schema declares");
    const kept = read("out.csv").trimEnd().split("\n").slice(1);
    expect(kept.map((line) => Number(line.split(",")[1]) - 10)).toEqual([2, 4, 8, 10]);
  });

  test("dedupe takes the declared address as its key and the declared id as what survives", async () => {
    setUp();
    const run = await segment(["dedupe", "t.csv", "--schema", "roles.yaml", "--key", "email", "-o", "d.csv"], { cwd });
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toContain("least key");
    expect(run.stdout).toContain("12 in = 10 out + 2 merged");
  });

  test("score rfm takes the id, the date and the money that are declared, where there is one of each", async () => {
    put(
      "orders.csv",
      "who,when,what\nA,2024-01-01,5\nB,2024-02-01,7\nA,2024-03-01,9\nC,2024-03-05,1\nD,2024-03-08,4\nE,2024-03-09,6\n",
    );
    put("orders.yaml", "columns:\n  who: {role: id}\n  when: {role: date}\n  what: {role: money}\n");
    const words = ["score", "rfm", "orders.csv", "--as-of", "2024-04-01"];
    expect((await segment(words, { cwd })).code).toBe(2);
    const run = await segment([...words, "--schema", "orders.yaml", "-q", "-o", "rfm.csv"], { cwd });
    expect(run.code, run.stderr).toBe(0);
    expect(read("rfm.csv")).toContain("who,");
  });

  test("validate checks every column that it gives a type, and takes COL:TYPE as before", async () => {
    put("v.csv", "id,visits\n1,3\n2,many\n");
    put("v.yaml", "columns:\n  id: {type: integer}\n  visits: {type: number}\n  gone: {type: text}\n");
    const run = await segment(["validate", "v.csv", "--schema", "v.yaml", "--schema", "id:integer", "--json"], { cwd });
    expect(run.code).toBe(1);
    const { checks } = JSON.parse(run.stdout) as { checks: { column: string; passed: boolean }[] };
    expect(checks.map(({ column, passed }) => [column, passed])).toEqual([
      ["id", true],
      ["id", true],
      ["visits", false],
      ["gone", false],
    ]);
  });

  test("a pipe of commands reads one schema", async () => {
    setUp();
    const line =
      "segment clean t.csv --schema roles.yaml -q | segment cluster --schema roles.yaml --k 2 -q | " +
      "segment export --schema roles.yaml -q -o piped.csv; echo ${PIPESTATUS[@]}";
    expect((await shell(line, { cwd })).stdout.trim()).toBe("0 0 0");
    expect(read("piped.csv").split("\n")[0]).toBe("key,note,score_code,spend,contact,ok,no_thanks,segment");
  });
});

describe("a schema file with a fault is refused with its line and the way out", () => {
  test.each([
    ["columns:\n  a: {typ: text}\n", 2, "a column has no “typ”", "did you mean type?"],
    ["columns:\n  a: {type: txt}\n", 2, "“txt” is no type", "did you mean text?"],
    ["columns:\n  a: {role: mail}\n", 2, "“mail” is no role", "did you mean"],
    ["columns:\n  a: text\n", 2, "gives no type or role", "write columns:"],
    ["column:\n  a: {type: text}\n", 1, "a schema has no “column”", "did you mean columns?"],
    ["schema: segment/schema@9\ncolumns:\n  a: {type: text}\n", 1, "not segment/schema@1", "write columns:"],
    ["columns: {}\n", 1, "names no column", "write columns:"],
    ["columns:\n  a: {type: text\n", 3, "is not YAML", "write columns:"],
    ["columns:\n  a: {type: text}\n  a: {type: text}\n", 3, "is not YAML", "write columns:"],
    ["- a\n", 1, "holds no schema", "write columns:"],
  ])("%j", async (text, line, message, hint) => {
    put("bad.yaml", text);
    put("a.csv", "a\n1\n2\n");
    const run = await segment(["clean", "a.csv", "--schema", "bad.yaml", "--json"], { cwd });
    expect(run.code).toBe(2);
    const { error } = JSON.parse(run.stderr) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ code: "bad-rules", file: "bad.yaml", line });
    expect(error["message"]).toContain(message);
    expect(error["hint"]).toContain(hint);
  });

  test("a file that is not there is an error for every command but ingest and profile, which write it", async () => {
    put("a.csv", "a\n1\n2\n");
    expect(await segment(["clean", "a.csv", "--schema", "none.yaml"], { cwd })).toMatchObject({ code: 3 });
    expect(await segment(["profile", "a.csv", "--schema", "made.yaml", "-q"], { cwd })).toMatchObject({ code: 0 });
    expect(await segment(["clean", "a.csv", "--schema", "made.yaml", "-q", "-o", "x.csv"], { cwd })).toMatchObject({
      code: 0,
    });
  });
});

test("whole numbers of a schema are no fractions: an error with the place, or their rows go aside", async () => {
  put("whole.yaml", "columns:\n  id: {type: integer}\n  n: {type: integer}\n  v: {type: number}\n");
  put("whole.csv", "id,n,v\n1,5,1\n2,5.5,2\n3,2.500,3.5\n4,7,4\n5,8,5\n6,9,6\n");
  const refused = await segment(["ingest", "whole.csv", "--schema", "whole.yaml", "-q"], { cwd });
  expect(refused).toMatchObject({ code: 3, stdout: "" });
  expect(refused.stderr).toContain("whole.csv, line 3, column n");
  expect(refused.stderr).toContain("n is text (such as “5.5”), not whole numbers");
  const words = ["--schema", "whole.yaml", "--quarantine", "fractions.csv", "-q"];
  const aside = await segment(["ingest", "whole.csv", ...words], { cwd });
  expect(aside).toMatchObject({ code: 0, stdout: "id,n,v\n1,5,1\n4,7,4\n5,8,5\n6,9,6\n" });
});

test("with a quarantine, words for a missing value stay where they are", async () => {
  put("gaps.yaml", "columns:\n  id: {type: integer}\n  ca: {type: number, decimal: ','}\n");
  put("gaps.csv", "id;ca\n1;12,50 €\n2;-\n3;NA\n4;13,50 $\n5;\n6;7,25 €\n7;8,00 €\n");
  const words = ["--schema", "gaps.yaml", "--quarantine", "other.csv", "-q"];
  const aside = await segment(["ingest", "gaps.csv", ...words, "--format", "ndjson"], { cwd });
  expect(aside.code).toBe(0);
  expect(
    aside.stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { ca: unknown }).ca),
  ).toEqual([12.5, null, null, null, 7.25, 8]);
  expect(readFileSync(join(cwd, "other.csv"), "utf8").trim().split("\n")).toHaveLength(2);
});
