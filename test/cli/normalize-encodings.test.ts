import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment, shell } from "./run-segment.ts";
import { tableBySql } from "./table-by-sql.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const quiet = { code: 0, stdout: "", stderr: "" };

const header = "id,town,size,visits,spend,vip";
const rows = Array.from({ length: 240 }, (_, i) => {
  const town = ["Lyon", "Évreux", "Le Havre", "Pau", "Albi"][Math.floor(((31 * i) % 97) ** 2 / 2000)]!;
  const size = i % 29 === 0 ? "" : ["S", "M", "L"][(7 * i) % 3]!;
  return `${i + 1},${town},${size},${(13 * i) % 41},${((97 * i) % 503) / 4 + (town === "Pau" ? 90 : 0)},${(i * i) % 5 < 2 ? "yes" : "no"}`;
});

const encode = ["--encode", "town=one-hot,size=ordinal:S<M<L+minmax", "--columns", "visits,spend"];

beforeAll(() => {
  writeFileSync(join(cwd, "c.csv"), [header, ...rows, ""].join("\n"));
});

test("one-hot and ordinal stand beside their columns; the model gives the same bytes, and the way back the values", async () => {
  const fit = ["normalize", "c.csv", ...encode, "--save-model", "m.json", "-q", "-o", "fit.csv"];
  expect(await segment(fit, { cwd })).toEqual(quiet);
  const [names, first] = read("fit.csv").split("\n");
  const towns = ["Albi", "Le_Havre", "Lyon", "Pau", "Évreux"].map((town) => `town_${town}_scaled`);
  expect(names).toBe([header, "visits_scaled", "spend_scaled", ...towns, "size_scaled"].join());
  expect(first).toMatch(/,0,0,1,0,0,$/);
  expect(await segment(["normalize", "c.csv", "--model", "m.json", "-q", "-o", "a.csv"], { cwd })).toEqual(quiet);
  expect(read("a.csv")).toBe(read("fit.csv"));
  expect(await segment(["assign", "c.csv", "--model", "m.json", "-q", "-o", "b.csv"], { cwd })).toEqual(quiet);
  expect(read("b.csv")).toBe(read("fit.csv"));
  const back = ["normalize", "fit.csv", "--model", "m.json", "--inverse", "--overwrite", "-o", "back.csv", "--json"];
  const run = await segment(back, { cwd });
  expect(JSON.parse(run.stdout)).toMatchObject({
    encoded: [
      { column: "town", lost: 0, missing: 0 },
      { column: "size", lost: 0, missing: 9 },
    ],
  });
  const columns = (name: string): string[] =>
    read(name)
      .split("\n")
      .map((line) => line.split(",").slice(1, 3).join());
  expect(columns("back.csv")).toEqual(columns("c.csv"));
});

test("cluster uses one-hot columns as they are, beside scaled ones", async () => {
  const run = await shell(
    `segment normalize c.csv ${encode.map((word) => `'${word}'`).join(" ")} -q | segment cluster --k 3 --json -q --save-model k.json -o /dev/null`,
    { cwd },
  );
  expect(run.code).toBe(0);
  const { features } = JSON.parse(read("k.json")).parameters;
  expect(
    features.map((one: { source: string; transform: { kind: string } }) => [one.source, one.transform.kind]),
  ).toEqual(
    [
      "visits_scaled",
      "spend_scaled",
      "town_Albi_scaled",
      "town_Le_Havre_scaled",
      "town_Lyon_scaled",
      "town_Pau_scaled",
      "town_Évreux_scaled",
      "size_scaled",
    ].map((name) => [name, "given"]),
  );
});

