import { DuckDBInstance } from "@duckdb/node-api";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment, shell, terminal } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const run = (...words: readonly string[]) => segment(["validate", ...words], { cwd });

const text = "id,email,age\n007,a@x.fr,18\n1.50,b@x.fr,99\n3,,40\n";
const dirty = "id,email,age\n1,a@x.fr,18\n2,a@x.fr,150\n3,,40\n4,b@x.fr,abc\n";

beforeAll(async () => {
  writeFileSync(join(cwd, "ok.csv"), text);
  writeFileSync(join(cwd, "dirty.csv"), dirty);
  expect(await segment(["sample", "customers", "--rows", "800", "-q", "-o", "c.csv"], { cwd })).toMatchObject({
    code: 0,
  });
  const fit = ["cluster", "c.csv", "--k", "4", "--save-model", "m.json", "-q", "-o", "s.csv"];
  expect(await segment(fit, { cwd })).toMatchObject({ code: 0 });
});

describe("a table that passes is handed on unchanged", () => {
  test("to standard output, with the report beside it", async () => {
    const passed = await run("ok.csv", "--not-null", "id", "--range", "age:18..99");
    expect(passed).toMatchObject({ code: 0, stdout: text });
    expect(passed.stderr).toMatch(/^validate · 3 rows · 2 checks · all passed\n/);
    expect(passed.stderr).toContain("rows: 3 in = 3 out");
  });

  test("from standard input, in a pipe", async () => {
    const piped = await shell("cat ok.csv | segment validate --unique id -q | cat", { cwd });
    expect(piped).toEqual({ code: 0, stdout: text, stderr: "" });
  });

  test.each(["c.csv", "s.csv"])("to a file, the bytes that ingest writes: %s", async (file) => {
    expect(await run(file, "--unique", "customer_id", "-q", "-o", "v.csv")).toMatchObject({ code: 0 });
    expect(await segment(["ingest", file, "-q", "-o", "i.csv"], { cwd })).toMatchObject({ code: 0 });
    expect(read("v.csv")).toBe(read("i.csv"));
  });

  test("to a file, where ingest puts quotes around a cell that needs none", async () => {
    writeFileSync(join(cwd, "marks.csv"), "id,note\n1,a#b\n2, x\n");
    expect(await run("marks.csv", "--unique", "id", "-q", "-o", "v.csv")).toMatchObject({ code: 0 });
    expect(await segment(["ingest", "marks.csv", "-q", "-o", "i.csv"], { cwd })).toMatchObject({ code: 0 });
    expect(read("v.csv")).toBe(read("i.csv"));
  });

  test("another notation is written as ingest writes it, also where the columns are not checked", async () => {
    writeFileSync(join(cwd, "fr.csv"), "nom;montant;jour\nZoé;1 234,50;31/01/2024\nÉ;2,5;13/02/2024\n");
    expect(await run("fr.csv", "--not-null", "nom", "-q", "-o", "v.csv")).toMatchObject({ code: 0 });
    expect(read("v.csv")).toBe("nom,montant,jour\nZoé,1234.50,2024-01-31\nÉ,2.5,2024-02-13\n");
  });

  test("Parquet in and out", async () => {
    expect(await segment(["ingest", "c.csv", "-q", "-o", "c.parquet"], { cwd })).toMatchObject({ code: 0 });
    const passed = await run("c.parquet", "--range", "orders:0..", "--unique", "customer_id", "-q", "-o", "v.parquet");
    expect(passed).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, "v.parquet")).equals(readFileSync(join(cwd, "c.parquet")))).toBe(true);
  });
});

