import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { scratch, segment, shell } from "./run-segment.ts";
import { tableBySql } from "./table-by-sql.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const run = (...words: string[]): ReturnType<typeof segment> => segment(words, { cwd });
const columns = ["--columns", "revenue,orders,visits"];

beforeAll(async () => {
  const made = await shell(
    `set -e; segment sample customers --rows 300 --seed 7 -q -o customers.csv
     segment cluster customers.csv ${columns.join(" ")} --k 5 --starts 2 --save-model model.json --with second -q -o segments.csv`,
    { cwd },
  );
  expect(made).toEqual({ code: 0, stdout: "", stderr: "" });
}, 60_000);

const lines = (name: string): readonly string[] => read(name).trimEnd().split("\n");
/** The fields from the segment on, and all before them. */
const split = (name: string): readonly (readonly [string, readonly string[]])[] =>
  lines(name)
    .slice(1)
    .map((line) => {
      const fields = line.split(",");
      return [fields.slice(0, -2).join(","), fields.slice(-2)];
    });
const joined = (segmentNumber: string): string => (segmentNumber === "4" ? "2" : segmentNumber);

test("a table's rows of the joined segments have one number, and nothing else has changed", async () => {
  const merged = await run("merge", "4,2", "--in", "segments.csv", "-o", "merged.csv", "--json");
  expect(merged).toMatchObject({ code: 0, stderr: "" });
  const before = split("segments.csv");
  expect(split("merged.csv")).toEqual(before.map(([rest, [one, second]]) => [rest, [joined(one!), second]]));
  const rows = (wanted: readonly string[]): number => before.filter(([, [one]]) => wanted.includes(one!)).length;
  const report = JSON.parse(merged.stdout) as { segments: { segment: number; size: number }[] };
  expect(report).toMatchObject({
    schema: "segment/merge@1",
    input: { rows: 300, used: 300 },
    output: { rows: 300 },
    joined: [2, 4],
    into: 2,
    moved: rows(["4"]),
    warnings: [{ code: "stale-columns" }],
  });
  expect(report.segments.map(({ segment: number, size }) => [number, size])).toEqual(
    ["1", "2", "3", "5"].map((number) => [Number(number), rows(number === "2" ? ["2", "4"] : [number])]),
  );
});

