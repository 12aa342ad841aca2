import { DuckDBInstance } from "@duckdb/node-api";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment, shell } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const lines = (name: string): readonly string[] => read(name).trimEnd().split("\n");
const dirty = ["--rows", "3000", "--dirty", "0.1", "--duplicates", "0.1"];
const both = [
  "--key",
  "email",
  "--key",
  "phone",
  "--country",
  "country",
  "--fuzzy",
  "name:0.95",
  "--block",
  "birth_date",
];

beforeAll(async () => {
  const sample = ["sample", "customers", ...dirty, "-q", "-o", "c.csv", "--truth", "t.csv"];
  expect(await segment(sample, { cwd })).toMatchObject({ code: 0 });
});

test("no two people are merged, and every two rows of one person with one address are", async () => {
  const run = await segment(
    ["dedupe", "c.csv", "--key", "email", "--group", "person", "--duplicates", "d.csv", "-q", "-o", "o.csv"],
    { cwd },
  );
  expect(run).toMatchObject({ code: 0, stderr: "" });
  const person = new Map(lines("t.csv").map((line) => line.split(",").slice(0, 2) as [string, string]));
  const cells = (line: string): readonly string[] =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) => quoted ?? plain!);
  const listed = lines("d.csv").slice(1).map(cells);
  const groups = grouped(
    listed.filter((row) => row[2]!.startsWith("email")),
    (row) => row[0]!,
  );
  expect(groups.size).toBeGreaterThan(100);
  const named = listed.filter((row) => row[2] === "email, a shared mailbox by its name");
  expect(named.length).toBeGreaterThan(1);
  expect(named.every((row) => /^famil(?:le|y)\./.test(row[3]!))).toBe(true);
  expect(listed.some((row) => row[2] === "email" && /^famil(?:le|y)\./.test(row[3]!))).toBe(false);
  const groupOf = new Map<string, string>();
  for (const [group, rows] of groups) {
    expect(new Set(rows.map((row) => person.get(row[5]!))).size).toBe(1);
    for (const row of rows) groupOf.set(row[5]!, group);
  }
  const owners = grouped(
    lines("c.csv")
      .slice(1)
      .map(cells)
      .filter((row) => row[3]!.trim() !== ""),
    (row) => `${row[3]!.trim().toLowerCase()} ${person.get(row[0]!)!}`,
  );
  for (const rows of owners.values()) {
    if (rows.length > 1) expect(new Set(rows.map((row) => groupOf.get(row[0]!))).size).toBe(1);
  }
  expect(lines("o.csv").length).toBe(
    3001 - listed.filter((row) => row[2]!.startsWith("email") && row[4] === "no").length,
  );
});

test("the same bytes for one thread and for two, and the same rows from Parquet", async () => {
  for (const threads of ["1", "2"]) {
    const places = ["--duplicates", `d${threads}.csv`, "-o", `o${threads}.csv`, "--json"];
    const run = await segment(["dedupe", "c.csv", ...both, "--threads", threads, ...places], { cwd });
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ schema: "segment/dedupe@1" });
  }
  expect(read("o1.csv")).toBe(read("o2.csv"));
  expect(read("d1.csv")).toBe(read("d2.csv"));
  expect(await segment(["ingest", "c.csv", "-q", "-o", "c.parquet"], { cwd })).toMatchObject({ code: 0 });
  const words = ["dedupe", "c.parquet", ...both, "--group", "person", "-q", "-o", "p.csv"];
  expect(await segment(words, { cwd })).toMatchObject({ code: 0 });
  const ids = (name: string): readonly string[] => lines(name).map((line) => line.split(",")[0]!);
  expect(ids("p.csv")).toEqual(ids("o1.csv"));
});

test("in a pipe the table goes on and the report stands beside it", async () => {
  const run = await shell("segment dedupe --key email < c.csv | head -2", { cwd });
  expect(run.stdout.split("\n")[0]).toBe(lines("c.csv")[0]);
  expect(run.stderr).toContain("merged into");
});

describe("--explain prints SQL that a fresh DuckDB runs to the same table, and writes nothing", () => {
  test.each([
    ["a key", ["--key", "email", "--keep", "most-recent:last_order", "--group", "person"]],
    ["all ways to match", [...both, "--id", "customer_id"]],
  ])("%s", async (_, options) => {
    expect(await segment(["dedupe", "c.csv", ...options, "-q", "-o", "e.csv"], { cwd })).toMatchObject({ code: 0 });
    const before = readdirSync(cwd).sort();
    const run = await segment(["dedupe", "c.csv", ...options, "--explain", "-o", "never.csv"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(cwd).sort()).toEqual(before);
    expect(await rowsBySql(run.stdout)).toEqual(
      lines("e.csv")
        .slice(1)
        .map((line) => line.replaceAll('"', "")),
    );
  });

  test("what it could not honour is refused", async () => {
    const run = await segment(["dedupe", "c.csv", "--key", "email", "--explain", "--duplicates", "x.csv"], { cwd });
    expect(run).toMatchObject({ code: 2, stdout: "" });
  });
});

/** The last result of a text of SQL, a line a row, without quotes. */
async function rowsBySql(text: string): Promise<readonly string[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const started = process.cwd();
  process.chdir(cwd);
  try {
    const statements = await connection.extractStatements(text);
    let rows: readonly string[] = [];
    for (let i = 0; i < statements.count; i++) {
      const result = await (await statements.prepare(i)).runAndReadAll();
      rows = result
        .getRows()
        .map((row) => row.map((cell) => (cell === null ? "" : String(cell).replaceAll('"', ""))).join(","));
    }
    return rows;
  } finally {
    process.chdir(started);
    connection.closeSync();
    instance.closeSync();
  }
}

function grouped<Row>(rows: readonly Row[], by: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(by(row), [...(groups.get(by(row)) ?? []), row]);
  return groups;
}

test("an address matches by its mailbox, whose name keeps what a shared one says", async () => {
  const text =
    "id,nom,email\n1,Durand,marie.durand@gmail.com\n2,Durand,MarieDurand+news@googlemail.com\n3,Petit,zoé@exämple.fr\n4,Petit,zoé@xn--exmple-cua.fr\n5,Noir,contact.paris@gmail.com\n6,Vert,contactparis@gmail.com\n";
  const run = await segment(["dedupe", "--key", "email", "-q"], { stdin: text });
  expect(run.stdout).toBe(
    "id,nom,email\n1,Durand,marie.durand@gmail.com\n3,Petit,zoé@exämple.fr\n5,Noir,contact.paris@gmail.com\n6,Vert,contactparis@gmail.com\n",
  );
});
