import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { lcg } from "../model/cluster/data.ts";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const run = (...words: string[]): ReturnType<typeof segment> => segment(words, { cwd });

/**
 * Segment 1: 60 rows about (0, 0) and 40 about (100, 100), each within a square of side 1. Segment 2: 100 rows spread evenly
 * over a square. Segment 3: five rows. Segment 4: 30 equal rows. And two rows in no segment.
 */
const rows: { readonly text: string; readonly part: string }[] = [];

beforeAll(() => {
  const u = lcg(4000, 11);
  let next = 0;
  const add = (label: string, part: string, x: number, y: number): void => {
    rows.push({ text: `r${rows.length},${x.toFixed(6)},${y.toFixed(6)},${label}`, part });
  };
  for (let i = 0; i < 100; i++) {
    const isFirst = i % 5 < 3;
    const at = isFirst ? 0 : 100;
    add("1", isFirst ? "1.1" : "1.2", at + u[next++]!, at + u[next++]!);
    add("2", "2", 500 + 50 * u[next++]!, 500 + 50 * u[next++]!);
    if (i < 5) add("3", "3", 900 + 9 * u[next++]!, 900 + i);
    if (i < 30) add("4", "4", 700, 700);
    if (i < 2) add(i === 0 ? "0" : "", "0", 1, 1);
  }
  writeFileSync(join(cwd, "in.csv"), `id,spent,basket,segment\n${rows.map(({ text }) => text).join("\n")}\n`);
});

const labels = (name: string): readonly string[] =>
  read(name)
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.slice(line.lastIndexOf(",") + 1));
const within = ["cluster", "in.csv", "--within", "segment", "--starts", "2"];

test("a segment of two groups is split in two, by falling size; one cloud, few rows and equal rows stay whole", async () => {
  const found = await run(...within, "--save-model", "parts.json", "-o", "out.csv", "--json");
  expect(found).toMatchObject({ code: 0, stderr: "" });
  expect(labels("out.csv")).toEqual(rows.map(({ part }) => part));
  expect(JSON.parse(found.stdout)).toMatchObject({
    schema: "segment/cluster@1",
    input: { rows: 237, used: 237 },
    output: { rows: 237 },
    unassigned: 2,
    within: {
      column: "segment",
      segments: [
        {
          segment: "1",
          split: true,
          k: 2,
          structure: "found",
          parts: [
            { segment: "1.1", size: 60, share: 0.6 },
            { segment: "1.2", size: 40, share: 0.4 },
          ],
        },
        { segment: "2", rows: 100, split: false, reason: "no more structure than tables without any" },
        { segment: "3", rows: 5, split: false, reason: "fewer than 20 rows" },
        { segment: "4", rows: 30, split: false, reason: "no column varies within it" },
      ],
    },
  });
  const text = await run(...within, "-o", "x.csv");
  expect(text.stdout).toContain("1 of 4 segments split");
  expect(text.stdout).toContain("segment 1: 100 rows in 2 parts");
});

test("the saved models give the same rows the same parts, by assign and by cluster --model, for any number of threads", async () => {
  expect((await run("assign", "in.csv", "--model", "parts.json", "--threads", "1", "-q", "-o", "a.csv")).code).toBe(0);
  expect(read("a.csv")).toBe(read("out.csv"));
  expect((await run("cluster", "in.csv", "--model", "parts.json", "-q", "-o", "b.csv")).code).toBe(0);
  expect(read("b.csv")).toBe(read("out.csv"));
  expect((await run(...within, "--threads", "1", "-q", "-o", "c.csv")).code).toBe(0);
  expect(read("c.csv")).toBe(read("out.csv"));
  const report = JSON.parse((await run("assign", "in.csv", "--model", "parts.json", "--json")).stdout) as object;
  expect(report).toMatchObject({
    unassigned: 2,
    segments: [{ segment: "1.1", size: 60 }, { segment: "1.2", size: 40 }, { segment: "2", size: 100 }, {}, {}],
  });
});

