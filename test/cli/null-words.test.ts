import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { scratch, segment, shell } from "./run-segment.ts";

vi.setConfig({ testTimeout: 180_000 });
const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

/** 40 customers, of whom 999 is one, with ages of which 999 is none. */
const table = (age: (i: number) => string): string =>
  ["id,age,points", ...Array.from({ length: 40 }, (_, i) => `${970 + i},${age(i)},${960 + i}`), ""].join("\n");
const given = table((i) => (i % 5 === 0 ? "999" : String(20 + i)));
const emptied = table((i) => (i % 5 === 0 ? "" : String(20 + i)));
put("given.csv", given);

test("--null COL=WORD empties a word in that column alone, in every command, by dialects, models and ledgers too", async () => {
  const out = async (...words: readonly string[]): Promise<string> => {
    const run = await segment([...words, "-q"], { cwd });
    expect(run.code, run.stderr).toBe(0);
    return run.stdout;
  };
  expect(await out("ingest", "given.csv", "--null", "age=999")).toBe(emptied);
  await out("ingest", "given.csv", "--null", "age=999", "--save-dialect", "d.yaml", "-o", "ingested.csv");
  expect(await out("ingest", "given.csv", "--dialect", "d.yaml")).toBe(emptied);
  const kept = ["--save-model", "m.json", "--ledger", "l.csv", "-o", "clean.csv"];
  await out("clean", "given.csv", "--null", "age=999", ...kept);
  expect(read("clean.csv")).toBe(emptied);
  expect(await out("clean", "given.csv", "--model", "m.json")).toBe(emptied);
  expect(await out("clean", "--undo", "l.csv", "--input", "given.csv", "clean.csv")).toBe(given);
});

test("words of one column leave those that the reader knows, and let it be one of numbers", async () => {
  put("words.csv", "ville,n\nParis,3\nna,inconnu\ninconnu,4\n");
  const run = await segment(["clean", "words.csv", "--null", "n=inconnu", "-q"], { cwd });
  expect(run.stdout).toBe("ville,n\nParis,3\n,\ninconnu,4\n");
});

test("a column that is not there is an error with its likely name", async () => {
  for (const command of ["ingest", "clean"]) {
    const run = await segment([command, "given.csv", "--null", "agee=999", "-q"], { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("--null: no column agee; did you mean age?");
  }
});

test("what profile proposes for a sentinel leaves the same number elsewhere", async () => {
  const run = await segment(["profile", "given.csv", "--json"], { cwd });
  const { next } = JSON.parse(run.stdout) as { readonly next: readonly { readonly run: string }[] };
  const clean = next.find((one) => one.run.startsWith("segment clean"))!.run.replace(/ --schema \S+/, "");
  expect(clean).toContain(" --null age=999 ");
  expect((await shell(clean.replace("-o clean.csv", "-o proposed.csv"), { cwd })).code).toBe(0);
  const rows = read("proposed.csv")
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  expect(rows.map(([id]) => id).slice(1)).toEqual(Array.from({ length: 40 }, (_, i) => String(970 + i)));
  expect(rows.map((row) => row[2]).slice(1)).toEqual(Array.from({ length: 40 }, (_, i) => String(960 + i)));
});
