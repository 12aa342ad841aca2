import { readdirSync, readFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const folder = scratch();
const place = (name: string): string => join(folder, name);
const put = (name: string, text: string | Buffer): void => writeFileSync(place(name), text);

const blobs = ["x,y", ...Array.from({ length: 40 }, (_, i) => `${(i % 2) * 10 + i / 50},${(i * 7) % 11}`)].join("\n");

beforeAll(async () => {
  mkdirSync(place("folder"));
  put("good.csv", blobs);
  put("empty.csv", "");
  put("header.csv", "x,y\n");
  put("one.csv", "x,y\n1,2\n");
  put("equal.csv", "x,y\n1,2\n1,2\n1,2\n");
  put("words.csv", "name,town\nAnn,Paris\nBob,Rome\n");
  put("some-words.csv", "x,town\n1,Paris\n2,Rome\n4,Oslo\n");
  put("few.csv", "x,y\n1,2\n3,4\n1,2\n5,5\n");
  put("inf.csv", "x,y\n1,2\n3,inf\n5,6\n");
  put("1e999.csv", "x,y\n1,2\n3,4\n5,1e999\n");
  put("ragged.csv", "x,y\n1,2\n3,4,5\n5,6\n7,9\n");
  put("twice.csv", "x,x\n1,2\n3,4\n");
  put("noise.csv", Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * i * 31 + i * 7) % 256)));
  put("tie.csv", "amount;when\n1.234;01/02/2024\n2.345;03/04/2024\n");
  put("negative-weights.csv", "x,n\n1,2\n3,-1\n5,6\n");
  put("model.json", `{"schema":"segment/model/other@9"}`);
  const packed = gzipSync(blobs);
  put("cut.csv.gz", packed.subarray(0, packed.length - 9));
  const damaged = Buffer.from(packed);
  damaged.writeUInt32LE(damaged.readUInt32LE(damaged.length - 8) ^ 1, damaged.length - 8);
  put("damaged.csv.gz", damaged);
  expect(await segment(["ingest", "good.csv", "-q", "-o", "good.parquet"], { cwd: folder })).toMatchObject({ code: 0 });
  expect(await segment(["ingest", "good.csv", "-q", "-o", "good.csv.zst"], { cwd: folder })).toMatchObject({ code: 0 });
  const parquet = readFileSync(place("good.parquet"));
  put("cut.parquet", parquet.subarray(0, parquet.length - 5));
  put("broken.parquet", Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(64, 7), parquet.subarray(-8)]));
  put("cut.csv.zst", readFileSync(place("good.csv.zst")).subarray(0, -4));
});

