import { afterAll, describe, expect, test } from "vitest";
import { assignByDbscan, dbscanModel } from "../../../src/model/cluster/dbscan-model.ts";
import { dbscan } from "../../../src/model/cluster/dbscan.ts";
import { assignByHdbscan, hdbscanModel } from "../../../src/model/cluster/hdbscan/hdbscan-model.ts";
import { hdbscan } from "../../../src/model/cluster/hdbscan/hdbscan.ts";
import type { HdbscanOptions } from "../../../src/model/cluster/hdbscan/hdbscan.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { cloudRows, matrixOf } from "./data.ts";
import { densityPoints, densityReference, labelText } from "./density-data.ts";
import type { DataSpec } from "./density-data.ts";

interface Case {
  readonly name: string;
  readonly data: DataSpec;
  readonly minClusterSize: number;
  readonly minSamples: number;
  readonly selection: "eom" | "leaf";
  readonly new: DataSpec;
  readonly labels: string;
  readonly probabilities: readonly number[];
}

const { predict: cases } = densityReference() as { predict: readonly Case[] };
const computes = [openCompute({ threads: 2, backend: "wasm" }), openCompute({ threads: 1, backend: "typescript" })];
afterAll(() => Promise.all(computes.map((compute) => compute.close())));

describe.each(computes)("$backend", (compute) => {
  test.each(cases)("new rows go where the hdbscan package puts them: $name", async (expected) => {
    const mark = compute.mark();
    const options: HdbscanOptions = { ...expected, selectionEpsilon: 0, allowSingle: false };
    const points = densityPoints(compute, expected.data, null);
    const fit = await hdbscan(compute, points, options);
    const model = await hdbscanModel(compute, points, fit, options.minSamples, 1);
    const saved = JSON.parse(JSON.stringify(model)) as typeof model;
    const found = await assignByHdbscan(compute, densityPoints(compute, expected.new, null).matrix, saved);
    expect(labelText(found.labels)).toBe(expected.labels);
    const step = Math.max(1, Math.floor(found.labels.length / 200));
    expected.probabilities.forEach((p, n) => expect(Math.abs(found.probabilities[n * step]! - p)).toBeLessThan(1e-9));
    compute.release(mark);
  });

  test("a saved DBSCAN gives its own rows their labels, and new ones those of core rows within ε", async () => {
    const mark = compute.mark();
    const points = { matrix: matrixOf(compute, cloudRows(3000, 2, 8)), weights: null };
    const fit = await dbscan(compute, points, { epsilon: 0.018, minSamples: 6 });
    expect(fit.segments).toBeGreaterThan(5);
    const model = await dbscanModel(compute, points.matrix, fit, 0.018, 1);
    const saved = JSON.parse(JSON.stringify(model)) as typeof model;
    expect(await assignByDbscan(compute, points.matrix, saved)).toEqual(fit.labels);
    const ladder = matrixOf(compute, [[0], [1], [2], [10], [11], [12]]);
    const two = await dbscan(compute, { matrix: ladder, weights: null }, { epsilon: 1, minSamples: 2 });
    const twoModel = await dbscanModel(compute, ladder, two, 1, 1);
    const fresh = matrixOf(compute, [[-1], [-1.01], [3], [6], [9.5], [13.5]]);
    expect([...(await assignByDbscan(compute, fresh, twoModel))]).toEqual([0, -1, 0, -1, 1, -1]);
    compute.release(mark);
  });
});

test("models of more than 10,000 rows hold a sample, and put nearly all rows where the fit put them", async () => {
  const compute = computes[0]!;
  const mark = compute.mark();
  const points = densityPoints(compute, { kind: "bumps", rows: 30_000, columns: 3, seed: 5 }, null);
  const options: HdbscanOptions = {
    minClusterSize: 100,
    minSamples: 10,
    selection: "eom",
    selectionEpsilon: 0,
    allowSingle: false,
  };
  const fit = await hdbscan(compute, points, options);
  const model = await hdbscanModel(compute, points, fit, options.minSamples, 1);
  expect(model.rows).toBe(10_000);
  const again = await assignByHdbscan(compute, points.matrix, model);
  expect(shareEqual(again.labels, fit.labels)).toBeGreaterThan(0.99);
  const dense = await dbscan(compute, points, { epsilon: 0.1, minSamples: 6 });
  const denseModel = await dbscanModel(compute, points.matrix, dense, 0.1, 1);
  expect(denseModel.rows).toBe(10_000);
  expect(shareEqual(await assignByDbscan(compute, points.matrix, denseModel), dense.labels)).toBeGreaterThan(0.98);
  compute.release(mark);
});

test("a sample holds the row that a large part of the table repeats", async () => {
  const compute = computes[0]!;
  const mark = compute.mark();
  const rows = [...cloudRows(12_000, 2, 6), ...Array.from({ length: 4000 }, () => [7, 7])];
  const points = { matrix: matrixOf(compute, rows), weights: null };
  const options: HdbscanOptions = {
    minClusterSize: 300,
    minSamples: 10,
    selection: "eom",
    selectionEpsilon: 0,
    allowSingle: false,
  };
  const fit = await hdbscan(compute, points, options);
  const model = await hdbscanModel(compute, points, fit, options.minSamples, 1);
  expect(model.rows).toBe(10_000);
  expect(model.weights?.filter((weight) => weight > 1)).toEqual([4000]);
  const { labels, probabilities } = await assignByHdbscan(compute, matrixOf(compute, [[7, 7]]), model);
  expect([labels[0], probabilities[0]]).toEqual([fit.labels[15_000], 1]);
  compute.release(mark);
});

test("a sample holds rows of each segment, the smallest too", async () => {
  const compute = computes[0]!;
  const mark = compute.mark();
  const corners = [0, 1, 2].flatMap((c) => Array.from({ length: 6 }, (_, i) => [5 + c, 5 + c + i / 1000]));
  const points = { matrix: matrixOf(compute, [...cloudRows(40_000, 2, 6), ...corners]), weights: null };
  const fit = await dbscan(compute, points, { epsilon: 0.02, minSamples: 6 });
  expect(fit.segments).toBe(4);
  const model = await dbscanModel(compute, points.matrix, fit, 0.02, 1);
  expect(model.rows).toBe(10_000);
  expect([1, 2, 3].map((segment) => model.labels.filter((label) => label === segment).length)).toEqual([6, 6, 6]);
  compute.release(mark);
});

function shareEqual(a: Int32Array, b: Int32Array): number {
  return a.reduce((sum, label, i) => sum + (label === b[i] ? 1 : 0), 0) / a.length;
}
