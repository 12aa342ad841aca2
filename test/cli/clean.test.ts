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

const byGroup = [
  "--outliers=mad,avg_basket=percentile:1:99,orders=bounds:1:",
  "--outlier-action=winsorise,orders=null",
  "--impute=median,orders=mode",
  "--impute-flag",
  "--by=country",
];
const inOrder = [
  "--outliers=revenue=xmr",
  "--outlier-action=clip",
  "--impute=avg_basket=linear:position,phone=ffill,city=bfill",
  "--impute-flag",
  "--order-by=customer_id",
  "--by=country",
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
    for (const words of [[], everything, byGroup, inOrder]) {
      const one = await run("1", words);
      expect(await run("2", words)).toEqual(one);
      const ids = (text: string): string[] => text.split("\n").map((line) => line.slice(0, line.indexOf(",")));
      expect(ids(one[0]!)).toEqual(ids(read("large.csv")));
    }
  },
);

test("a saved model gives what the fit gave, of CSV and Parquet alike", { timeout: 240_000 }, async () => {
  expect(await segment(["ingest", "small.csv", "-q", "-o", "small.parquet"], { cwd })).toEqual(quiet);
  for (const input of ["small.csv", "small.parquet"]) {
    for (const words of [byGroup, inOrder, everything]) {
      const fit = ["clean", input, ...words, "--save-model", "m.json", "-q", "-o", "fit.csv"];
      expect(await segment(fit, { cwd })).toEqual(quiet);
      expect(await segment(["clean", input, "--model", "m.json", "-q", "-o", "applied.csv"], { cwd })).toEqual(quiet);
      expect(read("applied.csv")).toBe(read("fit.csv"));
    }
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
    ["bounds and fills by group", byGroup],
    ["fills from neighbours", inOrder],
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

test("rows set aside stand in the quarantine behind those that could not be read, and in = out + quarantined", async () => {
  put("aside.csv", 'name;age\nAnne;31\nbroken\n"Bob; Jr";212\nCléo;-4\nDan;47\n');
  const words = ["--outliers", "age=bounds:0:120", "--outlier-action", "quarantine", "--quarantine", "q.csv"];
  const run = await segment(["clean", "aside.csv", ...words, "--json", "-o", "kept.csv"], { cwd });
  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({ input: { rows: 5, used: 2, quarantined: 3 }, output: { rows: 2 } });
  expect(read("kept.csv")).toBe("name,age\nAnne,31\nDan,47\n");
  expect(read("q.csv").split("\n").slice(1)).toEqual([
    expect.stringMatching(/^aside.csv,3,\d+,,.*,broken$/),
    'aside.csv,4,24,age,age 212 is an outlier by bounds:0:120,"""Bob; Jr"";212"',
    "aside.csv,5,38,age,age -4 is an outlier by bounds:0:120,Cléo;-4",
    "",
  ]);
});

test("a run for people shows bounds and fills by group, and what stays missing", async () => {
  put(
    "shops.csv",
    "day,shop,sales\n2024-01-01,A,\n2024-01-02,A,1\n2024-01-03,A,\n2024-01-04,A,3\n2024-01-01,B,100\n2024-01-02,B,101\n",
  );
  const words = ["--outliers", "iqr", "--impute", "linear", "--order-by", "day", "--by", "shop", "-o", "out.csv"];
  const run = await segment(["clean", "shops.csv", ...words], { cwd });
  expect(run.stdout).toContain("sales by shop:");
  expect(run.stdout).toMatch(/column +with +value +cells +still missing\nsales +linear +1 +1/);
  expect(read("out.csv").split("\n")[3]).toBe("2024-01-03,A,2,false");
});

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
  [["--outliers", "spend=bounds:5"], 2, "bounds are two values"],
  [["--outliers", "spend=iqr", "--outlier-action", "clp"], 2, "did you mean clip?"],
  [["--impute", "spend=ffill"], 2, "add --order-by COL"],
  [["--impute", "spend=ffill", "--order-by", "nam"], 2, "did you mean name?"],
  [["--impute", "spend=median", "--by", "shop"], 2, "no column shop"],
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