/** Code of the failure, exit code, words of the line, what was given. */
const cases: readonly (readonly [string, number, RegExp, readonly string[]])[] = [
  ["file-missing", 3, /absent\.csv.*no such file/, ["absent.csv"]],
  ["is-directory", 3, /folder.*"folder\/\*\.csv"/, ["folder"]],
  ["file-empty", 3, /empty\.csv/, ["empty.csv"]],
  ["no-rows", 3, /header\.csv.*--no-header/, ["header.csv"]],
  ["too-few-rows", 3, /one row/, ["one.csv"]],
  ["no-numeric-column", 3, /x \(constant\), y \(constant\)/, ["equal.csv"]],
  ["all-rows-equal", 3, /same values/, ["equal.csv", "--columns", "x,y"]],
  ["no-numeric-column", 3, /name \(text\), town \(text\)/, ["words.csv"]],
  ["not-numeric", 3, /column town.*--columns/, ["some-words.csv", "--columns", "x,town"]],
  ["too-many-segments", 3, /4 segments.*3 distinct rows/, ["few.csv", "--k", "4"]],
  ["not-finite", 3, /inf\.csv, line 3, column y/, ["inf.csv"]],
  ["not-finite", 3, /1e999\.csv, line 4, column y/, ["1e999.csv"]],
  ["ragged-rows", 3, /ragged\.csv, line 3.*3 fields, 2 expected.*--quarantine/, ["ragged.csv"]],
  ["truncated-file", 3, /cut\.parquet.*cut short/, ["cut.parquet"]],
  ["broken-file", 3, /broken\.parquet/, ["broken.parquet"]],
  ["truncated-file", 3, /cut\.csv\.gz.*cut short/, ["cut.csv.gz"]],
  ["broken-file", 3, /damaged\.csv\.gz.*damaged/, ["damaged.csv.gz"]],
  ["truncated-file", 3, /cut\.csv\.zst.*cut short/, ["cut.csv.zst"]],
  ["binary-input", 3, /noise\.csv.*binary/, ["noise.csv"]],
  ["duplicate-columns", 3, /twice\.csv, line 1, column x/, ["twice.csv"]],
  ["ambiguous-input", 3, /amount.*--decimal/, ["tie.csv", "--columns", "amount"]],
  ["bad-weights", 3, /negative-weights\.csv, line 3, column n/, ["negative-weights.csv", "--weights", "n"]],
  ["missing-values", 3, /line 2, column y/, ["missing.csv", "--missing", "error"]],
  ["bad-model", 3, /model\.json/, ["good.csv", "--model", "model.json"]],
  ["unknown-column", 2, /no column z/, ["good.csv", "--columns", "z"]],
  ["unknown-column", 2, /did you mean town/, ["some-words.csv", "--describe", "twon"]],
  ["unknown-option", 2, /--colums.*did you mean --columns/, ["good.csv", "--colums", "x"]],
  ["unknown-choice", 2, /did you mean zscore/, ["good.csv", "--scale", "zscor"]],
  ["bad-option-value", 2, /at least 2/, ["good.csv", "--k", "1"]],
  ["bad-option-value", 2, /at least 2/, ["good.csv", "--k", "0"]],
  ["bad-option-value", 2, /reversed.*3\.\.9/, ["good.csv", "--k", "9..3"]],
  ["bad-option-value", 2, /--seed/, ["good.csv", "--seed", "x"]],
  ["bad-option-value", 2, /--memory 10MB/, ["good.csv", "--memory", "10MB"]],
  ["column-exists", 2, /--overwrite/, ["good.csv", "--name", "x"]],
  ["cannot-write", 4, /nowhere.*folder/, ["good.csv", "--report", "nowhere/r.md"]],
  ["cannot-write", 4, /nowhere.*folder/, ["good.csv", "--save-model", "nowhere/m.json"]],
  ["cannot-write", 4, /nowhere.*folder/, ["good.csv", "--tables", "nowhere/tables"]],
  ["cannot-write", 4, /good\.csv/, ["good.csv", "--report", "good.csv/r.md"]],
  ["folder-not-ours", 4, /folder.*new or empty folder/, ["good.csv", "--tables", "."]],
  ["usage", 2, /--save-model and --output both name/, ["good.csv", "--save-model", "out.csv"]],
  ["output-is-input", 2, /--save-model.*being read/, ["good.csv", "--save-model", "./good.csv"]],
];

describe("segment cluster refuses, in one line, and leaves the old output as it was", () => {
  test.each(cases)("%s (%i) %s", async (code, exit, line, given) => {
    put("missing.csv", "x,y\n1,\n2,3\n5,8\n6,7\n");
    put("out.csv", "the old output\n");
    const before = readdirSync(folder).sort();
    const words = ["cluster", ...given, "-o", "out.csv"];
    const [run, told] = await Promise.all([
      segment(words, { cwd: folder }),
      segment([...words, "--json"], { cwd: folder }),
    ]);
    expect(run.code).toBe(exit);
    expect(run.stdout).toBe("");
    expect(run.stderr).toMatch(/^segment: [^\n]+\n$/);
    expect(run.stderr).toMatch(line);
    expect(readFileSync(place("out.csv"), "utf8")).toBe("the old output\n");
    expect(readdirSync(folder).sort()).toEqual(before);
    expect(told.code).toBe(exit);
    expect(told.stdout).toBe("");
    const { error } = JSON.parse(told.stderr) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ code, exit, message: expect.any(String) });
  });
});

