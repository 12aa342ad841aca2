import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { cluster } from "../../../src/commands/cluster.ts";
import type { JsonReport } from "../../../src/core/report.ts";
import { callCommand } from "../../../src/wire.ts";
import { bumpRows, lcg } from "../../model/cluster/data.ts";

interface ReferenceCase {
  readonly data: string;
  readonly scale: "auto" | "zscore" | "robust" | "minmax" | "none";
  readonly k: number;
  readonly starts: readonly number[];
  readonly weights: readonly number[] | null;
  readonly inertia: number;
  readonly labels: string;
  readonly sizes: readonly number[];
  readonly silhouette: number;
  readonly silhouettes: readonly number[];
  readonly calinski_harabasz: number;
  readonly davies_bouldin: number;
  readonly means: readonly (readonly number[])[];
  readonly medians: readonly (readonly number[])[];
  readonly z: readonly (readonly number[])[];
}

interface ClusterJson extends JsonReport {
  readonly inertia: number;
  readonly silhouette: { readonly mean: number; readonly ci95: null };
  readonly choice: { readonly candidates: readonly { calinski_harabasz: number; davies_bouldin: number }[] };
  readonly segments: readonly {
    readonly segment: number;
    readonly size: number;
    readonly silhouette: number;
    readonly centroid: Readonly<Record<string, number>>;
  }[];
}

const fixtures = new URL("../../../fixtures/reference/", import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL("cluster/reference.json", fixtures), "utf8")) as {
  cases: readonly ReferenceCase[];
};

