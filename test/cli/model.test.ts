import { DuckDBInstance } from "@duckdb/node-api";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const quiet = { code: 0, stdout: "", stderr: "" };

beforeAll(async () => {
  const sample = ["sample", "customers", "--rows", "800", "-q", "-o", "c.csv"];
  expect(await segment(sample, { cwd })).toMatchObject({ code: 0 });
  const fit = ["cluster", "c.csv", "--k", "4", "--save-model", "m.json", "-q", "-o", "fit.csv"];
  expect(await segment(fit, { cwd })).toEqual(quiet);
});

test("a saved model gives the rows of the fit the labels of the fit, by either name, from CSV and Parquet", async () => {
  expect(await segment(["assign", "c.csv", "--model", "m.json", "-q", "-o", "a.csv"], { cwd })).toEqual(quiet);
  expect(await segment(["cluster", "c.csv", "--model", "m.json", "-q", "-o", "b.csv"], { cwd })).toEqual(quiet);
  expect(read("a.csv")).toBe(read("fit.csv"));
  expect(read("b.csv")).toBe(read("fit.csv"));
  expect(await segment(["ingest", "c.csv", "-q", "-o", "c.parquet"], { cwd })).toEqual(quiet);
  expect(await segment(["assign", "c.parquet", "--model", "m.json", "-q", "-o", "p.csv"], { cwd })).toEqual(quiet);
  const labels = (text: string): string[] =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => line.split(",").at(-1)!);
  expect(labels(read("p.csv"))).toEqual(labels(read("fit.csv")));
});

test("assign never renumbers: a few rows alone keep the segments they had", async () => {
  const lines = read("c.csv").split("\n");
  const some = [lines[0], ...lines.slice(300, 320)].join("\n");
  const run = await segment(["assign", "--model", "m.json", "-q"], { cwd, stdin: `${some}\n` });
  expect(run.code).toBe(0);
  expect(run.stdout.split("\n").slice(1, 21)).toEqual(read("fit.csv").split("\n").slice(300, 320));
});

test("a table that lacks the model's columns is refused with the difference", async () => {
  writeFileSync(join(cwd, "other.csv"), "visits,orders\n1,2\n3,four\n");
  const run = await segment(["assign", "other.csv", "--model", "m.json"], { cwd });
  expect(run).toMatchObject({ code: 3, stdout: "" });
  expect(run.stderr).toMatch(/other\.csv.*orders is text, not numbers.*revenue is missing/);
});

test("--like keeps the numbers of an earlier model and counts the rows that moved", async () => {
  // The sizes turn round: by size alone, 1 and 2 would change places.
  const rows = (a: number, b: number): string =>
    ["x,y", ...blob(0, a), ...blob(50, b), ...blob(100, 10), ""].join("\n");
  const blob = (at: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${at + (i % 7) / 10},${at + ((i * 3) % 11) / 10}`);
  writeFileSync(join(cwd, "old.csv"), rows(40, 20));
  writeFileSync(join(cwd, "new.csv"), rows(20, 40));
  const base = ["--k", "3", "-q"];
  expect(await segment(["cluster", "old.csv", ...base, "--save-model", "old.json"], { cwd })).toMatchObject({
    code: 0,
  });
  const run = await segment(["cluster", "new.csv", "--k", "3", "--like", "old.json", "--json", "-o", "n.csv"], { cwd });
  const labels = read("n.csv")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",")[2]);
  expect(labels).toEqual([
    ...Array<string>(20).fill("1"),
    ...Array<string>(40).fill("2"),
    ...Array<string>(10).fill("3"),
  ]);
  expect(JSON.parse(run.stdout)).toMatchObject({ like: { moved: 0 } });
});

describe("--explain prints SQL that a fresh DuckDB runs to the same labels, and writes nothing", () => {
  test.each(["c.csv", "c.parquet", "c.ndjson"])("%s", async (file) => {
    if (file !== "c.csv") expect(await segment(["ingest", "c.csv", "-q", "-o", file], { cwd })).toEqual(quiet);
    const before = readdirSync(cwd).sort();
    const words = ["cluster", file, "--k", "4", "--explain", "-o", "never.csv", "--save-model", "never.json"];
    const run = await segment(words, { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(cwd).sort()).toEqual(before);
    const labels = read("fit.csv")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",").at(-1)));
    expect(await labelsBySql(run.stdout)).toEqual(labels);
  });
});

async function labelsBySql(text: string): Promise<number[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const started = process.cwd();
  process.chdir(cwd);
  try {
    const statements = await connection.extractStatements(text);
    let labels: number[] = [];
    for (let i = 0; i < statements.count; i++) {
      const result = await (await statements.prepare(i)).runAndReadAll();
      if (result.columnNames().at(-1) === "segment") labels = result.getRows().map((row) => Number(row.at(-1)));
    }
    return labels;
  } finally {
    process.chdir(started);
    connection.closeSync();
    instance.closeSync();
  }
}

describe("amounts of another currency than the model's are refused, not scaled", () => {
  const amounts = (sign: string): string =>
    `id;date;montant\n${[12.5, 99, 40, 7.25, 350, 61].map((x, i) => `c${i};2024-0${i + 1}-02;${String(x).replace(".", ",")}${sign}`).join("\n")}\n`;
  writeFileSync(join(cwd, "euros.csv"), amounts(" €"));
  writeFileSync(join(cwd, "dollars.csv"), amounts(" $"));
  writeFileSync(join(cwd, "bare.csv"), amounts(""));
  test.each([
    ["normalize", []],
    ["cluster", ["--columns", "montant", "--k", "2"]],
    ["score rfm", ["--customer", "id", "--date", "date", "--amount", "montant"]],
  ])("of %s", async (command, more) => {
    const words = command.split(" ");
    const saved = ["--save-model", "unit.json", "-o", "fitted.csv", "-q"];
    expect((await segment([...words, "euros.csv", ...more, ...saved], { cwd })).code).toBe(0);
    const refused = await segment(["assign", "dollars.csv", "--model", "unit.json", "-q"], { cwd });
    expect(refused.stdout).toBe("");
    expect(refused.stderr).toContain(
      "dollars.csv, column montant: montant holds amounts in $, and the model knows it in EUR",
    );
    expect(refused.code).toBe(3);
    for (const same of ["euros.csv", "bare.csv"])
      expect((await segment(["assign", same, "--model", "unit.json", "-q"], { cwd })).code).toBe(0);
  });
});
