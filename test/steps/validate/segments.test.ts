import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cluster } from "../../../src/commands/cluster.ts";
import { validate } from "../../../src/commands/validate.ts";
import type { OptionsOf } from "../../../src/core/options.ts";
import type { JsonReport } from "../../../src/core/report.ts";
import { callCommand } from "../../../src/wire.ts";
import { bumpRows, lcg } from "../../model/cluster/data.ts";

interface ReferenceCase {
  readonly data: string;
  readonly scale: string;
  readonly weights: readonly number[] | null;
  readonly labels: string;
  readonly sizes: readonly number[];
  readonly silhouette: number;
  readonly silhouettes: readonly number[];
  readonly calinski_harabasz: number;
  readonly davies_bouldin: number;
}

interface ValidateJson extends JsonReport {
  readonly passed: boolean;
  readonly checks: readonly {
    readonly check: string;
    readonly asked: string;
    readonly found: string;
    readonly passed: boolean;
  }[];
  readonly segments: {
    readonly judged_by: string;
    readonly columns: readonly { readonly column: string; readonly transform: string }[];
    readonly noise: { readonly rows: number; readonly share: number };
    readonly unplaced: number;
    readonly silhouette: { readonly mean: number; readonly ci95: readonly number[] | null } | null;
    readonly calinski_harabasz: number | null;
    readonly davies_bouldin: number | null;
    readonly segments: readonly {
      readonly segment: number | string;
      readonly size: number;
      readonly share: number;
      readonly silhouette: number | null;
    }[];
  };
  readonly stability: {
    readonly rows: number;
    readonly sampled: boolean;
    readonly segments: readonly {
      readonly segment: number;
      readonly jaccard: number | null;
      readonly verdict: string;
    }[];
  } | null;
}