const folder = mkdtempSync(join(tmpdir(), "segment-whole-fit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The rows of a reference table as texts, those of `fixtures/reference/cluster/make.py`. */
function rowsOf(data: string): readonly (readonly string[])[] {
  const text = (rows: readonly (readonly number[])[]): string[][] => rows.map((row) => row.map(String));
  if (data === "bumps") return text(bumpRows(2000, 3, 5));
  if (data === "money") {
    const numbers = lcg(4500, 6);
    return text(
      Array.from({ length: 1500 }, (_, i) => {
        const [a, b, c] = numbers.subarray(3 * i, 3 * i + 3) as Iterable<number> as number[];
        return [2 / (0.01 + a!), 2 / (0.01 + b!), c!];
      }),
    );
  }
  const lines = readFileSync(new URL(`k-means/${data}.csv`, fixtures), "utf8")
    .trimEnd()
    .split("\n");
  return lines.slice(0, 600).map((line) => line.split(","));
}

function put(name: string, header: readonly string[], rows: readonly (readonly string[])[]): string {
  const file = join(folder, name);
  writeFileSync(file, [header, ...rows].map((row) => `${row.join(",")}\n`).join(""));
  return file;
}

/** Relative difference, and absolute below one. */
function expectNear(found: number, expected: number, tolerance = 1e-9): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
}

test.each(
  cases.map((one, i) => [`${one.data}, ${one.scale}, k = ${one.k}${one.weights ? ", weighted" : ""}`, i] as const),
)("%s: segments, inertia, indices and profile are scikit-learn's", async (_, index) => {
  const expected = cases[index]!;
  const rows = rowsOf(expected.data);
  const names = rows[0]!.map((__, j) => `measure_${j}`);
  const { weights } = expected;
  const table =
    weights === null
      ? put(`${index}.csv`, names, rows)
      : put(
          `${index}.csv`,
          [...names, "n"],
          rows.map((row, i) => [...row, String(weights[i])]),
        );
  const init = put(
    `${index}-init.csv`,
    names,
    expected.starts.map((row) => rows[row]!),
  );
  const output = join(folder, `${index}-out.csv`);
  const model = join(folder, `${index}.json`);
  const { report, exit } = await callCommand(
    cluster,
    [table],
    {
      columns: names,
      scale: expected.scale,
      k: String(expected.k),
      init,
      output,
      saveModel: model,
      threads: 2,
      ...(weights === null ? {} : { weights: "n" }),
    },
    "0.0.0",
  );
  const found = report as ClusterJson;
  expect(exit).toBe(0);
  expect(found.input.rows).toBe(rows.length);
  expectNear(found.inertia / expected.inertia, 1);
  expectNear(found.silhouette.mean, expected.silhouette);
  expect(found.silhouette.ci95).toBeNull();
  expectNear(found.choice.candidates[0]!.calinski_harabasz / expected.calinski_harabasz, 1);
  expectNear(found.choice.candidates[0]!.davies_bouldin, expected.davies_bouldin);

  const lines = readFileSync(output, "utf8").trimEnd().split("\n").slice(1);
  const segments = lines.map((line) => Number(line.slice(line.lastIndexOf(",") + 1)));
  const segmentOf = new Map([...expected.labels].map((label, i) => [label, segments[i]!]));
  expect(segments).toEqual([...expected.labels].map((label) => segmentOf.get(label)));
  expect(new Set(segmentOf.values()).size).toBe(expected.k);
  expect(found.segments.map(({ segment }) => segment)).toEqual(Array.from({ length: expected.k }, (__, i) => i + 1));
  expect(found.segments.map(({ size }) => size)).toEqual(expected.sizes.toSorted((a, b) => b - a));
  for (const [label, segment] of segmentOf) {
    const own = found.segments[segment - 1]!;
    expectNear(own.silhouette, expected.silhouettes[Number(label)]!);
    expect(own.size).toBe(expected.sizes[Number(label)]);
    // With the logarithm a centroid is a mean of logarithms, taken back; else it is the mean.
    if (expected.scale !== "auto") {
      names.forEach((name, j) => expectNear(own.centroid[name]!, expected.means[Number(label)]![j]!));
    }
  }
});

test.each([
  ["iris", "zscore"],
  ["wine", "robust"],
  ["wine", "minmax"],
  ["bumps", "auto"],
] as const)(
  "%s, %s: a table with integer weights is divided as the table with those rows repeated",
  async (data, scale) => {
    const rows = rowsOf(data).slice(0, 300);
    const names = rows[0]!.map((_, j) => `measure_${j}`);
    const counts = rows.map((_, i) => (i * 5) % 4);
    const weighted = put(
      `w-${data}-${scale}.csv`,
      [...names, "n"],
      rows.map((row, i) => [...row, String(counts[i])]),
    );
    const repeated = put(
      `r-${data}-${scale}.csv`,
      names,
      rows.flatMap((row, i) => Array.from({ length: counts[i]! }, () => row)),
    );
    const init = put(
      `i-${data}-${scale}.csv`,
      names,
      [1, 2, 3].map((third) => rows[third * 37]!),
    );
    const options = { columns: names, scale, init, threads: 2 };
    const run = async (file: string, more: { weights?: string }): Promise<[ClusterJson, number[]]> => {
      const output = `${file}.out.csv`;
      const { report } = await callCommand(cluster, [file], { ...options, ...more, output }, "0.0.0");
      const lines = readFileSync(output, "utf8").trimEnd().split("\n").slice(1);
      return [report as ClusterJson, lines.map((line) => Number(line.slice(line.lastIndexOf(",") + 1)))];
    };
    const [byWeight, weightedLabels] = await run(weighted, { weights: "n" });
    const [byRow, repeatedLabels] = await run(repeated, {});
    expectNear(byWeight.inertia / byRow.inertia, 1, 1e-12);
    expectNear(byWeight.silhouette.mean, byRow.silhouette.mean, 1e-12);
    expect(byWeight.segments.map(({ size }) => size)).toEqual(byRow.segments.map(({ size }) => size));
    expect(weightedLabels.flatMap((label, i) => Array.from({ length: counts[i]! }, () => label))).toEqual(
      repeatedLabels,
    );
  },
);