test("a number of parts that was asked for is given, under the column of another name too", async () => {
  const words = [...within, "--only", "2", "--k", "3", "--name", "part", "-q", "-o", "three.csv"];
  expect((await run(...words)).code).toBe(0);
  const found = labels("three.csv");
  expect(new Set(found.filter((_, i) => rows[i]!.part === "2"))).toEqual(new Set(["2.1", "2.2", "2.3"]));
  expect(found.filter((_, i) => rows[i]!.part === "1.1")).toEqual(Array(60).fill("1"));
  expect(read("three.csv").split("\n")[0]).toBe("id,spent,basket,segment,part");
});

test("parts are split again in the next layer, joined, and judged by validate", async () => {
  const deeper = ["cluster", "out.csv", "--within", "segment", "--only", "1.2", "--k", "2", "--starts", "2"];
  expect((await run(...deeper, "-q", "-o", "deeper.csv")).code).toBe(0);
  const found = labels("deeper.csv");
  expect(new Set(found)).toEqual(new Set(["0", "1.1", "1.2.1", "1.2.2", "2", "3", "4"]));
  expect(found.map((label) => (label.startsWith("1.2") ? "1.2" : label))).toEqual(rows.map(({ part }) => part));
  const layered = JSON.parse((await run("validate", "deeper.csv", "--segments", "--json")).stdout) as {
    segments: { segments: { segment: string }[] };
  };
  expect(layered.segments.segments.map((one) => one.segment)).toEqual(["1.1", "1.2.1", "1.2.2", "2", "3", "4"]);
  expect((await run("merge", "1.2.1,1.2.2", "--into", "1.2", "--in", "deeper.csv", "-q", "-o", "back.csv")).code).toBe(
    0,
  );
  expect(labels("back.csv")).toEqual(rows.map(({ part }) => part));
  const judged = JSON.parse((await run("validate", "out.csv", "--segments", "--json")).stdout) as {
    segments: { segments: { segment: string; size: number }[] };
  };
  expect(judged.segments.segments.map((one) => [one.segment, one.size])).toEqual([
    ["1.1", 60],
    ["1.2", 40],
    ["2", 100],
    ["3", 5],
    ["4", 30],
  ]);
});

test.each([
  [["--only", "9"], "--only 9: there is no such segment; it has 1, 2, 3, 4"],
  [["--like", "parts.json"], "--like would have no effect"],
  [["--with", "distance"], "--with would have no effect"],
  [["--engine", "sc://localhost:1"], "Spark's rows stay there"],
])("%j is refused", async (words, message) => {
  const refused = await run(...within, ...words, "-o", "none.csv");
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain(message);
});

test("--only without --within, and --explain of such a model, are refused", async () => {
  expect((await run("cluster", "in.csv", "--only", "1", "-o", "x.csv")).stderr).toContain("add --within COL");
  expect((await run("assign", "in.csv", "--model", "parts.json", "--explain")).stderr).toContain("leave out --explain");
});

test("a row with a gap that is not filled keeps its segment, in no part of it", async () => {
  const text = read("in.csv").replace(/^r0,[^,]*,/m, "r0,,");
  writeFileSync(join(cwd, "gap.csv"), text);
  const words = ["cluster", "gap.csv", "--within", "segment", "--only", "1", "--starts", "2", "--missing", "drop"];
  const found = await run(...words, "--save-model", "gap.json", "-o", "gap-out.csv");
  expect(found.stdout).toContain("1 of its rows are in no part and keep 1");
  expect(labels("gap-out.csv").slice(0, 6)).toEqual(["1", "2", "3", "4", "0", "1.1"]);
  expect((await run("assign", "gap.csv", "--model", "gap.json", "-q", "-o", "gap-again.csv")).code).toBe(0);
  expect(read("gap-again.csv")).toBe(read("gap-out.csv"));
});

test("a damaged model of parts is refused by the member that is wrong", async () => {
  const model = JSON.parse(read("parts.json")) as { parameters: { parents: { model: { parameters: object } }[] } };
  model.parameters.parents[0]!.model.parameters = { ...model.parameters.parents[0]!.model.parameters, inertia: -1 };
  writeFileSync(join(cwd, "bad.json"), JSON.stringify(model));
  const refused = await run("assign", "in.csv", "--model", "bad.json", "-o", "x.csv");
  expect(refused).toMatchObject({ code: 3 });
  expect(refused.stderr).toContain("bad.json: parents[0].model.inertia is missing or wrong");
});
