import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { remoteDestination, saveRemote } from "../../../src/engine/spark/remote-place.ts";

const top = mkdtempSync(join(tmpdir(), "segment-place-"));
afterAll(() => rmSync(top, { recursive: true, force: true }));
let place = "";
let next = 0;
beforeEach(() => {
  place = join(top, `out-${next++}.csv`);
});

const destination = (path: string) => remoteDestination(path, undefined, true);

/** Writes a folder as Spark does. */
function spark(rows: number, content: string) {
  return async (path: string): Promise<number> => {
    mkdirSync(path);
    writeFileSync(join(path, "part-00000-x.csv"), content);
    writeFileSync(join(path, "._SUCCESS.crc"), "");
    writeFileSync(join(path, "_SUCCESS"), "");
    return rows;
  };
}

describe("a folder that a server of this machine writes", () => {
  test("is put in place whole, and replaced whole by a later run", async () => {
    expect(await saveRemote(destination(place), true, spark(1, "old"))).toBe(1);
    expect(await saveRemote(destination(place), true, spark(2, "new"))).toBe(2);
    expect(readdirSync(place).sort()).toEqual(["._SUCCESS.crc", "_SUCCESS", "_segment.json", "part-00000-x.csv"]);
  });

  test("stays as it was when the writing fails, with nothing beside it", async () => {
    await saveRemote(destination(place), true, spark(1, "old"));
    const failing = async (path: string): Promise<number> => {
      mkdirSync(path);
      throw new Error("no");
    };
    await expect(saveRemote(destination(place), true, failing)).rejects.toThrow("no");
    expect(readdirSync(place)).toContain("part-00000-x.csv");
    expect(readdirSync(top).filter((name) => name.startsWith(".segment-"))).toEqual([]);
  });

  test.each([
    ["another program's folder, though it is whole", () => writeFileSync(join(place, "_SUCCESS"), "")],
    ["a folder of ours with a file that no run wrote", () => writeFileSync(join(place, "notes.txt"), "mine")],
    ["a folder of ours with a folder in it", () => mkdirSync(join(place, "p=1"))],
  ])("does not take the place of %s", async (what, spoil) => {
    if (what.startsWith("a folder of ours")) await saveRemote(destination(place), true, spark(1, "old"));
    else mkdirSync(place);
    spoil();
    const before = readdirSync(place).sort();
    expect(() => destination(place)).toThrow(/no folder that an earlier run wrote/);
    expect(readdirSync(place).sort()).toEqual(before);
  });

  test("does not take the place of a file, and needs a folder to stand in", () => {
    writeFileSync(place, "a");
    expect(() => destination(place)).toThrow(/no folder that an earlier run wrote/);
    expect(() => destination(join(top, "missing", "out.csv"))).toThrow(/no such folder/);
  });
});

test("what an output's name stands for", () => {
  expect(remoteDestination("s3a://b/out.parquet", undefined, false)).toMatchObject({ format: "parquet" });
  expect(remoteDestination("s3a://b/out.csv/", undefined, true)).toMatchObject({ format: "csv" });
  expect(remoteDestination("s3a://b/out", "ndjson", true)).toMatchObject({ format: "ndjson" });
  expect(remoteDestination("lake.crm.segments", undefined, false)).toMatchObject({ path: "lake.crm.segments" });
  for (const name of ["out", "segments", "out.csv.gz", "out.json", "out.tsv", "s3a://b/out"]) {
    expect(() => remoteDestination(name, undefined, false)).toThrow(/a cluster writes folders/);
  }
});

test("a table, and a path that only the cluster sees, are written where they are", async () => {
  for (const path of ["crm.segments", "s3a://b/out.csv"]) {
    const given: string[] = [];
    const write = async (at: string): Promise<number> => given.push(at);
    expect(await saveRemote(remoteDestination(path, "csv", true), true, write)).toBe(1);
    expect(given).toEqual([path]);
    expect(existsSync(path)).toBe(false);
  }
});
