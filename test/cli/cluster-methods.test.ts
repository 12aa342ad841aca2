import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { methodNames } from "../../src/model/cluster/clustering.ts";
import { methods } from "../../src/model/cluster/methods/index.ts";
import { adjustedRandIndex } from "../../src/model/metrics/adjusted-rand-index.ts";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const folder = new URL("../../fixtures/reference/", import.meta.url);

interface Report {
  readonly method: string;
  readonly deviation: number;
  readonly converged: boolean;
  readonly starts: number;
  readonly seeding: string | null;
  readonly choice: { readonly candidates: readonly { readonly k: number; readonly deviation: number }[] };
}

const { cases } = JSON.parse(readFileSync(new URL("k-medoids/reference.json", folder), "utf8")) as {
  cases: readonly { readonly name: string; readonly k: number; readonly deviation: number }[];
};

test.each(["iris", "wine"])("k-medoids of %s is as near to its rows as the authors' program", async (name) => {
  const rows = readFileSync(new URL(`k-means/${name}.csv`, folder), "utf8");
  const header = rows
    .split("\n")[0]!
    .split(",")
    .map((_, j) => `c${j}`);
  put(`${name}.csv`, `${header.join(",")}\n${rows}`);
  const words = ["cluster", `${name}.csv`, "--columns", header.join(","), "--method", "k-medoids", "--scale", "none"];
  for (const { k, deviation } of cases.filter((one) => one.name === name)) {
    const run = await segment([...words, "--k", String(k), "--starts", "10", "--json", "-o", "out.csv"], { cwd });
    const report = JSON.parse(run.stdout) as Report;
    expect(report).toMatchObject({ method: "k-medoids", converged: true, starts: 10 });
    expect(report.deviation).toBeLessThanOrEqual(deviation * (1 + 1e-9));
  }
  const sweep = await segment([...words, "--k", "2..4", "--json", "-o", "out.csv", "--save-model", "m.json"], { cwd });
  const { choice, starts } = JSON.parse(sweep.stdout) as Report;
  expect(starts).toBe(1);
  expect(choice.candidates.map(({ k }) => k)).toEqual([2, 3, 4]);
  expect(choice.candidates[0]!.deviation).toBeGreaterThan(choice.candidates[2]!.deviation);
  const assigned = await segment(["assign", `${name}.csv`, "--model", "m.json", "-o", "again.csv", "-q"], { cwd });
  expect(assigned.code).toBe(0);
  expect(readFileSync(join(cwd, "again.csv"), "utf8")).toBe(readFileSync(join(cwd, "out.csv"), "utf8"));
});

const trees = JSON.parse(readFileSync(new URL("hierarchical/reference.json", folder), "utf8")) as {
  cases: readonly {
    readonly name: string;
    readonly linkage: string;
    readonly cuts: Readonly<Record<string, string>>;
    readonly cophenetic: number;
    readonly heights: readonly number[];
  }[];
};

interface Tree {
  readonly height: number;
  readonly parts?: readonly Tree[];
}

/** Heights of the merges above the segments. */
function heightsOf({ height, parts }: Tree): number[] {
  return parts === undefined ? [] : [height, ...parts.flatMap(heightsOf)];
}