describe("a table that fails is not handed on", () => {
  const asked = ["--not-null", "email", "--unique", "email", "--range", "age:18..99", "--rows", "1.."];

  test("nothing goes to standard output, where the table would have gone; the report says where, and the code is 1", async () => {
    const failed = await run("dirty.csv", ...asked);
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toBe(
      [
        "validate · 4 rows · 4 checks · 3 FAILED",
        "       column  check         failing  found",
        "▶FAIL  email   not-null            1  line 4: empty",
        "▶FAIL  email   unique              2  line 2: “a@x.fr”; 1 row without a key, not",
        "                                      compared",
        "▶FAIL  age     range 18..99        2  line 3: “150”",
        " pass  —       rows 1..            —  4",
        "FAILED: 3 of 4 checks; the table is not passed on",
        "rows: 4 in = 0 out + 4 removed",
        "",
      ].join("\n"),
    );
  });

  test("an old output stays as it was, and failing rows are written all the same", async () => {
    writeFileSync(join(cwd, "old.csv"), "old\n");
    const failed = await run("dirty.csv", ...asked, "-o", "old.csv", "--failures", "f.csv");
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain("5 failing rows (one for each check failed) in f.csv");
    expect(read("old.csv")).toBe("old\n");
    expect(read("f.csv")).toBe(
      [
        "check,row,column,value,id,email,age",
        'not-null,3,email,"",3,,40',
        "unique,1,email,a@x.fr,1,a@x.fr,18",
        "unique,2,email,a@x.fr,2,a@x.fr,150",
        "range,2,age,150,2,a@x.fr,150",
        "range,4,age,abc,4,b@x.fr,abc",
        "",
      ].join("\n"),
    );
  });

  test("no output is made where there was none, and the next command of a pipe gets no table", async () => {
    expect((await run("dirty.csv", ...asked, "-q", "-o", "new.csv")).code).toBe(1);
    expect(existsSync(join(cwd, "new.csv"))).toBe(false);
    const piped = await shell("segment validate dirty.csv --rows 9.. -q | wc -c; echo ${PIPESTATUS[0]}", { cwd });
    expect(piped.stdout.replaceAll(" ", "")).toBe("0\n1\n");
  });

  test("JSON tells every check", async () => {
    const failed = await run("dirty.csv", ...asked, "--json");
    expect(failed).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(failed.stdout)).toMatchObject({
      schema: "segment/validate@1",
      input: { rows: 4, used: 4, quarantined: 0 },
      removed: 4,
      output: { rows: 0 },
      passed: false,
      checks: [
        {
          check: "not-null",
          column: "email",
          failing: 1,
          first: { row: 3, line: 4, value: "" },
          passed: false,
        },
        { check: "unique", column: "email", failing: 2, first: { row: 1, line: 2, value: "a@x.fr" } },
        { check: "range", column: "age", asked: "18..99", failing: 2, first: { row: 2, line: 3, value: "150" } },
        { check: "rows", column: null, asked: "1..", failing: null, found: "4", first: null, passed: true },
      ],
      segments: null,
      stability: null,
    });
  });

  test("at a terminal a passing table shows its first rows, a failing one none", async () => {
    const passed = await terminal("segment validate ok.csv --rows 3", 80, { cwd });
    expect(passed.stdout).toContain("preview: 3 rows");
    const failed = await terminal("segment validate dirty.csv --rows 3", 80, { cwd });
    expect(failed.code).toBe(1);
    expect(failed.stdout).not.toContain("preview");
    expect(failed.stdout).toContain("FAIL");
  });
});

test("the file of failing rows has only its header where nothing fails, so that an old one does not mislead", async () => {
  writeFileSync(join(cwd, "f.csv"), "of an earlier run\n");
  expect((await run("ok.csv", "--rows", "3", "--failures", "f.csv", "-q")).code).toBe(0);
  expect(read("f.csv")).toBe("check,row,column,value,id,email,age\n");
  expect((await run("ok.csv", "--rows", "9", "--failures", "f.csv", "-q")).code).toBe(1);
  expect(read("f.csv")).toBe("check,row,column,value,id,email,age\n");
});

test("of very many checks the report draws sixty, those that failed first", async () => {
  const names = Array.from({ length: 70 }, (_, j) => `c${j}`);
  const row = names.map((_, j) => (j === 69 ? "" : "x")).join(",");
  writeFileSync(join(cwd, "wide.csv"), `${names.join(",")}\n${row}\n`);
  const failed = await run("wide.csv", "--not-null", "*");
  expect(failed.code).toBe(1);
  const lines = failed.stderr.split("\n");
  expect(lines[2]).toMatch(/^▶FAIL {2}c69 +not-null +1 {2}line 2: empty$/);
  expect(lines.filter((line) => line.startsWith(" pass"))).toHaveLength(59);
  expect(failed.stderr).toContain("and 10 more checks\n");
});

test("checks from a file join those of the options", async () => {
  writeFileSync(join(cwd, "checks.yaml"), "not-null: [id, email]\nrange: {age: 18..99}\nmin-size: 10\n");
  const failed = await run(
    "dirty.csv",
    "--unique",
    "id",
    "--checks",
    "checks.yaml",
    "--name",
    "age",
    "--columns",
    "id",
    "--json",
  );
  expect(failed.code).toBe(1);
  const { checks } = JSON.parse(failed.stdout) as { checks: { check: string; column: string; passed: boolean }[] };
  expect(checks.map(({ check, column, passed }) => [check, column, passed])).toEqual([
    ["unique", "id", true],
    ["not-null", "id", true],
    ["not-null", "email", false],
    ["range", "age", false],
    ["min-size", "age", false],
  ]);
});

test.each([
  ["rnage: {age: 1..2}\n", /^segment: bad\.yaml, line 1: rnage is no check; did you mean range\?\n$/],
  ["range:\n  agee: 1..2\n", /^segment: bad\.yaml, line 2: range: no column agee; did you mean age\?\n$/],
  ["range:\n  age: 9..2\n", /^segment: bad\.yaml, line 2: range: the range is reversed: 2\.\.9/],
  ["not-null:\n- id\n- mail\n", /^segment: bad\.yaml, line 3: not-null: no column mail/],
  ["min-jaccard: 2\n", /^segment: bad\.yaml, line 1: min-jaccard: 2 is not between 0 and 1/],
])("a wrong rules file is refused with its line: %j", async (rules, message) => {
  writeFileSync(join(cwd, "bad.yaml"), rules);
  const refused = await run("dirty.csv", "--checks", "bad.yaml");
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toMatch(message);
});

