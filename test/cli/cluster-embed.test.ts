import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");

interface Report {
  readonly columns: readonly string[];
  readonly embedding: {
    readonly kind: string;
    readonly columns: number;
    readonly size: number;
    readonly variance_left: number;
    readonly variance_left_by_pca: number | null;
  };
  readonly segments: readonly { readonly centroid: Readonly<Record<string, number>> }[];
}

const iris = readFileSync(new URL("../../fixtures/reference/k-means/iris.csv", import.meta.url), "utf8");
put("iris.csv", `a,b,c,d\n${iris}`);
// Eight columns that two hidden ones bend into, three groups along the first.
const bent = Array.from({ length: 900 }, (_, i) => {
  const group = i % 3;
  const s = group * 1.4 + ((i * 7919) % 997) / 997;
  const t = ((i * 104_729) % 991) / 991;
  return Array.from({ length: 8 }, (_, j) => Math.sin(s * (1 + (j % 4)) + j) + 0.5 * Math.cos(t * (2 + (j >> 2)) + j));
});
put("bent.csv", `${bent[0]!.map((_, j) => `x${j}`).join(",")}\n${bent.map((row) => row.join(",")).join("\n")}\n`);

test("principal components: the variance of scikit-learn's, centroids in the columns' own units, and the model's labels", async () => {
  const words = ["cluster", "iris.csv", "--columns", "a,b,c,d", "--scale", "zscore", "--k", "3", "--embed", "pca"];
  const run = await segment([...words, "--embed-size", "2", "--json", "-o", "out.csv", "--save-model", "m.json"], {
    cwd,
  });
  expect(run.stderr).toBe("");
  const report = JSON.parse(run.stdout) as Report;
  // StandardScaler, then PCA(2).explained_variance_ratio_.sum() of scikit-learn 1.9.1.
  expect(report.embedding).toMatchObject({ kind: "pca", columns: 4, size: 2, variance_left_by_pca: null });
  expect(1 - report.embedding.variance_left).toBeCloseTo(0.9581320720000164, 9);
  const rows = read("out.csv")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map(Number));
  report.segments.forEach(({ centroid }, s) => {
    const own = rows.filter((row) => row[4] === s + 1);
    ["a", "b", "c", "d"].forEach((name, j) =>
      expect(centroid[name]).toBeCloseTo(own.reduce((sum, row) => sum + row[j]!, 0) / own.length, 9),
    );
  });
  const again = await segment(["assign", "iris.csv", "--model", "m.json", "-o", "again.csv", "-q"], { cwd });
  expect([again.code, read("again.csv")]).toEqual([0, read("out.csv")]);
  const usual = await segment([...words, "--json", "-o", "out.csv"], { cwd });
  // Two components are the least that keep 90 %.
  expect((JSON.parse(usual.stdout) as Report).embedding.size).toBe(2);
});

test("an autoencoder: the same bytes for any number of threads, what it leaves beside principal components, and its model's labels", async () => {
  const words = ["cluster", "bent.csv", "--k", "3", "--embed", "autoencoder", "--embed-size", "2", "--json"];
  const outputs: string[] = [];
  for (const threads of ["1", "4"]) {
    const run = await segment([...words, "--threads", threads, "-o", "out.csv", "--save-model", "m.json"], { cwd });
    expect(run.stderr).toBe("");
    outputs.push(run.stdout + read("out.csv") + read("m.json"));
    const { embedding } = JSON.parse(run.stdout) as Report;
    expect(embedding).toMatchObject({ kind: "autoencoder", columns: 8, size: 2 });
    expect(embedding.variance_left).toBeLessThan(embedding.variance_left_by_pca!);
  }
  expect(outputs[1]).toBe(outputs[0]);
  const again = await segment(["assign", "bent.csv", "--model", "m.json", "-o", "again.csv", "-q"], { cwd });
  expect([again.code, read("again.csv")]).toEqual([0, read("out.csv")]);
  const why = await segment(["validate", "out.csv", "--segments", "--model", "m.json", "-q"], { cwd });
  expect(why.code).toBe(0);
});

test("an embedding goes with any method, and is refused where it has no meaning", async () => {
  const mixed = await segment(["cluster", "bent.csv", "--method", "hdbscan", "--embed", "pca", "-o", "out.csv"], {
    cwd,
  });
  expect([mixed.code, mixed.stdout]).toEqual([
    0,
    expect.stringContaining("embedding: principal components, 8 columns in "),
  ]);
  for (const [words, text] of [
    [["--embed-size", "2"], "--embed-size would have no effect"],
    [["--embed", "pca", "--embed-size", "8"], "at most --embed-size 7"],
    [["--columns", "x1", "--embed", "pca"], "leave out --embed"],
  ] as const) {
    const run = await segment(["cluster", "bent.csv", ...words], { cwd });
    expect([words, run.code, run.stderr]).toEqual([words, 2, expect.stringContaining(text)]);
  }
});

test("why tells of an embedded row by the columns, and what would move it by the model itself", async () => {
  const table = read("iris.csv")
    .trim()
    .split("\n")
    .map((line, i) => (i === 0 ? `id,${line}` : `${i},${line}`));
  put("ids.csv", `${table.join("\n")}\n`);
  const words = ["cluster", "ids.csv", "--id", "id", "--columns", "a,b,c,d", "--k", "3", "--embed", "pca"];
  expect((await segment([...words, "-o", "out.csv", "--save-model", "m.json", "-q"], { cwd })).code).toBe(0);
  const why = await segment(["why", "60", "--in", "out.csv", "--id", "id", "--model", "m.json", "--json"], { cwd });
  expect([why.code, why.stderr]).toEqual([0, ""]);
  const found = JSON.parse(why.stdout) as { segment: number };
  const row = read("out.csv").trim().split("\n")[60]!;
  expect(found.segment).toBe(Number(row.split(",").at(-1)));
});
