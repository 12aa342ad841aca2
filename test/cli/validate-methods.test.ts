import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const folder = new URL("../../fixtures/reference/", import.meta.url);
const wine = readFileSync(new URL("k-means/wine.csv", folder), "utf8");
const header = wine
  .split("\n")[0]!
  .split(",")
  .map((_, j) => `c${j}`)
  .join(",");
writeFileSync(join(cwd, "wine.csv"), `${header}\n${wine}`);

interface Report {
  readonly segments: {
    readonly cophenetic?: { readonly correlation: number; readonly linkage: string; readonly rows: number };
    readonly dunn: { readonly index: number; readonly rows: number };
    readonly noise: { readonly rows: number };
    readonly silhouette: { readonly mean: number };
  };
  readonly stability?: {
    readonly method: string;
    readonly rows: number;
    readonly refits: { readonly k: readonly unknown[] };
  };
}

const fit = async (method: readonly string[]): Promise<void> => {
  const words = ["cluster", "wine.csv", "--columns", header, "--scale", "none", "--save-model", "m.json", "-q"];
  const run = await segment([...words, "-o", "out.csv", ...method], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
};
const judge = async (words: readonly string[]): Promise<Report> => {
  const run = await segment(["validate", "out.csv", "--segments", "--model", "m.json", "--json", ...words], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  return JSON.parse(run.stdout) as Report;
};

const trees = JSON.parse(readFileSync(new URL("hierarchical/reference.json", folder), "utf8")) as {
  cases: readonly { readonly name: string; readonly linkage: string; readonly cophenetic: number }[];
};

test.each(["average", "ward"])("of a tree (%s) the cophenetic correlation is SciPy's", async (linkage) => {
  await fit(["--method", "hierarchical", "--linkage", linkage, "--k", "3"]);
  const { segments } = await judge([]);
  const expected = trees.cases.find((one) => one.name === "wine" && one.linkage === linkage)!;
  expect(segments.cophenetic).toMatchObject({ linkage, rows: 178 });
  expect(segments.cophenetic!.correlation).toBeCloseTo(expected.cophenetic, 9);
  expect(segments.dunn.rows).toBe(178);
});

test("rows in no segment count as 0 in the mean silhouette, and are drawn from where the method finds noise", async () => {
  const words = ["cluster", "wine.csv", "--columns", header, "--scale", "none", "--save-model", "m.json", "--json"];
  const density = ["--method", "dbscan", "--epsilon", "30", "--min-samples", "6", "-o", "out.csv"];
  const run = await segment([...words, ...density], { cwd });
  const { silhouette } = JSON.parse(run.stdout) as { silhouette: { mean: number } };
  const judged = await judge(["--stability", "--draws", "3"]);
  expect(judged.segments.noise.rows).toBeGreaterThan(20);
  expect(judged.segments.silhouette.mean).toBeCloseTo(silhouette.mean, 12);
  expect(judged.stability!.rows).toBe(178);
  const named = await judge(["--stability", "--draws", "3", "--method", "k-means"]);
  expect(named.stability!.rows).toBe(178 - judged.segments.noise.rows);
  const gate = await segment(
    ["validate", "out.csv", "--model", "m.json", "--min-silhouette", String(silhouette.mean + 1e-6), "-o", "x.csv"],
    { cwd },
  );
  expect(gate.code).toBe(1);
});

test("stability fits the model's own method anew, or the one that is named", async () => {
  await fit(["--method", "genie", "--k", "3"]);
  const own = await judge(["--stability", "--draws", "4"]);
  expect(own.stability).toMatchObject({ method: "genie" });
  expect(own.segments.cophenetic).toBeUndefined();
  const named = await judge(["--stability", "--draws", "4", "--method", "k-means"]);
  expect(named.stability).toMatchObject({ method: "k-means" });
  expect(named.stability).not.toEqual({ ...own.stability, method: "k-means" });
  await fit(["--method", "dbscan", "--epsilon", "40", "--min-samples", "6"]);
  const found = await judge(["--stability", "--draws", "4"]);
  expect(found.stability).toMatchObject({ method: "dbscan", refits: { k: [] } });
  const idle = await segment(["validate", "out.csv", "--segments", "--method", "gmm"], { cwd });
  expect([idle.code, idle.stderr]).toEqual([2, expect.stringContaining("--method would have no effect")]);
});
