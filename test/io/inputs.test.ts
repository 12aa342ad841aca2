import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf, scratch } from "./scratch.ts";

const here = scratch();
const { io, file, path, failure, open } = here;
const table = "id,name\n1,Ann\n2,Bob\n";
const piped = scratch({ stdin: openSync(file("in.csv", table), "r") });
const nothing = scratch({ stdin: openSync("/dev/null", "r") });

describe("a name on the command line", () => {
  const before = process.cwd();
  beforeAll(() => {
    for (const folder of ["in", "in/deep", "in/.hidden"]) mkdirSync(path(folder));
    for (const name of ["in/b.csv", "in/a.csv", "in/a10.csv", "in/deep/c.csv", "in/.hidden/d.csv", "in/[x].csv"])
      file(name, table);
    process.chdir(here.folder);
  });
  afterAll(() => process.chdir(before));

  test.each([
    ["in/*.csv", ["in/[x].csv", "in/a.csv", "in/a10.csv", "in/b.csv"]],
    ["in/?.csv", ["in/a.csv", "in/b.csv"]],
    ["in/[a-b].csv", ["in/a.csv", "in/b.csv"]],
    ["in/[!a]*.csv", ["in/[x].csv", "in/b.csv"]],
    ["**/*.csv", ["in.csv", "in/[x].csv", "in/a.csv", "in/a10.csv", "in/b.csv", "in/deep/c.csv"]],
    ["in/*/c.csv", ["in/deep/c.csv"]],
    ["in/.h*/*", ["in/.hidden/d.csv"]],
    ["in/[x].csv", ["in/[x].csv"]],
  ])("may be the pattern %s", async (pattern, files) => {
    expect((await io.open([pattern], {})).map((source) => source.label)).toEqual(files);
  });

  test("that no file has is an error that shows a near one", async () => {
    const error = await failureOf(io.open(["in/a11.csv"], {}));
    expect([error.code, error.hint]).toEqual(["file-missing", "did you mean a10.csv?"]);
    expect((await failureOf(io.open(["in/*.tsv"], {}))).code).toBe("file-missing");
    expect((await failureOf(io.open(["nowhere/x.csv"], {}))).code).toBe("file-missing");
    expect((await failureOf(io.open(["in/a.csv/x"], {}))).code).toBe("file-missing");
  });

  test("of a folder or an empty file is an error", async () => {
    expect((await failureOf(io.open(["in"], {}))).code).toBe("is-directory");
    file("empty.csv", "");
    expect((await failureOf(io.open(["empty.csv"], {}))).code).toBe("file-empty");
  });

  test("may be a FIFO, which is copied first", async () => {
    execFileSync("mkfifo", [path("pipe")]);
    spawn("sh", ["-c", `printf '${table}' > pipe`], { cwd: here.folder, stdio: "ignore" });
    const [source] = await io.open(["pipe"], {});
    expect([source?.label, source?.spooled]).toEqual(["pipe", true]);
  });
});

describe("standard input", () => {
  test("is read when no file is named, as text, Parquet or compressed", async () => {
    const [source] = await piped.io.open([], {});
    expect(source).toMatchObject({ label: "<stdin>", spooled: true, rows: 2 });
  });

  test("may be named once as -", async () => {
    expect((await failureOf(io.open(["-", "-"], {}))).code).toBe("usage");
  });

  test("with nothing in it is an empty file", async () => {
    expect((await failureOf(nothing.io.open(["-"], {}))).code).toBe("file-empty");
  });
});

describe("the format", () => {
  const parquet = Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(40, 7), Buffer.from("PAR1")]);

  test.each([
    ["an object on each line", '{"a":1}\n{"a":2}\n', "ndjson"],
    ["one object over several lines", '{\n  "a": 1\n}\n', "json"],
    ["an array of objects", ' [ {"a":1} ]', "json"],
    ["an empty array", "[]", "json"],
    ["an array on each line", "[1,2]\n[3,4]\n", "ndjson"],
    ["an array over several lines", '[\n  {"a": 1}\n]\n', "json"],
    ["delimited text whose names stand in brackets", "[id],[name]\n1,Ann\n", "csv"],
    ["delimited text", table, "csv"],
  ])("is told from %s", async (_, text, format) => {
    expect((await open(text, {}, "data.txt")).format).toBe(format);
  });

  test("is Parquet when both ends say so, and an error when the end is missing", async () => {
    expect((await open(parquet)).format).toBe("parquet");
    expect((await failure(parquet.subarray(0, -4))).code).toBe("truncated-file");
    expect((await failure(table, { from: "parquet" })).code).toBe("broken-file");
  });

  test("given by the user is obeyed", async () => {
    expect((await open('{"a"\n1\n', { from: "csv" })).format).toBe("csv");
  });

  test.each([
    ["a zip archive", Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(60, 1)]), "zip archive"],
    ["a PDF", Buffer.from("%PDF-1.7\nabc\n"), "PDF"],
    ["a picture", Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.alloc(60, 3)]), "PNG"],
    ["noise", Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)), "binary"],
  ])("of %s is refused by its name", async (_, bytes, word) => {
    const error = await failure(bytes);
    expect(error.code).toBe("binary-input");
    expect(error.message).toContain(word);
  });
});
