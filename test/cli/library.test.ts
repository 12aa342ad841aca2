import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as library from "../../src/index.ts";
import { commands } from "../../src/commands/index.ts";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const place = (name: string): string => join(cwd, name);
const read = (name: string): string => readFileSync(place(name), "utf8");

test("every command has a call", () => {
  const names = commands.map(({ name }) => (name === "export" ? "exportTable" : camelCase(name)));
  expect(Object.keys(library).sort()).toEqual([...names, "SegmentError"].sort());
});

test("the whole pipeline by calls gives the files that the commands give", async () => {
  const { sampleCustomers, clean, dedupe, normalize, cluster, validate, exportTable } = library;
  await sampleCustomers({ rows: 600, dirty: 0.1, duplicates: 0.1, output: place("raw.csv") });
  const cleaned = await clean(place("raw.csv"), { output: place("clean.csv"), saveModel: place("clean.json") });
  expect(cleaned.report.output.rows).toBe(600);
  const people = await dedupe(place("clean.csv"), { key: ["email"], output: place("people.csv") });
  expect(people.report.merged).toBe(600 - people.report.output.rows);
  await normalize(place("people.csv"), { output: place("scaled.csv") });
  const found = await cluster(place("scaled.csv"), { k: "3", starts: 2, output: place("segments.csv") });
  expect(found.report["k"]).toBe(3);
  const checked = await validate(place("segments.csv"), { minSize: 20, output: place("checked.csv") });
  expect(checked.exit).toBe(0);
  await exportTable(place("checked.csv"), { perSegment: place("out") });

  const line = [
    ["clean", "raw.csv", "-o", "a.csv"],
    ["dedupe", "a.csv", "--key", "email", "-o", "b.csv"],
    ["normalize", "b.csv", "-o", "c.csv"],
    ["cluster", "c.csv", "--k", "3", "--starts", "2", "-o", "d.csv"],
    ["export", "d.csv", "--per-segment", "out2"],
  ];
  for (const words of line) expect((await segment([...words, "-q"], { cwd })).code).toBe(0);
  expect(read("out/manifest.json")).toBe(read("out2/manifest.json"));
}, 60_000);

test("a failed gate is an exit code, a failure an error with its code", async () => {
  writeFileSync(place("small.csv"), "id,age\n1,20\n2,\n");
  const gate = await library.validate(place("small.csv"), { notNull: ["age"], output: place("none.csv") });
  expect(gate).toMatchObject({ exit: 1, report: { passed: false, output: { rows: 0 } } });
  await expect(library.validate(place("small.csv"), { notNull: ["agee"] })).rejects.toMatchObject({
    code: "unknown-column",
    exit: 2,
  });
  // @ts-expect-error an option that the command does not have
  await expect(library.clean(place("small.csv"), { kees: 1 })).rejects.toMatchObject({ code: "unknown-option" });
});

describe("what the command line would refuse, a call refuses", () => {
  const file = place("small.csv");
  const { clean, cluster, exportTable, ingest, sampleCustomers, scoreRfm, validate } = library;
  // As a program without types would call.
  type Untyped = (files: unknown, options?: Record<string, unknown>) => Promise<unknown>;
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ["no number", () => validate(file, { minSize: Number.NaN }), /minSize is NaN, and has to be a whole number/],
    ["too few", () => cluster(file, { starts: 0 }), /starts is 0, and has to be at least 1/],
    ["below zero", () => validate(file, { draws: -1 }), /draws is -1/],
    ["no thread", () => clean(file, { threads: 0 }), /threads is 0/],
    ["no row", () => sampleCustomers({ rows: 0 }), /rows is 0/],
    ["a number as text", () => (cluster as Untyped)(file, { k: 3 }), /k is 3, and has to be a text/],
    ["a date", () => (scoreRfm as Untyped)(file, { asOf: new Date(0) }), /asOf is .* and has to be a text/],
    ["another word", () => (cluster as Untyped)(file, { scale: "zscores" }), /scale zscores: not one of/],
    ["another format", () => (ingest as Untyped)(file, { format: "xml" }), /format xml/],
    ["no file", () => (ingest as Untyped)(undefined), /needs the names of its files/],
    ["an empty list of files", () => ingest([]), /needs the names of its files/],
    ["an empty name", () => ingest(file, { output: "" }), /output is "", and has to be the name of a file/],
  ])("%s", async (_, call, message) => {
    await expect(call()).rejects.toMatchObject({ exit: 2, message: expect.stringMatching(message) as string });
  });

  test("a single text stands for a list of one", async () => {
    writeFileSync(place("consents.csv"), "id,ok\n1,oui\n2,non\n");
    const { report } = await (exportTable as Untyped as (typeof library)["exportTable"])(place("consents.csv"), {
      consent: "ok" as unknown as string[],
      output: place("kept.csv"),
    });
    expect(report.output.rows).toBe(1);
  });
});

function camelCase(name: string): string {
  return name.replace(/ ([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
