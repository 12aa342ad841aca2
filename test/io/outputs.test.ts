import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Destination } from "../../src/core/context.ts";
import { SegmentError } from "../../src/core/errors.ts";
import { openIo } from "../../src/io/io.ts";
import { failureOf, scratch } from "./scratch.ts";

const { io, path, file, folder } = scratch();
const terminal = scratch({ stdoutIsTerminal: true }).io;
const hidden = (): string[] => readdirSync(folder).filter((name) => name.startsWith(".segment-"));

function destination(output: string): Destination {
  const found = io.destination(path(output), undefined);
  if (found === null) throw new Error("no destination");
  return found;
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SegmentError) return error.code;
    throw error;
  }
  return "";
}

const writing =
  (text: string) =>
  async (to: string): Promise<number> => {
    writeFileSync(to, text);
    return 3;
  };

describe("the name of an output", () => {
  test.each([
    ["a.csv", "csv", "none", ","],
    ["a.TSV", "csv", "none", "\t"],
    ["a.txt", "csv", "none", ","],
    ["a.csv.gz", "csv", "gzip", ","],
    ["a.tsv.gz", "csv", "gzip", "\t"],
    ["a.ndjson.zst", "ndjson", "zstd", ","],
    ["a.jsonl", "ndjson", "none", ","],
    ["a.json", "json", "none", ","],
    ["a.parquet", "parquet", "none", ","],
    ["a.pq", "parquet", "none", ","],
  ])("%s says how it is written", (name, format, compression, delimiter) => {
    expect(destination(name)).toEqual({ path: path(name), format, compression, delimiter });
  });

  test("that says nothing is an error, unless the format is given", () => {
    expect(codeOf(() => destination("a.data"))).toBe("usage");
    expect(codeOf(() => destination("a.gz"))).toBe("usage");
    expect(io.destination(path("a.data"), "json")?.format).toBe("json");
  });

  test("of compressed Parquet is an error", () => {
    expect(codeOf(() => destination("a.parquet.gz"))).toBe("usage");
  });

  test("in a folder that is missing, or of a folder, is an error before any work", () => {
    mkdirSync(path("taken.csv"));
    expect(codeOf(() => destination("nowhere/a.csv"))).toBe("cannot-write");
    expect(codeOf(() => destination("taken.csv"))).toBe("cannot-write");
  });

  test("left out means standard output, and nothing at a terminal", () => {
    expect(io.destination(undefined, undefined)).toMatchObject({ path: null, format: "csv" });
    expect(terminal.destination(undefined, undefined)).toBeNull();
  });
});