test("an unknown command is told with the near one, and ends in 2", async () => {
  const run = await segment(["clutser", "good.csv"], { cwd: folder });
  expect(run).toMatchObject({ code: 2, stdout: "" });
  expect(run.stderr).toBe("segment: unknown command clutser; did you mean segment cluster?\n");
});

test("ragged rows go to the quarantine, are counted, and the run goes on", async () => {
  const words = ["cluster", "ragged.csv", "--k", "2", "--quarantine", "kept.csv", "-o", "rest.csv", "--json"];
  const run = await segment(words, { cwd: folder });
  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({
    input: { rows: 4, used: 3, quarantined: 1 },
    output: { rows: 3 },
    warnings: expect.arrayContaining([expect.objectContaining({ code: "quarantined-rows" })]) as unknown,
  });
  expect(
    readFileSync(place("rest.csv"), "utf8")
      .split("\n")
      .map((line) => line.slice(0, 3)),
  ).toEqual(["x,y", "1,2", "5,6", "7,9", ""]);
  expect(readFileSync(place("kept.csv"), "utf8")).toContain('"3,4,5"');
});

test("NaN and words for nothing are missing values, filled and counted, and keep their text", async () => {
  put("nothing.csv", "x,y\n1,2\n3,NaN\n5,6\nnull,7\nNA,8\n9,1\n2,5\n4,4\n");
  const run = await segment(["cluster", "nothing.csv", "--k", "2", "-o", "filled.csv", "--json"], { cwd: folder });
  expect(run.code).toBe(0);
  expect((JSON.parse(run.stdout) as { missing: unknown }).missing).toEqual([
    { column: "x", count: 2, value: 3.5, rule: "median" },
    { column: "y", count: 1, value: 5, rule: "median" },
  ]);
  const lines = readFileSync(place("filled.csv"), "utf8").split("\n");
  expect(lines.slice(1, 6).map((line) => line.replace(/,\d$/, ""))).toEqual(["1,2", "3,NaN", "5,6", "null,7", "NA,8"]);
});

test("a column that reads two ways stops ingest, with both readings and a line that settles it", async () => {
  const tied = await segment(["ingest", "tie.csv", "-o", "tie-out.csv"], { cwd: folder });
  expect(tied.code).toBe(3);
  expect(tied.stderr).toMatch(/^segment: [^\n]+\n$/);
  for (const word of ["amount", "when", "--decimal", "--dates"]) expect(tied.stderr).toContain(word);
  const words = ["ingest", "tie.csv", "--decimal", ",", "--dates", "dmy", "-q", "-o", "tie-out.csv"];
  expect(await segment(words, { cwd: folder })).toMatchObject({ code: 0 });
  expect(readFileSync(place("tie-out.csv"), "utf8")).toBe("amount,when\n1234,2024-02-01\n2345,2024-04-03\n");
});

test("a tie in a column that is not used passes as text, and is said", async () => {
  put("side-tie.csv", "x,when\n1,01/02/2024\n2,03/04/2024\n9,05/06/2024\n");
  const run = await segment(["cluster", "side-tie.csv", "--k", "2", "-o", "side.csv"], { cwd: folder });
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/! .*when/);
  expect(
    readFileSync(place("side.csv"), "utf8")
      .split("\n")
      .slice(1, 4)
      .map((line) => line.split(",")[1]),
  ).toEqual(["01/02/2024", "03/04/2024", "05/06/2024"]);
});

test("a file of the zstd program is read, and refused when its content is not what its checksum says", async () => {
  // printf 'x,y\n1,2\n3,4\n5,6\n' | zstd --check
  const bytes = Buffer.from("28b52ffd0458810000782c790a312c320a332c340a352c360aaf6cbb19", "hex");
  put("tool.zst", bytes);
  expect(await segment(["ingest", "tool.zst", "-q"], { cwd: folder })).toEqual({
    code: 0,
    stdout: "x,y\n1,2\n3,4\n5,6\n",
    stderr: "",
  });
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  put("tool.zst", bytes);
  expect(await segment(["ingest", "tool.zst", "-q"], { cwd: folder })).toMatchObject({ code: 3, stdout: "" });
});