describe("what is asked wrongly ends with code 2 and the way out", () => {
  test.each([
    [[], /no check was asked for; ask for --not-null LIST/],
    [["--range", "agee:1..2"], /no column agee; did you mean age\?/],
    [["--not-null", "id", "--as-of", "2024-01-01"], /--as-of would have no effect without --fresh/],
    [["--fresh", "age:3", "--as-of", "today"], /--as-of today: not a day/],
    [
      ["--not-null", "id", "--model", "m.json", "--seed", "1"],
      /--model, --seed would have no effect where no segments/,
    ],
    [["--segments", "--draws", "9"], /--draws would have no effect without --stability/],
    [["--segments", "--model", "m.json", "--columns", "age"], /--columns would have no effect beside --model/],
    [["--segments"], /--name: no column segment/],
    [["--not-null", "id", "--explain", "--failures", "x.csv"], /--failures would have no effect beside --explain/],
    [["--min-size", "3", "--explain"], /segments are not judged in SQL/],
    [["--min-silhouete", "3"], /did you mean --min-silhouette\?/],
    [["--not-null", "id", "--failures", "dirty.csv"], /dirty\.csv/],
  ])("%j", async (words, message) => {
    const refused = await run("dirty.csv", ...words);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(message);
  });
});

test("one thread and two write the same bytes, on text, Parquet and a sample for stability", async () => {
  const reports = await Promise.all(
    ["1", "2"].flatMap((threads) =>
      ["s.csv", "c.parquet"].map(async (file) => {
        if (file === "c.parquet") await segment(["ingest", "c.csv", "-q", "-o", `${threads}.parquet`], { cwd });
        const input = file === "c.parquet" ? `${threads}.parquet` : file;
        const stability = file === "s.csv" ? ["--stability", "--draws", "5", "--stability-rows", "300"] : [];
        const asked = [
          "--unique",
          "last_name+first_name",
          "--not-null",
          "email",
          "--range",
          "orders:1..5",
          ...stability,
        ];
        const failures = `f-${threads}-${file}.csv`;
        const result = await run(input, ...asked, "--threads", threads, "--json", "--failures", failures);
        return `${result.code}\n${result.stdout}\n${read(failures)}`;
      }),
    ),
  );
  expect(reports[2]).toBe(reports[0]);
  expect(reports[3]).toBe(reports[1]);
});

test("segments are judged by a model, and a gate ends the run with 1", async () => {
  const passed = await run("s.csv", "--model", "m.json", "--min-silhouette", "0.1", "--stability", "--draws", "5");
  expect(passed.code).toBe(0);
  expect(passed.stdout).toBe(read("s.csv"));
  expect(passed.stderr).toContain("as in the model");
  const failed = await run("s.csv", "--min-silhouette", "0.9", "-o", "never.csv");
  expect(failed.code).toBe(1);
  expect(failed.stdout).toMatch(/FAIL {2}segment {2}min-silhouette 0\.9 +— {2}mean 0\.\d+/);
  expect(existsSync(join(cwd, "never.csv"))).toBe(false);
});

test("--explain prints the counts and the table as SQL that a fresh DuckDB runs, and writes nothing", async () => {
  const before = readdirSync(cwd).sort();
  const asked = ["--not-null", "email", "--unique", "email", "--range", "age:18..99", "--regex", "id:[0-9]+"];
  const explained = await run("dirty.csv", ...asked, "--explain", "-o", "never.csv");
  expect(explained).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(cwd).sort()).toEqual(before);
  const [counts, rows] = (await resultsOf(explained.stdout)).slice(-2);
  expect(counts![0]).toMatchObject({ failing_1: "1", failing_2: "2", missing_2: "1", failing_3: "2", failing_4: "0" });
  expect(rows!.map((row) => Object.values(row).join())).toEqual(dirty.trimEnd().split("\n").slice(1));
});

async function resultsOf(text: string): Promise<Record<string, string>[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const started = process.cwd();
  process.chdir(cwd);
  try {
    const statements = await connection.extractStatements(text);
    const results: Record<string, string>[][] = [];
    for (let i = 0; i < statements.count; i++) {
      const result = await (await statements.prepare(i)).runAndReadAll();
      const names = result.columnNames();
      results.push(
        result
          .getRows()
          .map((row) => Object.fromEntries(row.map((value, j) => [names[j]!, value === null ? "" : String(value)]))),
      );
    }
    return results;
  } finally {
    process.chdir(started);
    connection.closeSync();
    instance.closeSync();
  }
}