test("a merged model gives each row what the old one gave, joined, in the program and as SQL", async () => {
  const saved = await run("merge", "2,4", "--model", "model.json", "--save-model", "merged.json", "--json");
  expect(saved).toMatchObject({ code: 0, stderr: "" });
  const { model } = JSON.parse(saved.stdout) as {
    model: { segments: { segment: number; size: number; share: number }[] };
  };
  expect(model.segments.map((one) => one.segment)).toEqual([1, 2, 3, 5]);
  expect(model.segments.reduce((sum, { size }) => sum + size, 0)).toBe(300);
  expect(model.segments.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  const with_ = ["--model", "merged.json", "--with", "second,distance,silhouette"];
  expect((await run("assign", "customers.csv", ...with_, "-q", "-o", "assigned.csv")).code).toBe(0);
  const assigned = lines("assigned.csv")
    .slice(1)
    .map((line) => line.split(",").slice(-4));
  const before = split("segments.csv");
  expect(assigned.map((fields) => fields[0])).toEqual(before.map(([, [one]]) => joined(one!)));
  // The runner-up is another segment, and the one of before where that has not become the row's own.
  before.forEach(([, [one, second]], i) => {
    expect(assigned[i]![3]).not.toBe(assigned[i]![0]);
    if (joined(second!) !== joined(one!)) expect(assigned[i]![3]).toBe(joined(second!));
  });
  const explained = await run("assign", "customers.csv", "--model", "merged.json", "--explain");
  const rows = await tableBySql(cwd, explained.stdout);
  expect(rows.map((row) => String(row["segment"]))).toEqual(assigned.map((fields) => fields[0]));
});

test("a refit can be numbered like a merged model, and a names file calls the whole", async () => {
  expect((await run("merge", "2,4", "--model", "model.json", "--save-model", "again.json", "-q")).code).toBe(0);
  writeFileSync(join(cwd, "names.yaml"), "2: Both\n4: Nobody\n");
  const words = ["--model", "again.json", "--names", "names.yaml", "--json"];
  const { segments } = JSON.parse((await run("assign", "customers.csv", ...words)).stdout) as {
    segments: { segment: number; name: string }[];
  };
  expect(segments.filter(({ name }) => name === "Both" || name === "Nobody")).toMatchObject([
    { segment: 2, name: "Both" },
  ]);
  const refit = await run(
    "cluster",
    "customers.csv",
    ...columns,
    "--k",
    "4",
    "--starts",
    "2",
    "--like",
    "again.json",
    "--json",
  );
  const numbers = (JSON.parse(refit.stdout) as { segments: { segment: number }[] }).segments;
  expect(numbers.every(({ segment: number }) => number !== 4)).toBe(true);
});

test("why a row is in a whole is told against other segments, never against its other part", async () => {
  expect((await run("merge", "2,4", "--model", "model.json", "--save-model", "whole.json", "-q")).code).toBe(0);
  const at = split("segments.csv").findIndex(([, fields]) => joined(fields[0]!) === "2" && joined(fields[1]!) === "2");
  expect(at).toBeGreaterThanOrEqual(0);
  const id = lines("segments.csv")[at + 1]!.split(",")[0]!;
  const found = await run("why", id, "--in", "customers.csv", "--model", "whole.json", "--json");
  expect(found).toMatchObject({ code: 0, stderr: "" });
  const {
    segment: own,
    runner_up: runnerUp,
    changes,
    joint,
  } = JSON.parse(found.stdout) as {
    segment: number;
    runner_up: { segment: number };
    changes: readonly { segment: number }[];
    joint: { segment: number } | null;
  };
  expect(own).toBe(2);
  const others = [runnerUp, ...changes, ...(joint === null ? [] : [joint])].map((one) => one.segment);
  expect(others.length).toBeGreaterThan(1);
  expect(others.filter((one) => ![1, 3, 5].includes(one))).toEqual([]);
});

test("labels that are texts are joined too, and 2.10 is not 2.1", async () => {
  writeFileSync(join(cwd, "parts.csv"), "id,segment\na,2.1\nb,2.10\nc,2.2\nd,0\ne,\nf,1\n");
  expect((await run("merge", "2.10,2.2", "--in", "parts.csv", "-q", "-o", "p.csv")).code).toBe(0);
  expect(read("p.csv")).toBe("id,segment\na,2.1\nb,2.2\nc,2.2\nd,0\ne,\nf,1\n");
  writeFileSync(join(cwd, "words.csv"), "id,group\na,gold\nb,silver\nc,tin\n");
  const named = ["--name", "group", "--into", "metal"];
  expect((await run("merge", "gold,tin", "--in", "words.csv", ...named, "-q", "-o", "w.csv")).code).toBe(0);
  expect(read("w.csv")).toBe("id,group\na,metal\nb,silver\nc,metal\n");
});

test.each([
  [["3,9", "--in", "segments.csv"], "there is no segment 9; it has 1, 2, 3, 4, 5"],
  [["3,9", "--model", "model.json", "--save-model", "x.json"], "there is no segment 9; it has 1, 2, 3, 4, 5"],
  [["3", "--in", "segments.csv"], "merge joins two segments or more"],
  [["3,4"], "merge needs a table or a model"],
  [
    ["3,4", "--into", "1", "--in", "segments.csv"],
    "segment 1 is not among those joined; join it too: segment merge 1,3,4",
  ],
  [["3,4", "--into", "x", "--in", "segments.csv"], "--into x: not a number of a segment"],
  [["3,4", "--model", "model.json"], "--model and --save-model belong together"],
  [["3,4", "--model", "model.json", "--save-model", "x.json", "-o", "y.csv"], "--output would have no effect"],
  [["3,4", "--in", "segments.csv", "--name", "segmnt"], "did you mean segment?"],
])("%j is refused", async (words, message) => {
  const refused = await run("merge", ...words, ...(words.includes("--in") ? ["-o", "x.csv"] : []));
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain(message);
});
