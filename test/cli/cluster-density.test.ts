import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { adjustedRandIndex } from "../../src/model/metrics/adjusted-rand-index.ts";
import { threeGroups } from "../model/cluster/data.ts";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const folder = new URL("../../fixtures/reference/", import.meta.url);

interface Recorded {
  readonly name: string;
  readonly data: { readonly file?: string };
  readonly labels: string;
  readonly epsilon: number;
  readonly minSamples: number;
  readonly minClusterSize: number;
  readonly selection: string;
  readonly allowSingle: boolean;
  readonly xi: number;
  readonly threshold: number;
  readonly k: number;
}

const density = JSON.parse(readFileSync(new URL("density/reference.json", folder), "utf8")) as Readonly<
  Record<"dbscan" | "hdbscan" | "optics", readonly Recorded[]>
>;
const genie = (JSON.parse(readFileSync(new URL("genie/reference.json", folder), "utf8")) as { cases: Recorded[] })
  .cases;

const small = (cases: readonly Recorded[]): readonly Recorded[] =>
  cases.filter(({ data, name }) => ["iris", "wine"].includes((data?.file ?? `${name}.csv`).replace(".csv", "")));

/** A recorded table with a header, as a file here; gives the names of its columns. */
function table(name: string): string {
  const rows = readFileSync(new URL(`k-means/${name}.csv`, folder), "utf8");
  const header = rows
    .split("\n")[0]!
    .split(",")
    .map((_, j) => `c${j}`);
  put(`${name}.csv`, `${header.join(",")}\n${rows}`);
  return header.join(",");
}

const segments = (file: string): number[] =>
  readFileSync(join(cwd, file), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",").at(-1)));

const runs = [
  ...small(density.dbscan).map((one) => ({
    title: `dbscan: ${one.name}`,
    one,
    words: ["--method", "dbscan", "--epsilon", `${one.epsilon}`, "--min-samples", `${one.minSamples}`],
  })),
  ...small(density.hdbscan).map((one) => ({
    title: `hdbscan: ${one.name}`,
    one,
    words:
      `--method hdbscan --min-cluster-size ${one.minClusterSize} --min-samples ${one.minSamples} --selection ${one.selection}`.split(
        " ",
      ),
  })),
  ...small(density.optics).map((one) => ({
    title: `optics: ${one.name}`,
    one,
    words:
      `--method optics --min-cluster-size ${one.minClusterSize} --min-samples ${one.minSamples} --xi ${one.xi}`.split(
        " ",
      ),
  })),
  ...genie
    .filter(({ name, threshold, k }) => name === "iris" && threshold > 0.2 && k < 9)
    .slice(0, 2)
    .map((one) => ({
      title: `genie: ${one.name}, k = ${one.k}`,
      one,
      words: ["--method", "genie", "--gini", `${one.threshold}`, "--k", `${one.k}`],
    })),
];

