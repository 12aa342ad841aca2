import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { adjustedRandIndex } from "../../src/model/metrics/adjusted-rand-index.ts";
import { createRandom } from "../../src/model/random.ts";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const random = createRandom(3, "rows of a stream");
const groups = 4;
/** In the order of the groups, the hardest for batches that are read in turn; each hundredth row has a gap. */
const rows = Array.from({ length: 104_000 }, (_, i) => {
  const group = Math.floor((i * groups) / 104_000);
  const value = (j: number): string => (10 * ((group >> j) & 1) + random.normal(2 * i + j)).toFixed(3);
  return `${i % 100 === 50 ? "" : value(0)},${value(1)}`;
});
writeFileSync(join(cwd, "rows.csv"), `a,b\n${rows.join("\n")}\n`);

const segments = (file: string): number[] =>
  readFileSync(join(cwd, file), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",").at(-1)));

interface Report {
  readonly inertia: number;
  readonly sample: { readonly rows: number };
  readonly unassigned: number;
  readonly choice: {
    readonly candidates: readonly { readonly calinski_harabasz: number; readonly davies_bouldin: number }[];
  };
  readonly segments: readonly { readonly size: number }[];
  readonly warnings: readonly { readonly code: string }[];
}

test("mini-batch finds the segments of plain k-means within two percent of its inertia, the same for any threads", async () => {
  const words = ["cluster", "rows.csv", "--k", "4", "--missing", "drop", "--json"];
  const plain = JSON.parse((await segment([...words, "-o", "plain.csv"], { cwd })).stdout) as Report;
  const outputs: string[] = [];
  for (const threads of ["1", "2"]) {
    const how = ["--mini-batch", "--threads", threads, "-o", "batch.csv", "--save-model", "m.json"];
    const run = await segment([...words, ...how], { cwd });
    expect([run.code, run.stderr]).toEqual([0, ""]);
    outputs.push(run.stdout + readFileSync(join(cwd, "batch.csv"), "utf8") + readFileSync(join(cwd, "m.json"), "utf8"));
  }
  expect(outputs[1]).toBe(outputs[0]);
  const [batch, other] = [segments("batch.csv"), segments("plain.csv")];
  // Rows between two groups may fall to either side.
  expect(adjustedRandIndex(batch, other)).toBeGreaterThan(0.999);
  const run = await segment([...words, "--mini-batch", "-o", "batch.csv"], { cwd });
  const report = JSON.parse(run.stdout) as Report;
  expect(report.inertia / plain.inertia).toBeLessThan(1.02);
  expect(report.unassigned).toBe(1040);
  expect(report.segments.map((_, s) => batch.filter((number) => number === s + 1).length)).toEqual(
    report.segments.map(({ size }) => size),
  );
  const [own] = report.choice.candidates;
  const [exact] = plain.choice.candidates;
  expect(own!.calinski_harabasz / exact!.calinski_harabasz).toBeCloseTo(1, 2);
  expect(own!.davies_bouldin / exact!.davies_bouldin).toBeCloseTo(1, 2);
  expect(report.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(["mini-batch", "sampled"]));
  const assigned = await segment(["assign", "rows.csv", "--model", "m.json", "-o", "again.csv", "-q"], { cwd });
  expect([assigned.code, assigned.stderr]).toEqual([0, ""]);
  expect(segments("again.csv")).toEqual(batch);
});

test("what rows read block by block cannot do is refused", async () => {
  for (const [words, text] of [
    [["--seeding", "greedy"], "--seeding would have no effect"],
    [["--explain"], "--explain would have no effect"],
    [["--with", "silhouette"], "reads them block by block"],
    [["--method", "gmm"], "--mini-batch would have no effect"],
    [["--within", "a"], "--mini-batch would have no effect"],
  ] as const) {
    const run = await segment(["cluster", "rows.csv", "--mini-batch", ...words], { cwd });
    expect([words, run.code, run.stderr]).toEqual([words, 2, expect.stringContaining(text)]);
  }
});
