import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): Buffer => readFileSync(join(cwd, name));
const outputs = ["out.csv", "out.parquet", "model.json", "report.json", "report.html"];

async function fit(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<readonly Buffer[]> {
  const csv = ["-o", "out.csv", "--save-model", "model.json", "--report", "report.json"];
  const base = ["cluster", "c.csv", "--k", "3..4", "--starts", "3", "--with", "silhouette,distance", "-q"];
  expect(await segment([...base, ...csv, ...words], { cwd, env })).toEqual({ code: 0, stdout: "", stderr: "" });
  const parquet = ["-o", "out.parquet", "--report", "report.html"];
  expect(await segment([...base, ...parquet, ...words], { cwd, env })).toEqual({ code: 0, stdout: "", stderr: "" });
  return outputs.map(read);
}

let first: readonly Buffer[] = [];

beforeAll(async () => {
  const sample = ["sample", "customers", "--rows", "2500", "--duplicates", "0.1", "-q", "-o", "c.csv"];
  expect(await segment(sample, { cwd })).toMatchObject({ code: 0 });
  first = await fit(["--threads", "1"]);
});

describe("table, model and reports are the same bytes", () => {
  test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ["when run again", ["--threads", "1"], {}],
    ["with two threads", ["--threads", "2"], {}],
    [
      "with four threads, in another zone and locale",
      ["--threads", "4"],
      { TZ: "Asia/Kolkata", LC_ALL: "fr_FR.UTF-8" },
    ],
  ])("%s", async (_how, words, env) => {
    const again = await fit(words, env);
    outputs.forEach((name, i) => expect(again[i]!.equals(first[i]!), name).toBe(true));
  });
});

test("without WebAssembly the table, the model and the report are the same bytes", async () => {
  const run = async (env: Readonly<Record<string, string>>): Promise<readonly Buffer[]> => {
    const words = ["--columns", "revenue,orders", "--k", "3", "--starts", "2", "--save-model", "s.json"];
    const fit = ["cluster", "small.csv", ...words, "--report", "s-report.json", "-q", "-o", "s.csv"];
    expect(await segment(fit, { cwd, env })).toMatchObject({ code: 0 });
    return ["s.csv", "s.json", "s-report.json"].map(read);
  };
  writeFileSync(join(cwd, "small.csv"), read("c.csv").toString().split("\n").slice(0, 121).join("\n"));
  const kernels = await run({});
  const plain = await run({ SEGMENT_KERNELS: "typescript" });
  plain.slice(0, 2).forEach((bytes, i) => expect(bytes.equals(kernels[i]!)).toBe(true));
  const figures = (bytes: Buffer): unknown => ({ ...(JSON.parse(bytes.toString()) as object), warnings: [] });
  expect(figures(plain[2]!)).toEqual(figures(kernels[2]!));
});

test("a sample is the same bytes with any number of threads, and another with another seed", async () => {
  const sample = (words: readonly string[]): Promise<{ stdout: string }> =>
    segment(["sample", "customers", "--rows", "500", "-q", ...words], { cwd });
  const [one, four, other] = await Promise.all([
    sample(["--threads", "1"]),
    sample(["--threads", "4"]),
    sample(["--seed", "7"]),
  ]);
  expect(four.stdout).toBe(one.stdout);
  expect(other.stdout).not.toBe(one.stdout);
});

test("no report names a path, a thread count or a duration", async () => {
  writeFileSync(join(cwd, "unlikely-name.csv"), read("c.csv"));
  const run = await segment(["cluster", "unlikely-name.csv", "--k", "3", "--json", "--threads", "2"], { cwd });
  const { input, output, merged, grouped, removed } = JSON.parse(run.stdout) as {
    input: { rows: number; used: number; quarantined: number };
    output: { rows: number };
    merged: number;
    grouped: number;
    removed: number;
  };
  expect(run.stdout).not.toMatch(/unlikely-name|segment-cli|threads|seconds|duration/);
  expect(input.rows).toBe(output.rows + merged + grouped + removed + input.quarantined);
});