test.each(runs)("$title: the segments of the reference, and of its saved model", async ({ one, words }) => {
  const name = (one.data?.file ?? one.name).replace(".csv", "");
  const columns = table(name);
  const how = ["cluster", `${name}.csv`, "--columns", columns, "--scale", "none", ...words, "--json"];
  const run = await segment([...how, "-o", "out.csv", "--save-model", "m.json"], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  const found = segments("out.csv");
  // Recorded from "0" for noise, with Genie's first segment "0" too: both are one group of rows here.
  const recorded = [...one.labels].map((letter) => letter.codePointAt(0)!);
  expect(adjustedRandIndex(found, recorded)).toBe(1);
  const report = JSON.parse(run.stdout) as { noise?: { rows: number }; k: number; choice: { rule: string } };
  const isDensity = words[1] !== "genie";
  expect(report.noise?.rows).toBe(isDensity ? [...one.labels].filter((letter) => letter === "0").length : undefined);
  expect(found.filter((number) => number === 0)).toHaveLength(report.noise?.rows ?? 0);
  expect(report.choice.rule).toBe(isDensity ? `${words[1]} found ${report.k} segments` : `k = ${one.k} was asked for`);
  const assigned = await segment(["assign", `${name}.csv`, "--model", "m.json", "-o", "again.csv", "-q"], { cwd });
  expect([assigned.code, assigned.stderr]).toEqual([0, ""]);
  expect(segments("again.csv")).toEqual(found);
});

test("hdbscan gives probabilities and outlier scores, and proposes its sizes", async () => {
  const columns = table("wine");
  const words = ["cluster", "wine.csv", "--columns", columns, "--scale", "none", "--method", "hdbscan"];
  const [recorded] = small(density.hdbscan) as readonly (Recorded & {
    readonly probabilities: readonly number[];
    readonly outlierScores: readonly number[];
  })[];
  const sizes = ["--min-cluster-size", `${recorded!.minClusterSize}`, "--min-samples", `${recorded!.minSamples}`];
  const figures = ["--with", "probability,outlier", "-o", "out.csv", "-q"];
  const run = await segment([...words, ...sizes, ...figures], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  const lines = readFileSync(join(cwd, "out.csv"), "utf8").trim().split("\n").slice(1);
  lines.forEach((line, i) => {
    const [probability, outlier] = line.split(",").slice(-2).map(Number);
    expect(probability).toBeCloseTo(recorded!.probabilities[i]!, 9);
    expect(outlier).toBeCloseTo(recorded!.outlierScores[i]!, 9);
  });
  const proposed = await segment([...words, "-o", "out.csv", "--json"], { cwd });
  const { parameters } = JSON.parse(proposed.stdout) as {
    parameters: Record<string, { value: number; proposed: string | null }>;
  };
  expect(parameters).toMatchObject({
    min_cluster_size: { value: Math.round(Math.sqrt(178)), proposed: expect.stringContaining("square root") },
    min_samples: { proposed: expect.any(String) },
  });
});

test.each(["dbscan", "hdbscan", "optics"])(
  "%s finds three groups among scattered rows with nothing given, and says how",
  async (method) => {
    const rows = threeGroups(600, 150);
    put("groups.csv", `x,y\n${rows.map((row) => row.join(",")).join("\n")}\n`);
    const words = ["cluster", "groups.csv", "--columns", "x,y", "--method", method, "-o", "out.csv", "--json"];
    const run = await segment(words, { cwd });
    expect([run.code, run.stderr]).toEqual([0, ""]);
    const report = JSON.parse(run.stdout) as { k: number; parameters: Record<string, { proposed: string | null }> };
    const { selection: _fixed, ...proposed } = report.parameters;
    expect(report.k).toBe(3);
    for (const one of Object.values(proposed)) expect(one.proposed).toMatch(/rows/);
    const found = segments("out.csv").slice(0, 600);
    const groups = found.map((_, i) => i % 3);
    expect(adjustedRandIndex(found, groups)).toBeGreaterThan(0.9);
  },
);

test("a mixture's criteria are votes, its probabilities a column, and its model gives them again", async () => {
  const columns = table("iris");
  const words = ["cluster", "iris.csv", "--columns", columns, "--scale", "none", "--method", "gmm"];
  const run = await segment(
    [...words, "--k", "2..4", "--with", "probability", "--json", "-o", "out.csv", "--save-model", "m.json"],
    { cwd },
  );
  const report = JSON.parse(run.stdout) as {
    likelihood: Record<string, number>;
    choice: { votes: { criterion: string; k: number; figures: number[] }[] };
  };
  // scikit-learn's BIC of two components with full covariances, from the best of 20 starts.
  expect(report.choice.votes.find(({ criterion }) => criterion === "BIC")).toMatchObject({ k: 2 });
  expect(report.choice.votes.find(({ criterion }) => criterion === "BIC")!.figures[0]).toBeCloseTo(574.0178, 2);
  const assign = ["assign", "iris.csv", "--model", "m.json", "--with", "probability", "-o", "again.csv", "-q"];
  expect((await segment(assign, { cwd })).code).toBe(0);
  expect(readFileSync(join(cwd, "again.csv"), "utf8")).toBe(readFileSync(join(cwd, "out.csv"), "utf8"));
});

test("what a method cannot do is refused with the way out", async () => {
  put("few.csv", "a,b\n1,2\n2,3\n9,9\n8,9\n5,5\n");
  const refusals: readonly (readonly [readonly string[], number, string])[] = [
    [["--method", "dbscan", "--k", "3"], 2, "finds the number of segments"],
    [["--method", "dbscan", "--epsilon", "0"], 2, "above 0"],
    [["--method", "optics", "--xi", "1"], 2, "above 0 and below 1"],
    [["--method", "dbscan", "--epsilon", "0.0001", "--min-samples", "3"], 3, "raise --epsilon"],
    [["--method", "bayesian-gmm", "--k", "2..4"], 2, "not a range"],
    [["--method", "hierarchical", "--height", "2", "--k", "3"], 2, "--k would have no effect"],
    [["--with", "probability"], 2, "--method k-means has no --with probability"],
    [["--method", "gmm", "--with", "outlier"], 2, "--method gmm has no --with outlier"],
    [["--method", "gmm", "--epsilon", "1"], 2, "--epsilon would have no effect"],
  ];
  for (const [words, code, text] of refusals) {
    const run = await segment(["cluster", "few.csv", "--columns", "a,b", ...words], { cwd });
    expect([words, run.code, run.stderr]).toEqual([words, code, expect.stringContaining(text)]);
  }
});

test("--method auto shows its contest, and the winner's model is its own", async () => {
  const columns = table("iris");
  const words = ["cluster", "iris.csv", "--columns", columns, "--method", "auto", "--k", "3", "-o", "out.csv"];
  const run = await segment([...words, "--json", "--save-model", "m.json"], { cwd });
  const { contest, method, k } = JSON.parse(run.stdout) as {
    contest: { winner: string; methods: { method: string }[] };
    method: string;
    k: number;
  };
  expect(contest.methods.map((one) => one.method)).toEqual(["k-means", "hierarchical", "gmm", "genie", "hdbscan"]);
  expect([method, k]).toEqual([contest.winner, 3]);
  const model = JSON.parse(readFileSync(join(cwd, "m.json"), "utf8")) as { parameters: { method: string } };
  expect(model.parameters.method).toBe(contest.winner);
  const shown = await segment([...words], { cwd });
  expect(shown.stdout).toContain(`contest of 4 methods: ${contest.winner}`);
  const idle = await segment([...words, "--epsilon", "1"], { cwd });
  expect([idle.code, idle.stderr]).toEqual([2, expect.stringContaining("--epsilon would have no effect")]);
});

test("sizes within limits are honoured at the fit, kept in the model, and told where later rows break them", async () => {
  const columns = table("iris");
  const words = ["cluster", "iris.csv", "--columns", columns, "-o", "out.csv"];
  const limits = ["--min-size", "50", "--max-size", "50"];
  const run = await segment([...words, ...limits, "--k", "3", "--json", "--save-model", "m.json"], { cwd });
  const report = JSON.parse(run.stdout) as { segments: { size: number }[]; warnings: { code: string }[] };
  const sizes = report.segments.map(({ size }) => size);
  expect([Math.min(...sizes) >= 50, Math.max(...sizes) <= 50, sizes.reduce((a, b) => a + b)]).toEqual([
    true,
    true,
    150,
  ]);
  const found = segments("out.csv");
  expect(report.segments.map((_, s) => found.filter((number) => number === s + 1).length)).toEqual(sizes);
  expect(report.warnings.map(({ code }) => code)).toContain("nearer-elsewhere");
  const assigned = await segment(["assign", "iris.csv", "--model", "m.json", "-o", "again.csv"], { cwd });
  expect(assigned.stdout).toMatch(/the fit was to have 50 to 50 rows in a segment: segment \d has \d+/);
  // Of 2 to 10 segments only 3 can hold 150 rows, 50 each.
  const auto = await segment([...words, ...limits, "--json"], { cwd });
  expect(JSON.parse(auto.stdout)).toMatchObject({ k: 3 });
  for (const [given, text] of [
    [["--k", "4", ...limits], "4 segments of at least 50 rows need 200 rows"],
    [["--min-size", "9", "--max-size", "8"], "--min-size 9 is above --max-size 8"],
    [["--method", "gmm", ...limits], "would have no effect"],
    [["--weights", "c0", ...limits], "count rows"],
  ] as const) {
    const refused = await segment([...words, ...given], { cwd });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(text)]);
  }
});

test("a tree is cut at a height", async () => {
  put("line.csv", "a\n0\n1\n10\n11\n30\n");
  const how = ["--scale", "none", "--method", "hierarchical", "--linkage", "single", "--height", "5"];
  const run = await segment(["cluster", "line.csv", "--columns", "a", ...how, "-o", "out.csv", "--json"], { cwd });
  expect(JSON.parse(run.stdout)).toMatchObject({ k: 3, choice: { rule: "the tree was cut at height 5" } });
  expect(segments("out.csv")).toEqual([1, 1, 2, 2, 3]);
});
