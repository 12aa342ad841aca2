import { DuckDBInstance } from "@duckdb/node-api";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const quiet = { code: 0, stdout: "", stderr: "" };

const names = [
  'quo"te',
  "new\nline",
  "__proto__",
  "constructor",
  "x".repeat(10_000),
  "it's",
  "a,b",
  "sélé 😀",
  "*glob?",
];
const written = (name: string): string => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

beforeAll(() => {
  const rows = Array.from({ length: 30 }, (_, i) => names.map((_, j) => `${(i % 3) * 10 + ((i * (j + 3)) % 7) / 10}`));
  const odd = [names.map(written).join(","), ...rows.map((row) => row.join(",")), ""].join("\n");
  writeFileSync(join(cwd, "odd.csv"), odd);
  const wide = Array.from({ length: 30 }, (_, i) =>
    Array.from({ length: 5000 }, (_, j) => `${(i % 3) * 10 + ((i * (j + 3)) % 7) / 10}`).join(","),
  );
  writeFileSync(
    join(cwd, "wide.csv"),
    [Array.from({ length: 5000 }, (_, j) => `c${j}`).join(","), ...wide, ""].join("\n"),
  );
});

test("names with quotes, line ends, commas, 10,000 characters or of the language itself go through unchanged", async () => {
  const words = ["cluster", "odd.csv", "--k", "3", "--save-model", "odd.json", "--json", "-o", "odd-out.csv"];
  const run = await segment([...words, "--tables", "odd-tables"], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect((JSON.parse(run.stdout) as { columns: unknown }).columns).toEqual(names);
  // Three blobs in turn: whatever their numbers, every third row is alike.
  const lines = read("odd-out.csv").slice(names.map(written).join(",").length).trimEnd().split("\n");
  expect(lines[0]).toBe(",segment");
  const labels = lines.slice(1).map((line) => line.split(",").at(-1));
  expect(new Set(labels.slice(0, 3)).size).toBe(3);
  expect(labels).toEqual(labels.map((_, i) => labels[i % 3]));
  const again = await segment(["assign", "odd.csv", "--model", "odd.json", "-q", "-o", "odd-again.csv"], { cwd });
  expect(again).toEqual(quiet);
  expect(read("odd-again.csv")).toBe(read("odd-out.csv"));
});

test("odd names can be asked for by name: a doubled comma is a comma, and the exact name wins over the glob", async () => {
  const columns = '__proto__,a,,b,*glob?,quo"te';
  const run = await segment(["cluster", "odd.csv", "--columns", columns, "--k", "3", "--json"], { cwd });
  expect(run.code).toBe(0);
  const wanted = ['quo"te', "__proto__", "a,b", "*glob?"];
  const { columns: used, segments } = JSON.parse(run.stdout) as {
    columns: string[];
    segments: { centroid: Record<string, number> }[];
  };
  expect(used).toEqual(wanted);
  for (const { centroid } of segments) expect(Object.keys(centroid).sort()).toEqual([...wanted].sort());
});

test("an independent reader finds odd names and rows in the Parquet and JSON that ingest writes", async () => {
  for (const file of ["odd.parquet", "odd.ndjson", "odd.json"]) {
    expect(await segment(["ingest", "odd.csv", "-q", "-o", file], { cwd })).toEqual(quiet);
  }
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const parquet = await connection.runAndReadAll(`select * from '${join(cwd, "odd.parquet")}'`);
  expect(parquet.columnNames()).toEqual(names);
  expect(parquet.currentRowCount).toBe(30);
  connection.closeSync();
  instance.closeSync();
  const first = JSON.parse(read("odd.ndjson").split("\n")[0]!) as object;
  expect(Object.keys(first)).toEqual(names);
  expect(JSON.parse(read("odd.json"))).toHaveLength(30);
});

describe("5,000 columns work", () => {
  test("through ingest to Parquet and back, each value as it was", { timeout: 120_000 }, async () => {
    expect(await segment(["ingest", "wide.csv", "-q", "-o", "wide.parquet"], { cwd })).toEqual(quiet);
    expect(await segment(["ingest", "wide.parquet", "-q", "-o", "back.csv"], { cwd })).toEqual(quiet);
    const numbers = (text: string): number[] => text.split(/[,\n]/).slice(5000, -1).map(Number);
    expect(numbers(read("back.csv"))).toEqual(numbers(read("wide.csv")));
  });

  test("through cluster, into CSV and Parquet", { timeout: 120_000 }, async () => {
    expect(await segment(["cluster", "wide.csv", "--k", "3", "-q", "-o", "wide-out.csv"], { cwd })).toEqual(quiet);
    const lines = read("wide-out.csv").trimEnd().split("\n");
    expect(lines).toHaveLength(31);
    const labels = lines.slice(1).map((line) => line.split(",")[5000]);
    expect(labels).toEqual(labels.map((_, i) => labels[i % 3]));
    const fit = ["cluster", "wide.csv", "--k", "3", "-q", "-o", "wide-out.parquet"];
    expect(await segment(fit, { cwd })).toEqual(quiet);
  });

  test("too little memory for them ends in 4 with the way out, and the old output stays", async () => {
    writeFileSync(join(cwd, "old.parquet"), "old");
    const run = await segment(["ingest", "wide.csv", "--memory", "64MB", "-q", "-o", "old.parquet"], { cwd });
    expect(run).toMatchObject({ code: 4, stdout: "" });
    expect(run.stderr).toMatch(/^segment: [^\n]*out of memory[^\n]*--memory[^\n]*\n$/);
    expect(read("old.parquet")).toBe("old");
  });
});
