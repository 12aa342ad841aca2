import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lcg } from "../model/cluster/data.ts";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
// Three groups about (0, 0), (20, 5) and (40, 10).
const noise = lcg(1200, 3);
const lines = Array.from({ length: 600 }, (_, i) => {
  const group = i % 3;
  return `c${i},${(20 * group + 4 * noise[2 * i]!).toFixed(3)},${(5 * group + 2 * noise[2 * i + 1]!).toFixed(3)}`;
});
writeFileSync(join(cwd, "c.csv"), `id,spent,visits\n${lines.join("\n")}\n`);
writeFileSync(join(cwd, "init.csv"), "spent,visits\n0,0\n20,5\n40,10\n");

interface ClusterJson {
  readonly k: number;
  readonly seeding: string | null;
  readonly starts: number;
  readonly inertia: number;
  readonly choice: { readonly candidates: readonly { readonly k: number; readonly inertia: number }[] };
}

async function fit(words: readonly string[]): Promise<ClusterJson> {
  const run = await segment(["cluster", "c.csv", ...words, "--json"], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(run.stdout) as ClusterJson;
}

test("the report says how the starting centres were found", async () => {
  expect(await fit(["--k", "3"])).toMatchObject({ k: 3, seeding: "greedy", starts: 100 });
  expect(await fit(["--k", "3", "--seeding", "greedy"])).toEqual(await fit(["--k", "3"]));
  const parallel = await fit(["--k", "3", "--seeding", "parallel", "--starts", "4"]);
  expect(parallel).toMatchObject({ k: 3, seeding: "parallel", starts: 4 });
  expect(await fit(["--k", "3", "--init", "init.csv"])).toMatchObject({ seeding: null, starts: 1 });
  const run = await segment(["cluster", "c.csv", "--k", "3", "--seeding", "parallel", "-o", "out.csv"], { cwd });
  expect(run.code).toBe(0);
  expect(run.stdout.replaceAll("\n", " ")).toMatch(/seed 42 · parallel seeding · 10 starts/);
});

test("parallel seeding finds the groups, in a sweep over k and for any number of threads", async () => {
  const words = ["cluster", "c.csv", "--k", "2..5", "--seeding", "parallel", "-q", "-o"];
  expect((await segment([...words, "one.csv", "--threads", "1"], { cwd })).code).toBe(0);
  expect((await segment([...words, "two.csv", "--threads", "2"], { cwd })).code).toBe(0);
  const text = readFileSync(join(cwd, "one.csv"), "utf8");
  expect(readFileSync(join(cwd, "two.csv"), "utf8")).toBe(text);
  const labels = text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").at(-1)!);
  expect(new Set(labels.slice(0, 3)).size).toBe(3);
  labels.forEach((label, i) => expect(label).toBe(labels[i % 3]));
  const { choice } = await fit(["--k", "2..5", "--seeding", "parallel"]);
  expect(choice.candidates.map(({ k }) => k)).toEqual([2, 3, 4, 5]);
});

test("a seeding that would have no effect, or does not exist, is refused", async () => {
  expect(
    (await segment(["cluster", "c.csv", "--k", "3", "--save-model", "m.json", "-q", "-o", "o.csv"], { cwd })).code,
  ).toBe(0);
  for (const [words, message] of [
    [["--init", "init.csv", "--seeding", "greedy"], /^segment: --init gives the starting centres, so --seeding would/],
    [["--model", "m.json", "--seeding", "parallel"], /^segment: --model assigns without fitting, so --seeding would/],
    [["--seeding", "random"], /^segment: --seeding random: not one of greedy, parallel/],
  ] as const) {
    const run = await segment(["cluster", "c.csv", ...words, "-o", "refused.csv"], { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(message);
  }
});
