import { createHash } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { hdbscan } from "../../../src/model/cluster/hdbscan/hdbscan.ts";
import type { HdbscanOptions } from "../../../src/model/cluster/hdbscan/hdbscan.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { matrixOf } from "./data.ts";
import { dataRows, densityPoints, densityReference, labelText } from "./density-data.ts";
import type { DataSpec } from "./density-data.ts";

interface Case extends HdbscanOptions {
  readonly name: string;
  readonly data: DataSpec;
  readonly weights: number | null;
  readonly labels: string;
  readonly probabilities: readonly number[];
  readonly outlierScores: readonly number[];
}

const { hdbscan: cases } = densityReference() as { hdbscan: readonly Case[] };
const wasm = [1, 2, 4].map((threads) => openCompute({ threads, backend: "wasm" }));
const plain = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => Promise.all([...wasm, plain].map((compute) => compute.close())));

/** Greatest difference from the values that the reference holds of these. */
function furthest(values: Float64Array, expected: readonly number[]): number {
  const step = Math.max(1, Math.floor(values.length / 200));
  return Math.max(...expected.map((x, n) => Math.abs(values[n * step]! - x)));
}

describe.each(cases)("scikit-learn's segments: $name", (expected) => {
  test.each([...wasm, plain])("$backend, $threads threads", async (compute) => {
    const mark = compute.mark();
    const found = await hdbscan(compute, densityPoints(compute, expected.data, expected.weights), expected);
    expect(labelText(found.labels)).toBe(expected.labels);
    expect(furthest(found.probabilities, expected.probabilities)).toBeLessThan(1e-9);
    expect(furthest(found.outlierScores, expected.outlierScores)).toBeLessThan(1e-9);
    compute.release(mark);
  });
});

const options: HdbscanOptions = {
  minClusterSize: 5,
  minSamples: 5,
  selection: "eom",
  selectionEpsilon: 0,
  allowSingle: false,
};

describe.each([wasm[1]!, plain])("$backend", (compute) => {
  const fit = async (rows: readonly (readonly number[])[], weights: Float64Array | null = null, more = {}) => {
    const mark = compute.mark();
    const found = await hdbscan(compute, { matrix: matrixOf(compute, rows), weights }, { ...options, ...more });
    compute.release(mark);
    return found;
  };

  test("fewer rows than neighbours asked for, one row and no row are noise", async () => {
    expect([...(await fit([[1], [2], [3]])).labels]).toEqual([-1, -1, -1]);
    expect([...(await fit([[1]], null, { minSamples: 1 })).labels]).toEqual([-1]);
    expect((await fit([])).segments).toBe(0);
  });

  test("rows that coincide make segments of infinite density, and are sure of them", async () => {
    const rows = [0, 1, 5].flatMap((x) => Array.from({ length: 6 }, () => [x, x]));
    const found = await fit([...rows, [2.5, 2.5]]);
    expect([...found.labels]).toEqual([...Array.from({ length: 18 }, (_, i) => Math.floor(i / 6)), -1]);
    expect([...found.probabilities]).toEqual([...Array.from({ length: 18 }, () => 1), 0]);
    expect([...found.outlierScores]).toEqual([...Array.from({ length: 18 }, () => 0), 1]);
    expect(found.stabilities).toEqual([Infinity, Infinity, Infinity]);
  });

  test("all rows equal are one segment where one is allowed, else noise", async () => {
    const rows = Array.from({ length: 20 }, () => [3, 4]);
    expect((await fit(rows)).segments).toBe(0);
    expect([...(await fit(rows, null, { allowSingle: true })).labels]).toEqual(rows.map(() => 0));
  });

  test("equal rows and one row of so much weight are the same, many of them too", async () => {
    const rows = dataRows({ kind: "bumps", rows: 600, columns: 3, seed: 22, grid: 5 });
    const copies = rows.map((_, i) => (i < 3 ? 6000 : 1 + (i % 3)));
    const repeated = rows.flatMap((row, i) => Array.from({ length: copies[i]! }, () => row));
    const one = await fit(rows, Float64Array.from(copies));
    const many = await fit(repeated);
    const firsts = rows.map((_, i) => copies.slice(0, i).reduce((sum, n) => sum + n, 0));
    expect([...one.labels]).toEqual(firsts.map((at) => many.labels[at]!));
    expect([...one.outlierScores]).toEqual(firsts.map((at) => many.outlierScores[at]!));
    expect(one.segments).toBeGreaterThan(3);
  });

  test("weights that are not whole, sizes below 2 and negative thresholds are refused", async () => {
    await expect(fit([[1], [2]], Float64Array.of(1, 0.5))).rejects.toThrow("whole weights from 1, not 0.5");
    await expect(fit([[1]], null, { minClusterSize: 1 })).rejects.toThrow("from 2, not 1");
    await expect(fit([[1]], null, { minSamples: 0 })).rejects.toThrow("from 1, not 0");
    await expect(fit([[1]], null, { selectionEpsilon: -1 })).rejects.toThrow("0 or more, not -1");
  });
});

test("25,000 rows fall in the same segments, probabilities and scores on 1, 2 and 4 threads", async () => {
  const seen = new Set<string>();
  for (const compute of wasm) {
    const mark = compute.mark();
    const spec: DataSpec = { kind: "bumps", rows: 25_000, columns: 4, seed: 21, grid: 60 };
    const found = await hdbscan(compute, densityPoints(compute, spec, null), options);
    seen.add([found.labels, found.probabilities, found.outlierScores].map((values) => hashOf(values)).join(" "));
    compute.release(mark);
  }
  expect(seen.size).toBe(1);
});

function hashOf(values: Int32Array | Float64Array): string {
  return createHash("sha256")
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest("hex");
}
