import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment, shell, terminal } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const quiet = { code: 0, stdout: "", stderr: "" };
const everything = [
  "--case=city=title",
  "--email-check=flag",
  "--outliers=iqr,revenue=zscore",
  "--outlier-action=clip",
  "--impute=median,city=mode,phone=constant:none",
  "--impute-flag",
];

beforeAll(async () => {
  const dirt = ["--dirty", "0.1", "--duplicates", "0.1", "-q"];
  expect(await segment(["sample", "customers", "--rows", "2000", ...dirt, "-o", "small.csv"], { cwd })).toEqual(quiet);
  expect(await segment(["sample", "customers", "--rows", "80000", ...dirt, "-o", "large.csv"], { cwd })).toEqual(quiet);
});

test(
  "rows stay in their order, and table, model and report are the same bytes for any number of threads",
  { timeout: 240_000 },
  async () => {
    const names = ["out.csv", "out.json", "report.json"];
    const run = async (threads: string, words: readonly string[]): Promise<readonly string[]> => {
      const files = ["-o", names[0]!, "--save-model", names[1]!, "--report", names[2]!];
      expect(await segment(["clean", "large.csv", "-q", "--threads", threads, ...files, ...words], { cwd })).toEqual(
        quiet,
      );
      return names.map(read);
    };
    for (const words of [[], everything]) {
      const one = await run("1", words);
      expect(await run("2", words)).toEqual(one);
      const ids = (text: string): string[] => text.split("\n").map((line) => line.slice(0, line.indexOf(",")));
      expect(ids(one[0]!)).toEqual(ids(read("large.csv")));
    }
  },
);

test("a saved model gives what the fit gave, of CSV and Parquet alike", async () => {
  expect(await segment(["ingest", "small.csv", "-q", "-o", "small.parquet"], { cwd })).toEqual(quiet);
  for (const input of ["small.csv", "small.parquet"]) {
    const fit = ["clean", input, ...everything, "--save-model", "m.json", "-q", "-o", "fit.csv"];
    expect(await segment(fit, { cwd })).toEqual(quiet);
    expect(await segment(["clean", input, "--model", "m.json", "-q", "-o", "applied.csv"], { cwd })).toEqual(quiet);
    expect(read("applied.csv")).toBe(read("fit.csv"));
  }
});

test("what a run drops is counted, and rows in are rows out and removed", async () => {
  const words = ["--outliers", "iqr", "--outlier-action", "drop", "--email-check", "drop"];
  const run = await segment(["clean", "small.csv", ...words, "--json", "-o", "dropped.csv"], { cwd });
  const json = JSON.parse(run.stdout) as { input: { rows: number }; output: { rows: number }; removed: number };
  expect(json.removed).toBeGreaterThan(0);
  expect(json.input.rows).toBe(json.output.rows + json.removed);
  expect(read("dropped.csv").trimEnd().split("\n")).toHaveLength(json.output.rows + 1);
});

describe("--explain prints SQL that a fresh DuckDB runs to the same table, and writes nothing", () => {
  test.each([
    ["form alone", []],
    ["with everything", everything],
    ["rows dropped", ["--outliers", "iqr", "--outlier-action", "drop", "--email-check", "drop"]],
  ])("%s", async (_, words) => {
    const before = readdirSync(cwd).sort();
    const run = await segment(["clean", "small.csv", ...words, "--explain", "-o", "never.csv"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(cwd).sort()).toEqual(before);
    expect(await segment(["clean", "small.csv", ...words, "-q", "-o", "written.csv"], { cwd })).toEqual(quiet);
    await writeBySql(run.stdout, "by-sql.csv");
    expect(read("by-sql.csv")).toBe(read("written.csv"));
  });

  test("standard input cannot be explained", async () => {
    const run = await segment(["clean", "--explain"], { cwd, stdin: "a,b\n1,2\n" });
    expect(run).toMatchObject({ code: 2, stdout: "" });
  });
});

/** Runs the printed statements and writes the last one's rows as the program writes CSV. */
async function writeBySql(text: string, name: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const started = process.cwd();
  process.chdir(cwd);
  try {
    const last = text.lastIndexOf(";\n\n") + 3;
    await connection.run(text.slice(0, last));
    const query = text.slice(last).trimEnd().replace(/;$/, "");
    await connection.run(`copy (${query}) to '${name}' (format csv, header, nullstr '')`);
  } finally {
    process.chdir(started);
    connection.closeSync();
    instance.closeSync();
  }
}

test("stands in a pipe: the table goes on, the report is for people", async () => {
  const run = await shell("segment clean small.csv | segment clean --json > report.json", { cwd });
  expect(run.stdout).toBe("");
  expect(run.stderr).toContain("clean · 2 000 rows · 22 columns");
  expect(JSON.parse(read("report.json"))).toMatchObject({
    schema: "segment/clean@1",
    null_words: [],
    output: { rows: 2000 },
  });
});

test("at a terminal of 80 columns the report fits and says what changed", async () => {
  put("few.csv", "name;spend\n dupont ;1 234,5\nd'arc;NA\nmartin;12,5\n");
  const { stdout } = await terminal("segment clean few.csv --case name=title", 80, { cwd, env: { NO_COLOR: "1" } });
  expect(stdout).toContain("name    text        3  spaces 1, case 3");
  expect(stdout).toContain("spend   number      3  null 1, number 2  1 234,5 → 1234.5");
  expect(stdout).toContain("rows: 3 in = 3 out");
  expect(stdout).toContain("Dupont");
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([
  [["--case", "lowr"], 2, "did you mean lower?"],
  [["--outliers", "irq"], 2, "did you mean iqr?"],
  [["--impute", "spnd=mean"], 2, "did you mean spend?"],
  [["--impute", "constant:0"], 2, "a constant needs its column"],
  [["--outliers", "iqr,zscore"], 2, "two rules for all columns"],
  [["--impute", "spend=mean,spend=mode"], 2, "gives spend two rules"],
  [["--impute-flag"], 2, "--impute-flag would have no effect"],
  [["--outliers", "name=iqr"], 3, "takes a column of numbers"],
  [["--model", "none.json"], 3, "none.json"],
  [["--model", "m.json", "--null", "x"], 2, "--null would have no effect"],
  [["--columns", "name", "--outliers", "spend=iqr"], 2, "not among the columns to clean"],
])("wrong options stop with the way out: %j", async (words, code, said) => {
  put("few.csv", "name;spend\n dupont ;1 234,5\nd'arc;NA\nmartin;12,5\n");
  const run = await segment(["clean", "few.csv", ...words], { cwd });
  expect(run.code).toBe(code);
  expect(run.stderr).toContain(said);
  expect(run.stdout).toBe("");
});
