import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Json } from "../../src/core/report.ts";
import { scratch, segment } from "../cli/run-segment.ts";
import { expectAlike } from "./alike.ts";
import { writeBlobs } from "./blobs.js";
import { labelsOf } from "./near-ties.ts";
import { describeOnSpark } from "./spark-remote.ts";

const folder = scratch();
const at = (name: string): string => join(folder, name);
const manyRows = 120_000;

beforeAll(async () => {
  const words = ["sample", "customers", "--rows", "4000", "--seed", "1", "-q", "-o", at("customers.csv")];
  expect(await segment(words)).toMatchObject({ code: 0 });
  await writeBlobs(at("many.parquet"), manyRows);
  const places = [0.6, 1, 1.4, 1.8];
  const line = (of: (j: number) => unknown): string => `${Array.from({ length: 3 }, (_, j) => of(j)).join()}\n`;
  writeFileSync(
    at("init.csv"),
    [line((j) => `v_${j + 1}`), ...places.map((x, c) => line((j) => x + 0.5 * ((c >> (j % 2)) & 1)))].join(""),
  );
});

/** Members of a report that are read here. */
interface Report {
  readonly [member: string]: Json;
}

interface Model {
  readonly [member: string]: Json;
  readonly parameters: { readonly [member: string]: Json };
}

interface Fitted {
  readonly report: Report;
  readonly model: Model;
  readonly text: string;
  readonly labels: readonly number[];
}

let runs = 0;

/** A fit on this machine (null) or on a Spark. */
async function fit(input: string, more: readonly string[], remote: string | null): Promise<Fitted> {
  const cwd = at(`run-${++runs}`);
  mkdirSync(cwd);
  const where = remote === null ? ["--threads", "2"] : ["--engine", remote];
  const words = ["cluster", at(input), ...more, "--report", "report.json", "--save-model", "model.json"];
  const ended = await segment([...words, "-o", "out.csv", ...where], { cwd });
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
  const report = JSON.parse(read("report.json")) as Report;
  return {
    report,
    model: JSON.parse(read("model.json")) as Model,
    text: ended.stdout,
    labels: labelsOf(csvOf(join(cwd, "out.csv"))),
  };
}

/** The text of a table in one file, or in the parts that a cluster writes. */
function csvOf(output: string): string {
  if (!statSync(output).isDirectory()) return readFileSync(output, "utf8");
  const parts = readdirSync(output)
    .filter((name) => name.startsWith("part-"))
    .sort()
    .map((name) => readFileSync(join(output, name), "utf8").trimEnd().split("\n"));
  return [parts[0]![0]!, ...parts.flatMap((own) => own.slice(1)), ""].join("\n");
}

/** How many rows of each segment were written. */
function counted(labels: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function sizesOf({ segments }: Report): [number, number][] {
  return (segments as { segment: number; size: number }[]).map(({ segment: own, size }) => [own, size]);
}

describeOnSpark("mixtures on a Spark are those of this machine", (remote) => {
  test.each([
    ["full", ["--k", "4"]],
    ["diagonal", ["--k", "4", "--covariance", "diagonal"]],
    ["k chosen", ["--k", "2..4", "--covariance", "tied", "--starts", "2"]],
  ])("%s: the same segment in every row, the same report, the same model", async (_, options) => {
    const words = ["--method", "gmm", ...options];
    const here = await fit("customers.csv", words, null);
    const there = await fit("customers.csv", words, remote);
    expect(there.labels).toEqual(here.labels);
    expectAlike(there.report, here.report);
    expectAlike(there.model, here.model);
  });

  test("a table of which only a sample comes here, from given centres: sizes, likelihood and criteria are those of all rows", async () => {
    const words = ["--method", "gmm", "--columns", "v_1,v_2,v_3", "--init", at("init.csv"), "--max-iter", "6", "-q"];
    const here = await fit("many.parquet", words, null);
    const there = await fit("many.parquet", words, remote);
    const { sample } = there.report;
    expect(sample).toMatchObject({ of: manyRows, seed: 42, fitted_on: "all" });
    for (const member of ["likelihood", "iterations", "converged"]) {
      expectAlike(there.report[member]!, here.report[member]!);
    }
    expect(sizesOf(there.report)).toEqual(sizesOf(here.report));
    expect(there.labels).toEqual(here.labels);
  });
});

describeOnSpark("other methods on a Spark are fitted on a hash sample", (remote) => {
  test.each([
    ["k-medoids", ["--k", "3"], 19_000],
    ["hdbscan", [], 50_000],
    ["k-means", ["--k", "3", "--embed", "pca", "--embed-size", "1"], 100_000],
    ["hierarchical", ["--k", "3", "--linkage", "average"], 10_000],
  ])("%s: announced, every row assigned by SQL, the sizes those that were written", async (method, more, most) => {
    const words = ["--method", method, "--columns", "v_1,v_2", ...more];
    const { report, model, text, labels } = await fit("many.parquet", words, remote);
    const sample = report["sample"] as { rows: number; of: number; seed: number; fitted_on: string };
    expect(sample).toMatchObject({ of: manyRows, seed: 42, fitted_on: "sample" });
    expect(Math.abs(sample.rows - most)).toBeLessThan(5 * Math.sqrt(most));
    expect(model.parameters["sample"]).toEqual({ rows: sample.rows, of: manyRows, seed: 42 });
    expect(text.replaceAll(/\s/g, "")).toContain(`fittedonahashsampleof${sample.rows}of${manyRows}rows(seed42)`);
    expect(labels).toHaveLength(manyRows);
    const counts = counted(labels);
    for (const [own, size] of sizesOf(report)) expect([own, counts.get(own)]).toEqual([own, size]);
    expect(report["unassigned"]).toBe(counts.get(0) ?? 0);
  });

  test("what needs every row here is refused with the reason", async () => {
    const run = async (more: readonly string[]): Promise<string> => {
      const words = ["cluster", at("customers.csv"), "--engine", remote, "-o", at("refused.csv"), ...more];
      const ended = await segment(words);
      expect(ended.code).toBe(4);
      return ended.stderr;
    };
    expect(await run(["--max-size", "2000"])).toContain("--max-size needs the rows here");
    expect(await run(["--method", "hdbscan", "--with", "outlier"])).toContain("--with outlier compares a row");
    expect(await run(["--init-labels", "country"])).toContain("--init-labels takes means of rows that are here");
  });
});
