import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const folder = fileURLToPath(new URL("../../fixtures/reference/init-labels/", import.meta.url));
const iris = join(folder, "iris-labelled.csv");
const run = (...words: string[]): ReturnType<typeof segment> => segment(words, { cwd });

const reference = JSON.parse(readFileSync(join(folder, "reference.json"), "utf8")) as {
  readonly labels: readonly string[];
  readonly inertia: number;
  readonly iterations: number;
  readonly started_from: readonly number[];
  readonly contingency: readonly (readonly number[])[];
  readonly ari: number;
};

interface Found {
  readonly k: number;
  readonly columns: readonly string[];
  readonly inertia: number;
  readonly init_labels: {
    readonly labels: readonly string[];
    readonly rows: number;
    readonly kept: number;
    readonly ari: number;
    readonly segments: readonly {
      readonly segment: number;
      readonly label: string;
      readonly counts: readonly number[];
    }[];
  };
  readonly segments: readonly { readonly segment: number; readonly name: string; readonly size: number }[];
}

test("iris from every fifth row's species: scikit-learn's segments, named after their labels", async () => {
  const words = ["--init-labels", "species", "--scale", "zscore", "-o", "out.csv", "--json"];
  const run_ = await run("cluster", iris, ...words);
  expect(run_).toMatchObject({ code: 0, stderr: "" });
  const found = JSON.parse(run_.stdout) as Found;
  expect(found.columns).toEqual(["sepal_length", "sepal_width", "petal_length", "petal_width"]);
  expect(found.k).toBe(3);
  expect(Math.abs(found.inertia / reference.inertia - 1)).toBeLessThan(1e-9);
  const company = found.init_labels;
  expect(company).toMatchObject({ labels: reference.labels, rows: 30, kept: 25 });
  expect(company.ari).toBeCloseTo(reference.ari, 12);
  const numberOf = (label: string): number => company.segments.find((one) => one.label === label)!.segment;
  reference.labels.forEach((label, at) => {
    const own = company.segments.find((one) => one.label === label)!;
    expect(own.counts).toEqual(reference.contingency[at]);
    expect(found.segments.find((one) => one.segment === own.segment)!.name).toBe(label);
  });
  const rows = readFileSync(join(cwd, "out.csv"), "utf8").trimEnd().split("\n").slice(1);
  expect(rows.map((line) => Number(line.slice(line.lastIndexOf(",") + 1)))).toEqual(
    reference.started_from.map((at) => numberOf(reference.labels[at]!)),
  );
});

test("the report tells how many labelled rows kept company; a mixture starts from labels too", async () => {
  const report = await run("cluster", iris, "--init-labels", "species", "-o", "x.csv");
  expect(report.stdout).toMatch(/\d+ of 30 labelled rows \(\d+\.\d%\) are in the segment that goes with their label/);
  const mixture = await run("cluster", iris, "--init-labels", "species", "--method", "gmm", "-o", "x.csv", "--json");
  const { init_labels: company, segments } = JSON.parse(mixture.stdout) as Found;
  expect(company.kept).toBeGreaterThan(25);
  expect(segments.map(({ name }) => name).toSorted()).toEqual(["setosa", "versicolor", "virginica"]);
});

test("numbers are labels, 0 and a missing value are none, and a name in the names file wins", async () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => `${i % 2 === 0 ? i : 500 + i},${["7", "3", "0", ""][i % 4]!.replace("0", i % 2 ? "3" : "0")}`,
  );
  writeFileSync(join(cwd, "numbers.csv"), `spent,group\n${rows.join("\n")}\n`);
  writeFileSync(join(cwd, "names.yaml"), "2: Ours\n");
  const words = ["--init-labels", "group", "--names", "names.yaml", "--json"];
  const { init_labels: company, segments } = JSON.parse(
    (await run("cluster", "numbers.csv", ...words)).stdout,
  ) as Found;
  expect(company).toMatchObject({ labels: ["3", "7"], rows: 20, kept: 20, ari: 1 });
  const first = company.segments.find((one) => one.segment === 1)!;
  expect(segments.map(({ name }) => name)).toEqual([first.label, "Ours"]);
});

test.each([
  [["--init-labels", "species", "--k", "4"], "holds 3 labels, so k is 3"],
  [["--init-labels", "species", "--k", "2..4"], "holds 3 labels, so k is 3"],
  [["--init-labels", "species", "--columns", "sepal_length,species"], "labels are not clustered by"],
  [["--init-labels", "species", "--starts", "3"], "--starts would have no effect"],
  [["--init-labels", "species", "--init", "x.csv"], "--init-labels would have no effect"],
  [["--init-labels", "species", "--method", "hierarchical"], "--method hierarchical takes no such option"],
  [["--init-labels", "specis"], "did you mean species?"],
])("%j is refused", async (words, message) => {
  const refused = await run("cluster", iris, ...words, "-o", "none.csv");
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain(message);
});

test("fewer than two labels are refused with the column", async () => {
  writeFileSync(join(cwd, "one.csv"), "x,tier\n1.5,gold\n9.25,\n3.5,0\n4,gold\n");
  const refused = await run("cluster", "one.csv", "--init-labels", "tier", "-o", "none.csv");
  expect(refused).toMatchObject({ code: 3, stdout: "" });
  expect(refused.stderr).toContain("column tier: holds one label, gold, and a start needs two or more");
});

test("an id is no label: more than 200 of them are refused", async () => {
  const lines = Array.from({ length: 300 }, (_, i) => `r${i},${i % 7},${(i * 7) % 11}`);
  writeFileSync(join(cwd, "ids.csv"), `id,x,y\n${lines.join("\n")}\n`);
  const refused = await run("cluster", "ids.csv", "--init-labels", "id", "-o", "none.csv");
  expect([refused.code, refused.stdout]).toEqual([3, ""]);
  expect(refused.stderr).toContain("holds 300 labels, more than 200: an id is no label");
});
