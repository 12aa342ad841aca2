import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment, shell } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const run = (...words: string[]): ReturnType<typeof segment> => segment(words, { cwd });

const chain = ["--model", "clean.json", "--model", "normalize.json", "--model", "cluster.json"];

beforeAll(async () => {
  const fit = `segment sample customers --rows 1500 --dirty 0.1 --seed 5 -q -o raw.csv
    segment clean raw.csv --impute median --outliers iqr --outlier-action clip --save-model clean.json -q -o clean.csv
    segment normalize clean.csv --save-model normalize.json -q -o scaled.csv
    segment cluster scaled.csv --k 4 --starts 2 --save-model cluster.json -q -o segments.csv
    segment sample transactions --rows 300 --seed 5 -q -o orders.csv
    segment score rfm orders.csv --customer customer_id --date date --amount amount --as-of 2025-06-30 --save-model rfm.json -q -o rfm.csv`;
  const made = await shell(`set -e; ${fit}`, { cwd });
  expect(made).toEqual({ code: 0, stdout: "", stderr: "" });
}, 120_000);

test("the models of clean, normalize and cluster on the raw rows give what the three steps gave", async () => {
  const assigned = await run("assign", "raw.csv", ...chain, "-o", "assigned.csv");
  expect(assigned).toMatchObject({ code: 0, stderr: "" });
  expect(assigned.stdout).toContain("3 saved models");
  expect(read("assigned.csv")).toBe(read("segments.csv"));
});

test("some of the rows alone get what they had among all", async () => {
  const [header, ...rows] = read("raw.csv").trimEnd().split("\n");
  writeFileSync(join(cwd, "some.csv"), `${[header, ...rows.slice(700, 740)].join("\n")}\n`);
  expect((await run("assign", "some.csv", ...chain, "-q", "-o", "some-assigned.csv")).code).toBe(0);
  const wanted = read("segments.csv").trimEnd().split("\n").slice(701, 741);
  expect(read("some-assigned.csv").trimEnd().split("\n").slice(1)).toEqual(wanted);
});

test("Parquet rows get the same segments", async () => {
  expect((await run("ingest", "raw.csv", "-q", "-o", "raw.parquet")).code).toBe(0);
  expect((await run("assign", "raw.parquet", ...chain, "-q", "-o", "of-parquet.csv")).code).toBe(0);
  const segments = (name: string): string[] =>
    read(name)
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(line.lastIndexOf(",")));
  expect(segments("of-parquet.csv")).toEqual(segments("segments.csv"));
});

test("the report says what each model did, and accounts for the rows", async () => {
  const { stdout } = await run("assign", "raw.csv", ...chain, "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    schema: "segment/assign@1",
    input: { rows: 1500, used: 1500 },
    output: { rows: 1500 },
    models: [
      { step: "clean", added: [], removed: 0 },
      { step: "normalize", added: expect.arrayContaining(["revenue_scaled"]) as unknown },
      { step: "cluster", added: ["segment"] },
    ],
    k: 4,
  });
});

test("a model of score rfm folds new transactions by the cuts of the fit", async () => {
  const words = ["assign", "orders.csv", "--model", "rfm.json", "--as-of", "2025-06-30", "--json", "-o", "again.csv"];
  const { stdout, code } = await run(...words);
  expect(code).toBe(0);
  expect(read("again.csv")).toBe(read("rfm.csv"));
  const { input, output, grouped, removed } = JSON.parse(stdout) as {
    input: { used: number };
    output: { rows: number };
    grouped: number;
    removed: number;
  };
  expect(input.used).toBe(output.rows + grouped + removed);
  expect(removed).toBeGreaterThan(0);
});