test("a pattern encodes what holds categories, and leaves out names; the way back takes the columns that it is told", async () => {
  writeFileSync(
    join(cwd, "p.csv"),
    ["who,town,x", ...Array.from({ length: 30 }, (_, i) => `name ${i},${["A", "B", "C"][i % 3]},${i * i}`), ""].join(
      "\n",
    ),
  );
  const fit = [
    "normalize",
    "p.csv",
    "--encode",
    ":text=one-hot",
    "--save-model",
    "p.json",
    "-o",
    "p-out.csv",
    "--json",
  ];
  const report = JSON.parse((await segment(fit, { cwd })).stdout);
  expect(report.encoded.map((one: { column: string }) => one.column)).toEqual(["town"]);
  expect(report.dropped).toEqual([{ column: "who", reason: "more than 15 different values" }]);
  const back = ["normalize", "p-out.csv", "--model", "p.json", "--inverse", "--columns", "town", "--overwrite", "-q"];
  expect(await segment([...back, "-o", "p-back.csv"], { cwd })).toEqual(quiet);
  expect(read("p-back.csv")).toBe(read("p-out.csv"));
  const none = await segment([...back.slice(0, 5), "--columns", "who"], { cwd });
  expect(none).toMatchObject({ code: 2 });
});

test("a target encoding is out of fold at the fit and of all rows by the model, and the report says so", async () => {
  const words = ["--encode", "town=target:spend+zscore", "--smooth", "10", "--columns", "visits"];
  const fit = ["normalize", "c.csv", ...words, "--save-model", "t.json", "-o", "t.csv", "--json"];
  const { stdout, code } = await segment(fit, { cwd });
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report.warnings.map((one: { code: string }) => one.code)).toEqual(["out-of-fold"]);
  expect(report.encoded[0]).toMatchObject({
    column: "town",
    targets: ["town_scaled"],
    encoding: "target:spend+zscore",
    target: { column: "spend", smooth: 10, folds: 5, seed: 42 },
    missing: 0,
    unseen: 0,
  });
  const last = (name: string): string[] =>
    read(name)
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").at(-1)!);
  // A town has one value for each fold that its rows are in.
  expect(new Set(last("t.csv")).size).toBeGreaterThan(10);
  expect(await segment(["normalize", "c.csv", "--model", "t.json", "-q", "-o", "u.csv"], { cwd })).toEqual(quiet);
  expect(new Set(last("u.csv")).size).toBe(5);
  const another = ["normalize", "c.csv", ...words, "--seed", "7", "-q", "-o", "v.csv"];
  expect(await segment(another, { cwd })).toEqual(quiet);
  expect(last("v.csv")).not.toEqual(last("t.csv"));
  for (const threads of ["1", "3"]) {
    const again = ["normalize", "c.csv", ...words, "--threads", threads, "-q", "-o", "w.csv"];
    expect(await segment(again, { cwd })).toEqual(quiet);
    expect(read("w.csv")).toBe(read("t.csv"));
  }
});

test("unseen values are counted, shown, and become 0, missing or the mean of all", async () => {
  const words = [
    "--encode",
    "town=one-hot,size=frequency,vip=target:spend",
    "--columns",
    "visits",
    "--max-categories",
    "3",
  ];
  const fit = ["normalize", "c.csv", ...words, "--save-model", "n.json", "-o", "n.csv"];
  const fitted = await segment(fit, { cwd });
  expect(fitted.stdout).toMatch(/rare categories of \d+ rows share one place as other/);
  expect(fitted.stdout).toContain("an encoding alone leaves size, vip on a scale of its own");
  writeFileSync(join(cwd, "later.csv"), "town,size,vip,visits\nNice,XL,yes,3\nLyon,S,no,4\n,,,5\n");
  const run = await segment(["normalize", "later.csv", "--model", "n.json", "-o", "l.csv", "--json"], { cwd });
  const { encoded, warnings } = JSON.parse(run.stdout);
  expect(encoded.map((one: { unseen: number; missing: number }) => [one.unseen, one.missing])).toEqual([
    [1, 1],
    [1, 1],
    [0, 1],
  ]);
  expect(warnings.map((one: { message: string }) => one.message).slice(0, 2)).toEqual([
    "town: 1 row has a value that the fit does not know (“Nice”), now 0 in every column of it",
    "size: 1 row has a value that the fit does not know (“XL”), now a frequency of 0",
  ]);
  const lines = read("l.csv").split("\n");
  expect(lines[1]!.split(",").slice(5, 9)).toEqual(["0", "0", "0", "0.0"]);
  expect(lines[3]!.split(",").slice(5)).toEqual(["", "", "", "", ""]);
});