describe("an output file", () => {
  test("takes the place of the old one whole, and keeps its mode", async () => {
    const old = file("kept.csv", "old");
    chmodSync(old, 0o640);
    expect(await io.save(destination("kept.csv"), writing("new"))).toBe(3);
    expect([readFileSync(old, "utf8"), statSync(old).mode & 0o777]).toEqual(["new", 0o640]);
    expect(hidden()).toEqual([]);
  });

  test("is left as it was when writing fails half-way", async () => {
    const old = file("safe.csv", "old");
    const run = io.save(destination("safe.csv"), async (to) => {
      writeFileSync(to, "half");
      throw new SegmentError("engine-failed", "no");
    });
    expect((await failureOf(run)).code).toBe("engine-failed");
    expect(readFileSync(old, "utf8")).toBe("old");
    expect(hidden()).toEqual([]);
  });

  test("is left as it was when the run is interrupted", async () => {
    const interruption = new AbortController();
    const own = openIo({ temporaryFolder: folder, stdoutIsTerminal: false, signal: interruption.signal });
    const old = file("calm.csv", "old");
    const run = own.save({ path: old, format: "csv", compression: "none", delimiter: "," }, async (to) => {
      writeFileSync(to, "new");
      interruption.abort();
      return 1;
    });
    expect((await failureOf(run)).code).toBe("interrupted");
    expect(readFileSync(old, "utf8")).toBe("old");
    expect(hidden()).toEqual([]);
    await own.close();
  });

  test("behind a symbolic link is replaced, and the link stays", async () => {
    file("real.csv", "old");
    symlinkSync("real.csv", path("link.csv"));
    symlinkSync("not-yet.csv", path("dangling.csv"));
    await io.save(destination("link.csv"), writing("new"));
    await io.save(destination("dangling.csv"), writing("made"));
    expect(lstatSync(path("link.csv")).isSymbolicLink()).toBe(true);
    expect(readFileSync(path("real.csv"), "utf8")).toBe("new");
    expect(readFileSync(path("not-yet.csv"), "utf8")).toBe("made");
  });

  test("may have a name as long as the file system allows", async () => {
    const name = `${"n".repeat(251)}.csv`;
    await io.save(destination(name), writing("x"));
    expect(readFileSync(path(name), "utf8")).toBe("x");
  });

  test("in gzip has the same bytes each time", async () => {
    await io.save(destination("one.csv.gz"), writing("a\n1\n"));
    await io.save(destination("two.csv.gz"), writing("a\n1\n"));
    const bytes = readFileSync(path("one.csv.gz"));
    expect(bytes.equals(readFileSync(path("two.csv.gz")))).toBe(true);
    expect(gunzipSync(bytes).toString()).toBe("a\n1\n");
  });

  test("is written under a name that tells the writer what is wanted", async () => {
    const endings: string[] = [];
    for (const name of ["e.tsv", "e.csv.zst", "e.csv.gz", "e.pq"]) {
      await io.save(destination(name), async (to) => {
        endings.push(to.slice(to.lastIndexOf("/") + 1).replace(/^[^.]*(\.segment[^.]*)?/, ""));
        writeFileSync(to, "x");
        return 1;
      });
    }
    expect(endings).toEqual([".tsv", ".csv.zst", ".csv", ".parquet"]);
  });

  test("may be a device; a full one is an error", async () => {
    const null_ = io.destination("/dev/null", undefined);
    expect(null_?.format).toBe("csv");
    expect(await io.save(null_!, writing("x"))).toBe(3);
    const full = io.destination("/dev/full", undefined);
    expect((await failureOf(io.save(full!, writing("x")))).code).toBe("disk-full");
  });

  test("may be a FIFO", async () => {
    execFileSync("mkfifo", [path("out.csv")]);
    const reader = spawn("cat", [path("out.csv")]);
    let got = "";
    reader.stdout.on("data", (data: Buffer) => (got += data.toString()));
    const done = once(reader, "close");
    await io.save(destination("out.csv"), writing("through the pipe"));
    await done;
    expect(got).toBe("through the pipe");
  });
});

describe("standard output", () => {
  const toStdout: Destination = { path: null, format: "csv", compression: "none", delimiter: "," };

  test("gets the bytes of the table", async () => {
    const out = openIo({
      temporaryFolder: folder,
      stdoutIsTerminal: false,
      signal: new AbortController().signal,
      stdout: openSync(path("stdout"), "w"),
    });
    await out.save(toStdout, writing("a\n1\n"));
    expect(readFileSync(path("stdout"), "utf8")).toBe("a\n1\n");
    expect(out.closedPipe()).toBe(false);
    await out.close();
  });

  test("whose reader has gone ends quietly", async () => {
    execFileSync("mkfifo", [path("gone")]);
    const reader = spawn("head", ["-c", "10", path("gone")], { stdio: "ignore" });
    const done = once(reader, "close");
    const out = openIo({
      temporaryFolder: folder,
      stdoutIsTerminal: false,
      signal: new AbortController().signal,
      stdout: openSync(path("gone"), "w"),
    });
    await out.save(toStdout, writing("x".repeat(5_000_000)));
    expect(out.closedPipe()).toBe(true);
    await done;
    await out.close();
  });
});