test("--explain prints SQL that gives the same rows", async () => {
  const explained = await run("assign", "raw.csv", ...chain, "--explain");
  expect(explained).toMatchObject({ code: 0, stderr: "" });
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const statements = await connection.extractStatements(explained.stdout.replaceAll("'raw.csv'", `'${cwd}/raw.csv'`));
  let rows: readonly (readonly unknown[])[] = [];
  for (let i = 0; i < statements.count; i++) {
    const result = await (await statements.prepare(i)).runAndReadAll();
    if (i === statements.count - 1) rows = result.getRows() as readonly (readonly unknown[])[];
  }
  connection.closeSync();
  instance.closeSync();
  const wanted = read("segments.csv").trimEnd().split("\n").slice(1);
  expect(rows.map((row) => String(row.at(-1)))).toEqual(wanted.map((line) => line.slice(line.lastIndexOf(",") + 1)));
});

test("a night whose dates and numbers could be read in two ways is read as the fit was", async () => {
  writeFileSync(join(cwd, "fit.csv"), "id;seen;spent\n1;31/01/2024;1.234,50\n2;02/03/2024;7,25\n3;15/03/2024;3,00\n");
  writeFileSync(join(cwd, "night.csv"), "id;seen;spent\n4;01/02/2024;1.234\n5;03/04/2024;2.500\n");
  expect((await run("clean", "fit.csv", "--save-model", "dates.json", "-q", "-o", "fitted.csv")).code).toBe(0);
  expect((await run("clean", "night.csv", "-q", "-o", "x.csv")).code).toBe(3);
  for (const words of [["assign"], ["clean"]]) {
    const night = await run(...words, "night.csv", "--model", "dates.json", "-q", "-o", "night-clean.csv");
    expect(night).toMatchObject({ code: 0, stderr: "" });
    expect(read("night-clean.csv")).toBe("id,seen,spent\n4,2024-02-01,1234\n5,2024-04-03,2500\n");
  }
});

test("a column that is missing in a whole night is filled as the model says, and said", async () => {
  const [header = "", ...rows] = read("raw.csv").trimEnd().split("\n");
  const at = header.split(",").indexOf("visits");
  // Addresses are the only quoted cells, and stand before the numbers.
  const emptied = rows.map((row) => {
    const cells = row.split(",");
    cells[cells.length - header.split(",").length + at] = "";
    return cells.join(",");
  });
  writeFileSync(join(cwd, "emptied.csv"), `${[header, ...emptied].join("\n")}\n`);
  const cleaned = await run("assign", "emptied.csv", ...chain, "--json", "-o", "emptied-out.csv");
  const { warnings } = JSON.parse(cleaned.stdout) as { warnings: { code: string; message: string }[] };
  expect(warnings).toContainEqual({
    code: "missing-filled",
    message: expect.stringMatching(/^100% of visits was missing and filled with the median of the fit, \d+$/) as string,
  });
  const alone = await run(
    "assign",
    "emptied.csv",
    "--model",
    "normalize.json",
    "--model",
    "cluster.json",
    "--json",
    "-o",
    "y.csv",
  );
  expect(alone.stdout).toContain("100% of visits was missing and took the fill of the model");
});

describe("what no model can honour is refused", () => {
  test.each([
    [[], /assign needs a model/],
    [["--model", "clean.json", "--name", "x"], /no model of segment cluster is given, so --name would have no effect/],
    [["--model", "clean.json", "--with", "distance"], /so --with would have no effect/],
    [["--model", "cluster.json", "--as-of", "2025-01-01"], /no model of segment score rfm is given, so --as-of/],
    [["--model", "clean.json", "-o", "clean.json"], /names a file that is being read|does not say which format/],
  ])("%j", async (words, message) => {
    const { code, stderr } = await run("assign", "raw.csv", ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test("models in the wrong order: the columns that are missing are named", async () => {
    const { code, stderr } = await run("assign", "raw.csv", "--model", "cluster.json", "-q", "-o", "x.csv");
    expect(code).toBe(3);
    expect(stderr).toMatch(/does not fit the model: .*orders_scaled is missing/);
  });

  test("a file that is no model", async () => {
    writeFileSync(join(cwd, "report.json"), '{"schema":"segment/clean@1"}');
    const { code, stderr } = await run("assign", "raw.csv", "--model", "report.json");
    expect(code).toBe(3);
    expect(stderr).toContain("report.json: holds segment/clean@1, not a model of segment");
  });
});