describe("--explain prints SQL that a fresh DuckDB runs to the same table", () => {
  test.each([
    [["c.csv", ...encode]],
    [["c.csv", "--encode", "town=target:spend+zscore,vip=one-hot,size=frequency", "--columns", "visits"]],
    [["c.csv", "--model", "m.json"]],
    [["fit.csv", "--model", "m.json", "--inverse", "--overwrite"]],
    [["c.csv", "--columns", "visits,spend", "--by", "town", "--method", "quantile-normal+zscore"]],
    [["c.csv", "--columns", "visits,spend", "--unit-rows", "l2", "--encode", "size=one-hot"]],
  ])("%s", async (words) => {
    const run = await segment(["normalize", ...words, "--explain"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(await segment(["normalize", ...words, "-q", "-o", "x.ndjson"], { cwd })).toEqual(quiet);
    const expected = read("x.ndjson")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const found = await tableBySql(cwd, run.stdout);
    expect(found.length).toBe(expected.length);
    found.forEach((row, i) => {
      expect(Object.keys(row)).toEqual(Object.keys(expected[i]!));
      for (const [name, value] of Object.entries(row)) {
        if (!name.endsWith("_scaled")) continue;
        const other = expected[i]![name];
        if (value === null || other === null) expect(value).toBe(other);
        else
          expect(Math.abs(Number(value) - Number(other))).toBeLessThanOrEqual(
            1e-12 * Math.max(1, Math.abs(Number(other))),
          );
      }
    });
  });
});

describe("what would have no effect, or cannot be, ends in one line with the way out", () => {
  test.each([
    [["--encode", "town=onehot,town=ordinal"], 2, /two encodings for town/],
    [["--encode", "town=one-hot", "--in-place"], 2, /leave out one or the other/],
    [["--encode", "town=one-hot", "--smooth", "3"], 2, /--smooth would have no effect/],
    [["--encode", "town=target:spend", "--smooth", "x"], 2, /--smooth x: neither auto nor a number/],
    [["--min-count", "3"], 2, /--min-count would have no effect/],
    [["--encode", "visits=frequency", "--method", "visits=zscore"], 2, /--method and --encode both name visits/],
    [["--encode", "spend=one-hot"], 2, /numbers with decimals/],
    [["--encode", "toun=one-hot"], 2, /did you mean town/],
    [["--encode", "town=target:size"], 3, /holds no numbers/],
    [["--model", "t.json", "--inverse"], 2, /town \(target:spend\+zscore\) has no way back.*--exclude town/],
    [["--model", "t.json", "--encode", "town=one-hot"], 2, /--encode would have no effect/],
    [["--quantiles", "20"], 2, /--quantiles would have no effect/],
    [["--ddof", "1", "--method", "robust"], 2, /--ddof would have no effect/],
    [["--by", "spend"], 2, /numbers with decimals/],
    [["--model", "m.json", "--by", "town"], 2, /--by would have no effect/],
    [["--unit-rows", "l3"], 2, /l1, l2, max/],
    [["--method", "quantil"], 2, /did you mean quantile/],
    [["--method", "id=log", "--columns", "id", "--ddof", "2"], 2, /ddof/],
    [["--encode", "town=one-hot", "--exclude", "town"], 2, /--encode names town/],
  ])("%s", async (words, code, message) => {
    const run = await segment(["normalize", "c.csv", ...words], { cwd });
    expect(run).toMatchObject({ code, stdout: "" });
    expect(run.stderr).toMatch(message);
    expect(run.stderr.trimEnd().split("\n").length).toBe(1);
  });
});