const fixtures = new URL("../../../fixtures/reference/", import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL("cluster/reference.json", fixtures), "utf8")) as {
  cases: readonly ReferenceCase[];
};
const folder = mkdtempSync(join(tmpdir(), "segment-validate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function put(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const file = join(folder, `table-${++count}.csv`);
  writeFileSync(file, [header, ...rows].map((row) => `${row.join(",")}\n`).join(""));
  return file;
}

async function judge(file: string, options: Partial<OptionsOf<typeof validate.options>>) {
  const { report, exit } = await callCommand(validate, [file], { threads: 2, ...options }, "0.0.0");
  return { ...(report as ValidateJson), exit };
}

/** The rows of a reference table, those of `fixtures/reference/cluster/make.py`. */
function rowsOf(data: string): readonly (readonly (string | number)[])[] {
  if (data === "bumps") return bumpRows(2000, 3, 5);
  if (data === "money") {
    const numbers = lcg(4500, 6);
    return Array.from({ length: 1500 }, (_, i) => {
      const [a, b, c] = numbers.subarray(3 * i, 3 * i + 3) as Iterable<number> as number[];
      return [2 / (0.01 + a!), 2 / (0.01 + b!), c!];
    });
  }
  const lines = readFileSync(new URL(`k-means/${data}.csv`, fixtures), "utf8")
    .trimEnd()
    .split("\n");
  return lines.slice(0, 600).map((line) => line.split(","));
}

/** Rows near points, `size` each, with the number of the point last. */
function blobs(points: readonly (readonly [number, number])[], size: number): (readonly (string | number)[])[] {
  const numbers = lcg(points.length * size * 2, 3);
  return points.flatMap(([x, y], p) =>
    Array.from({ length: size }, (_, i) => {
      const at = 2 * (p * size + i);
      return [x + numbers[at]!, y + numbers[at + 1]!, p + 1];
    }),
  );
}

const corners = [
  [0, 0],
  [9, 0],
  [0, 9],
] as const;

/** The cases whose scaling is the default's: `auto`, and z-scores where `auto` takes no logarithm (of digits it does). */
const scaled = cases.filter(
  ({ data, scale, weights }) => weights === null && (scale === "auto" || (scale === "zscore" && data !== "digits")),
);

test.each(scaled.map((one) => [`${one.data}, ${one.scale}`, one] as const))(
  "%s: silhouettes and indices of given segments are scikit-learn's",
  async (_, expected) => {
    const rows = rowsOf(expected.data);
    const names = rows[0]!.map((__, j) => `measure_${j}`);
    const file = put(
      [...names, "segment"],
      rows.map((row, i) => [...row, Number(expected.labels[i]) + 1]),
    );
    const { segments, exit, passed } = await judge(file, { columns: names, segments: true });
    expect({ exit, passed }).toEqual({ exit: 0, passed: true });
    expect(segments.segments.map(({ segment }) => segment)).toEqual(expected.sizes.map((__, c) => c + 1));
    expect(segments.segments.map(({ size }) => size)).toEqual(expected.sizes);
    expect(segments.silhouette!.mean).toBeCloseTo(expected.silhouette, 9);
    segments.segments.forEach((own, c) => expect(own.silhouette).toBeCloseTo(expected.silhouettes[c]!, 9));
    expect(segments.calinski_harabasz! / expected.calinski_harabasz).toBeCloseTo(1, 9);
    expect(segments.davies_bouldin).toBeCloseTo(expected.davies_bouldin, 9);
  },
);

test("the segments of cluster are judged as cluster judged them, with its model and without", async () => {
  const rows = blobs(corners, 40).map((row, i) => [i % 7 === 0 ? "" : row[0]!, row[1]!]);
  const file = put(["spend", "visits"], rows);
  const model = join(folder, "model.json");
  const output = join(folder, "segments.csv");
  const fit = await callCommand(cluster, [file], { k: "4", saveModel: model, output, threads: 2 }, "0.0.0");
  const expected = fit.report as JsonReport & {
    readonly silhouette: unknown;
    readonly segments: readonly { readonly segment: number; readonly size: number; readonly silhouette: number }[];
  };
  const byModel = await judge(output, { segments: true, model });
  const alone = await judge(output, { segments: true });
  for (const { segments } of [byModel, alone]) {
    expect(segments.silhouette).toEqual(expected.silhouette);
    expect(segments.segments.map(({ segment, size, silhouette }) => ({ segment, size, silhouette }))).toEqual(
      expected.segments.map(({ segment, size, silhouette }) => ({ segment, size, silhouette })),
    );
  }
  expect(byModel.segments.judged_by).toBe("model");
  expect(alone.segments.columns.map(({ column }) => column)).toEqual(["spend", "visits"]);
});

describe("gates", () => {
  const rows = blobs(corners, 30);
  const noisy = [...rows, [4, 4, 0], [4, 5, ""], [5, 4, 0]];
  const file = put(["x", "y", "segment"], noisy);

  test.each([
    [{ minSilhouette: 0.5 }, true, "0.5"],
    [{ minSilhouette: 0.99 }, false, "0.99"],
    [{ minSize: 30 }, true, "30"],
    [{ minSize: 31 }, false, "31"],
    [{ maxNoise: 0.05 }, true, "0.05"],
    [{ maxNoise: 0.03 }, false, "0.03"],
    [{ minJaccard: 0.95, draws: 10 }, true, "0.95"],
  ])("%j", async (options, passed, asked) => {
    const report = await judge(file, options);
    expect(report.exit).toBe(passed ? 0 : 1);
    expect(report.passed).toBe(passed);
    expect(report.checks).toHaveLength(1);
    expect(report.checks[0]).toMatchObject({ asked, passed, failing: null, first: null, column: "segment" });
    expect(report.output.rows).toBe(passed ? 93 : 0);
    expect(report.segments.noise).toEqual({ rows: 3, share: 3 / 93 });
  });

  test("figures without a limit are no gate", async () => {
    const report = await judge(file, { segments: true, stability: true, draws: 5 });
    expect(report.checks).toEqual([]);
    expect(report.exit).toBe(0);
    expect(report.stability!.segments).toHaveLength(3);
  });

  test("a segment cut in two fails its stability, and the report says which", async () => {
    const cut = rows.map(([x, y, segment]) => [x!, y!, segment === 1 && Number(x) < 0.5 ? 4 : segment!]);
    const report = await judge(put(["x", "y", "segment"], cut), { minJaccard: 0.75, draws: 30 });
    expect(report.exit).toBe(1);
    expect(report.checks[0]!.found).toMatch(/^segment [14]: 0\.\d+, (not to be trusted|a pattern)$/);
  });

  test("all limits are tried, and each is told", async () => {
    const report = await judge(file, { minSilhouette: 0.99, minSize: 1000, maxNoise: 0, minJaccard: 0.1, draws: 5 });
    expect(report.checks.map(({ check, passed, found }) => [check, passed, found])).toEqual([
      ["min-silhouette", false, expect.stringMatching(/^mean 0\.\d+$/)],
      ["min-size", false, "segment 1: 30, 3 segments below"],
      ["max-noise", false, "share 0.0322 (3 rows)"],
      ["min-jaccard", true, expect.stringContaining("highly stable")],
    ]);
  });
});

describe("what stands in the column", () => {
  test("names are segments as numbers are, the largest first; 0 and missing values are none", async () => {
    const names = ["", "Champions", "À risque", "zéro"];
    const rows = blobs(corners, 10).map(([x, y, p]) => [x!, y!, names[Number(p)]!]);
    const file = put(["x", "y", "who"], [...rows.slice(0, 28), [1, 1, 0], [1, 1, "n/a"], [1, 2, ""]]);
    const { segments } = await judge(file, { segments: true, name: "who" });
    expect(segments.segments.map(({ segment, size }) => [segment, size])).toEqual([
      ["Champions", 10],
      ["À risque", 10],
      ["zéro", 8],
    ]);
    expect(segments.noise.rows).toBe(3);
  });

  test("one segment has no silhouette, and a gate on it fails", async () => {
    const rows = blobs(corners, 5).map(([x, y]) => [x!, y!, 1]);
    const report = await judge(put(["x", "y", "segment"], rows), { minSilhouette: -1, stability: true, draws: 3 });
    expect(report.segments).toMatchObject({ silhouette: null, calinski_harabasz: null, davies_bouldin: null });
    expect(report.checks[0]).toMatchObject({ passed: false, found: "fewer than two segments, no silhouette" });
    expect(report.stability!.segments[0]!.jaccard).toBe(1);
  });

  test("no row in any segment", async () => {
    const rows = blobs(corners, 5).map(([x, y]) => [x!, y!, 0]);
    const report = await judge(put(["x", "y", "segment"], rows), { minSize: 1, maxNoise: 0.5, minJaccard: 0.1 });
    expect(report.segments.segments).toEqual([]);
    expect(report.checks.map(({ passed }) => passed)).toEqual([false, false, false]);
  });

  test("a segment of the model that the table has no longer is one of no rows", async () => {
    const file = put(
      ["x", "y"],
      blobs(corners, 20).map(([x, y]) => [x!, y!]),
    );
    const model = join(folder, "drift.json");
    await callCommand(
      cluster,
      [file],
      { k: "3", saveModel: model, output: join(folder, "d.csv"), threads: 2 },
      "0.0.0",
    );
    const lines = readFileSync(join(folder, "d.csv"), "utf8").trimEnd().split("\n");
    const left = join(folder, "left.csv");
    writeFileSync(left, `${lines.filter((line) => !line.endsWith(",3")).join("\n")}\n`);
    const report = await judge(left, { minSize: 1, model, minJaccard: 0.5, draws: 5 });
    expect(
      report.segments.segments.map(({ segment, size, silhouette }) => [segment, size, silhouette === null]),
    ).toEqual([
      [1, 20, false],
      [2, 20, false],
      [3, 0, true],
    ]);
    expect(report.checks.map(({ check, passed, found }) => [check, passed, found])).toEqual([
      ["min-size", false, "segment 3: 0"],
      ["min-jaccard", false, "segment 3 has no row among those drawn from"],
    ]);
  });

  test.each([
    ["-1", "ambiguous-input"],
    ["1.5", "ambiguous-input"],
  ])("%s is no number of a segment", async (odd, code) => {
    const file = put(["x", "y", "segment"], [...blobs(corners, 5), [1, 1, odd]]);
    await expect(judge(file, { segments: true })).rejects.toMatchObject({
      code,
      place: { line: 17, column: "segment" },
    });
  });

  test("a column of too many values is no column of segments", async () => {
    const rows = Array.from({ length: 1200 }, (_, i) => [i % 17, i % 13, i + 1]);
    await expect(judge(put(["x", "y", "segment"], rows), { segments: true })).rejects.toMatchObject({
      code: "too-many-segments",
    });
  });
});

test("a table without numbers has sizes, and no silhouettes to set a limit to", async () => {
  const file = put(
    ["who", "segment"],
    [..."abcdef"].map((who, i) => [who, i < 4 ? "Gold" : "Silver"]),
  );
  const report = await judge(file, { minSize: 3, maxNoise: 0 });
  expect(report.checks.map(({ check, passed, found }) => [check, passed, found])).toEqual([
    ["min-size", false, "segment Silver: 2"],
    ["max-noise", true, "share 0 (0 rows)"],
  ]);
  expect(report.segments).toMatchObject({ judged_by: null, silhouette: null, columns: [] });
  expect(report.warnings.map(({ code }) => code)).toEqual(["sizes-only"]);
  await expect(judge(file, { minSilhouette: 0 })).rejects.toMatchObject({ code: "no-numeric-column" });
});

test("rows that a model cannot place keep their segment and have no silhouette", async () => {
  const rows = blobs(corners, 20).map(([x, y], i) => [i === 5 ? "" : x!, y!]);
  const file = put(["x", "y"], rows);
  const model = join(folder, "drop.json");
  const output = join(folder, "drop.csv");
  const options = { k: "3", missing: ["drop"], saveModel: model, output, threads: 2 };
  await callCommand(cluster, [file], options, "0.0.0");
  const text = readFileSync(output, "utf8").replace(/^(,[^,\n]*),0$/m, "$1,1");
  writeFileSync(output, text);
  const { segments, warnings } = await judge(output, { segments: true, model });
  expect(segments.unplaced).toBe(1);
  expect(segments.segments.reduce((total, { size }) => total + size, 0)).toBe(60);
  expect(warnings.map(({ code }) => code)).toContain("rows-not-judged");
});

test("a table larger than --stability-rows is sampled by the seed, and that is said", async () => {
  const file = put(["x", "y", "segment"], blobs(corners, 200));
  const options = { stability: true, stabilityRows: 90, draws: 8 };
  const { stability, warnings } = await judge(file, options);
  expect(stability).toMatchObject({ rows: 90, sampled: true });
  expect(stability!.segments.every(({ jaccard }) => jaccard === 1)).toBe(true);
  expect(warnings.map(({ code }) => code)).toEqual(["stability-sampled"]);
});