describe("an output folder", () => {
  const files = new Map([
    ["a.csv", "a\n1\n"],
    ["b.csv", "é\n"],
  ]);

  test("is swapped in whole with its manifest, and stale files are gone", async () => {
    await io.saveFolder(path("tables"), new Map([["old.csv", "x"]]));
    await io.saveFolder(path("tables"), files);
    expect(readdirSync(path("tables")).sort()).toEqual(["a.csv", "b.csv", "manifest.json"]);
    const manifest: unknown = JSON.parse(readFileSync(path("tables/manifest.json"), "utf8"));
    // SHA-256 by sha256sum of coreutils.
    expect(manifest).toEqual({
      files: [
        {
          file: "a.csv",
          bytes: 4,
          sha256: "309b0e45a73d3fc5325e2b6ed0a01ef8b9cde6b05a5633c1f893f970d52bfddc",
        },
        {
          file: "b.csv",
          bytes: 3,
          sha256: "edd3a863872a04239eb29ad4bc12fc892b3d4ae57cc7e786a3697816f8e141c2",
        },
      ],
    });
    expect(hidden()).toEqual([]);
  });

  test("that holds a file of someone else is refused and stays", async () => {
    mkdirSync(path("theirs"));
    file("theirs/notes.txt", "mine");
    expect((await failureOf(io.saveFolder(path("theirs"), files))).code).toBe("folder-not-ours");
    await io.saveFolder(path("ours"), files);
    mkdirSync(path("foreign-manifest"));
    file("foreign-manifest/manifest.json", '{"name":"an app"}');
    expect((await failureOf(io.saveFolder(path("foreign-manifest"), files))).code).toBe("folder-not-ours");
    file("ours/extra.txt", "x");
    expect((await failureOf(io.saveFolder(path("ours"), files))).code).toBe("folder-not-ours");
    expect(readdirSync(path("ours"))).toContain("extra.txt");
  });

  test("may be an empty one", async () => {
    mkdirSync(path("empty"));
    await io.saveFolder(path("empty"), files);
    expect(readdirSync(path("empty"))).toHaveLength(3);
  });

  test("cannot take the place of a file, nor lie in a missing folder", async () => {
    file("plain", "x");
    expect((await failureOf(io.saveFolder(path("plain"), files))).code).toBe("cannot-write");
    expect((await failureOf(io.saveFolder(path("no/where"), files))).code).toBe("cannot-write");
  });
});

describe("text files", () => {
  test("are written whole and read back without their byte order mark", async () => {
    await io.saveText(path("model.json"), '{"é":1}\n');
    expect(await io.readText(path("model.json"))).toBe('{"é":1}\n');
    expect(await io.readText(file("bom.json", "\ufeff{}"))).toBe("{}");
  });

  test("that are missing, folders or not UTF-8 are errors", async () => {
    expect((await failureOf(io.readText(path("absent.json")))).code).toBe("file-missing");
    expect((await failureOf(io.readText(folder))).code).toBe("is-directory");
    expect((await failureOf(io.readText(file("bad.json", Buffer.from([0x7b, 0xe9]))))).code).toBe("bad-encoding");
  });

  test("may be written in chunks for others to read", async () => {
    const made = await io.writeText(null, ["a\n", "é\n"]);
    expect(readFileSync(made, "utf8")).toBe("a\né\n");
    expect(await io.writeText(path("chunks.csv"), ["x"])).toBe(path("chunks.csv"));
  });
});

test("the spool folder is private, and gone after closing", async () => {
  const own = openIo({ temporaryFolder: folder, stdoutIsTerminal: false, signal: new AbortController().signal });
  const spool = own.spoolFolder();
  expect(statSync(spool).mode & 0o777).toBe(0o700);
  await own.close();
  expect(() => statSync(spool)).toThrow("ENOENT");
});

test("a spool folder left by a process that died is removed by the next run", async () => {
  const process = spawn("true");
  const left = path(`segment-io-${process.pid}-abc`);
  await once(process, "close");
  mkdirSync(left);
  const own = openIo({ temporaryFolder: folder, stdoutIsTerminal: false, signal: new AbortController().signal });
  own.spoolFolder();
  expect(() => statSync(left)).toThrow("ENOENT");
  await own.close();
});
