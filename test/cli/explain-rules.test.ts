import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { gridText } from "../steps/cluster/rule-sql/cases.ts";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();

beforeAll(() => {
  writeFileSync(join(cwd, "fit.csv"), gridText(1, 360));
  writeFileSync(join(cwd, "night.csv"), gridText(2, 240));
});

/** The last column of what the statements that --explain printed give in a fresh DuckDB. */
async function lastColumn(statements: string): Promise<readonly string[]> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const extracted = await connection.extractStatements(statements.replace(/'(fit|night)\.csv'/g, `'${cwd}/$1.csv'`));
  let rows: readonly (readonly unknown[])[] = [];
  for (let i = 0; i < extracted.count; i++) {
    const result = await (await extracted.prepare(i)).runAndReadAll();
    if (i === extracted.count - 1) rows = result.getRows() as readonly (readonly unknown[])[];
  }
  connection.closeSync();
  instance.closeSync();
  return rows.map((row) => String(row.at(-1)));
}

function written(name: string): readonly string[] {
  const lines = readFileSync(join(cwd, name), "utf8").trimEnd().split("\n").slice(1);
  return lines.map((line) => line.slice(line.lastIndexOf(",") + 1));
}

const numbers = ["--columns", "a,b,c,d"];

/** What assigns a row of the fit as the fit did, and what has another say on rows that it knows. */
const ways = [
  [["--method", "gmm", "--k", "3", ...numbers], true],
  [["--method", "dbscan", ...numbers], true],
  [["--method", "optics", ...numbers], false],
  [["--method", "hdbscan", ...numbers], false],
  [["--method", "genie", "--k", "3", ...numbers], true],
  [["--method", "k-prototypes", "--k", "3", "--exclude", "id,vip"], true],
  [["--method", "k-medoids", "--distance", "gower", "--k", "3", "--exclude", "id,vip"], true],
  [["--embed", "pca", "--k", "3", ...numbers], true],
  [["--embed", "autoencoder", "--k", "3", ...numbers], true],
] as const;

test.each(ways)(
  "what --explain prints runs in a fresh DuckDB and gives the same segments: %j",
  async (words, isOwn) => {
    const fit = ["cluster", "fit.csv", ...words];
    expect(await segment([...fit, "--save-model", "m.json", "-o", "out.csv", "-q"], { cwd })).toMatchObject({
      code: 0,
    });
    const assign = ["assign", "night.csv", "--model", "m.json"];
    const explained = await segment([...assign, "--explain"], { cwd });
    expect(explained).toMatchObject({ code: 0, stderr: "" });
    expect(await segment([...assign, "-o", "night-out.csv", "-q"], { cwd })).toMatchObject({ code: 0 });
    expect(await lastColumn(explained.stdout)).toEqual(written("night-out.csv"));
    const fitted = await segment([...fit, "--explain"], { cwd });
    expect(fitted).toMatchObject({ code: 0, stderr: "" });
    const known = isOwn ? "out.csv" : "again.csv";
    if (!isOwn) await segment(["assign", "fit.csv", "--model", "m.json", "-o", "again.csv", "-q"], { cwd });
    expect(await lastColumn(fitted.stdout)).toEqual(written(known));
  },
);

test("--with stands in the statements too, and what SQL cannot say is refused", async () => {
  const fit = ["cluster", "fit.csv", "--method", "gmm", "--k", "3", ...numbers];
  await segment([...fit, "--with", "second,probability", "--save-model", "m.json", "-o", "out.csv", "-q"], { cwd });
  const explained = await segment([...fit, "--with", "second,probability", "--explain"], { cwd });
  expect(explained).toMatchObject({ code: 0, stderr: "" });
  const told = (await lastColumn(explained.stdout)).map(Number);
  const expected = written("out.csv").map(Number);
  expect(told.length).toBe(expected.length);
  told.forEach((probability, i) => expect(probability).toBeCloseTo(expected[i]!, 9));
  const assign = ["assign", "fit.csv", "--model", "m.json", "--explain", "--with"];
  const again = await segment([...assign, "probability"], { cwd });
  (await lastColumn(again.stdout)).forEach((one, i) => expect(Number(one)).toBeCloseTo(expected[i]!, 9));
  const refused = await segment([...assign, "silhouette"], { cwd });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("not written as SQL")]);
});