test.each(trees.cases.filter(({ name }) => name === "wine"))(
  "hierarchical, $linkage linkage: the segments and the cophenetic correlation of SciPy's tree of wine",
  async ({ linkage, cuts, cophenetic, heights }) => {
    const rows = readFileSync(new URL("k-means/wine.csv", folder), "utf8");
    const header = rows
      .split("\n")[0]!
      .split(",")
      .map((_, j) => `c${j}`);
    put("wine.csv", `${header.join(",")}\n${rows}`);
    const words = ["cluster", "wine.csv", "--columns", header.join(","), "--scale", "none"];
    for (const [k, labels] of Object.entries(cuts)) {
      const how = ["--method", "hierarchical", "--linkage", linkage, "--k", k, "--json", "-o", "tree.csv"];
      const run = await segment([...words, ...how], { cwd });
      const report = JSON.parse(run.stdout) as { cophenetic: unknown; linkage: string; starts: null; tree: Tree };
      const merged = heightsOf(report.tree).sort((a, b) => b - a);
      // Recorded from the last merge on.
      expect(merged).toHaveLength(Number(k) - 1);
      merged.forEach((height, i) => expect(Math.abs(height / heights[i]! - 1)).toBeLessThan(1e-9));
      expect(report).toMatchObject({
        linkage,
        starts: null,
        cophenetic: { correlation: expect.closeTo(cophenetic, 9), sample: null },
      });
      const lines = readFileSync(join(cwd, "tree.csv"), "utf8").trim().split("\n").slice(1);
      const found = lines.map((line) => Number(line.split(",").at(-1)));
      expect(
        adjustedRandIndex(
          found,
          [...labels].map((label) => label.codePointAt(0)!),
        ),
      ).toBe(1);
    }
  },
);

test("the picture of a tree is written beside the table, and refused for a method that makes none", async () => {
  put("few.csv", "a,b\n1,2\n2,3\n9,9\n8,9\n");
  const words = ["cluster", "few.csv", "--columns", "a,b", "--k", "2", "-o", "out.csv", "-q"];
  const run = await segment([...words, "--method", "hierarchical", "--dendrogram", "tree.svg"], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  expect(readFileSync(join(cwd, "tree.svg"), "utf8")).toMatch(
    /^<svg [\s\S]*<title>2 segments, ward linkage<[\s\S]*<\/svg>\n$/,
  );
  const drawn = await segment([...words, "--method", "hierarchical", "--dendrogram", "tree.png"], { cwd });
  expect([drawn.code, drawn.stderr]).toEqual([2, expect.stringContaining("--dendrogram draws SVG")]);
  const other = await segment([...words, "--dendrogram", "tree.svg"], { cwd });
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("--dendrogram would have no effect")]);
});

test.each(methodNames)("%s gives the same bytes for one, two and four threads", async (method) => {
  const rows = Array.from(
    { length: 3000 },
    (_, i) => `${i},${(i * 7919) % 1009},${(i * 104_729) % 997},${(i * i) % 101},w${i % 7}`,
  );
  put("rows.csv", `id,a,b,c,word\n${rows.join("\n")}\n`);
  const outputs: string[] = [];
  for (const threads of ["1", "2", "4"]) {
    const words = [
      "cluster",
      "rows.csv",
      "--method",
      method,
      "--threads",
      threads,
      "--json",
      ...(methods[method].k === "found" ? [] : ["--k", "4"]),
    ];
    const run = await segment([...words, "-o", "t.csv", "--save-model", "t.json"], { cwd });
    expect([run.code, run.stderr]).toEqual([0, ""]);
    outputs.push(run.stdout + readFileSync(join(cwd, "t.csv"), "utf8") + readFileSync(join(cwd, "t.json"), "utf8"));
  }
  expect(outputs[1]).toBe(outputs[0]);
  expect(outputs[2]).toBe(outputs[0]);
});

test("options of another method are refused, as is a method that there is not", async () => {
  put("few.csv", "a,b\n1,2\n2,3\n9,9\n8,9\n");
  for (const option of [
    ["--seeding", "greedy"],
    ["--tol", "0.1"],
    ["--init", "few.csv"],
  ]) {
    const run = await segment(["cluster", "few.csv", "--method", "k-medoids", "--k", "2", ...option], { cwd });
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(`${option[0]} would have no effect`)]);
  }
  const unknown = await segment(["cluster", "few.csv", "--method", "k-mediods"], { cwd });
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("did you mean k-medoids")]);
  const many = await segment(["cluster", "few.csv", "--method", "k-medoids", "--k", "5"], { cwd });
  expect([many.code, many.stderr]).toEqual([3, expect.stringContaining("only 4 distinct rows")]);
});
