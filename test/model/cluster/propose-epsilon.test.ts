import { afterAll, describe, expect, test } from "vitest";
import { dbscan } from "../../../src/model/cluster/dbscan.ts";
import { proposeEpsilon } from "../../../src/model/cluster/propose-epsilon.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { matrixOf, threeGroups } from "./data.ts";

const computes = [openCompute({ threads: 2, backend: "wasm" }), openCompute({ threads: 1, backend: "typescript" })];
afterAll(() => Promise.all(computes.map((compute) => compute.close())));

describe.each(computes)("$backend", (compute) => {
  const points = (rows: readonly (readonly number[])[], weights: Float64Array | null = null) => ({
    matrix: matrixOf(compute, rows),
    weights,
  });
  const propose = (rows: readonly (readonly number[])[], minSamples: number, weights: Float64Array | null = null) =>
    proposeEpsilon(compute, points(rows, weights), minSamples, 42);
  const run = (from: number) => Array.from({ length: 50 }, (_, i) => [from + i]);
  const ladder = run(0);
  const stray = [[200], [310], [430], [560], [700]];

  test("ε keeps two runs of rows apart and leaves out the strays between them", async () => {
    const found = await propose([...run(0), ...run(300), [100], [130], [165], [205], [240]], 2);
    // Rungs have a neighbour at 1; the strays' nearest are 30 and farther.
    expect(found).toMatchObject({ segments: 2, coreShare: 100 / 105 });
    expect(found!.epsilon).toBeGreaterThanOrEqual(1);
    expect(found!.epsilon).toBeLessThan(30);
  });

  test.each([0, 150, 300])("three groups are found among %i scattered rows", async (scattered) => {
    const rows = threeGroups(600, scattered);
    const found = await propose(rows, 12);
    const { labels, segments } = await dbscan(compute, points(rows), { epsilon: found!.epsilon, minSamples: 12 });
    expect([found!.segments, segments]).toEqual([3, 3]);
    const own = [0, 1, 2].map((group) => labels[group]!);
    const grouped = Array.from(labels.subarray(0, 600)).filter((label, i) => label === own[i % 3]);
    const leftOut = labels.subarray(600).filter((label) => label === -1);
    expect(grouped.length / 600).toBeGreaterThan(0.95);
    // Some scattered rows lie in the midst of the groups.
    expect(leftOut.length).toBeGreaterThanOrEqual(scattered / 2);
  });

  test("with one group ε stands at the knee between its rows and strays", async () => {
    // Every rung has a neighbour at 1; the strays' nearest are 110 and farther.
    const found = await propose([...ladder, ...stray], 2);
    expect(found).toMatchObject({ epsilon: 1, coreShare: 50 / 55, hasKnee: true, segments: null });
  });

  test("with neither groups nor a knee ε is the distance of the densest 90 %", async () => {
    expect(await propose(ladder, 2)).toMatchObject({ epsilon: 1, coreShare: 1, hasKnee: false, segments: null });
  });

  test("whole weights are repeated rows: rows that fill their own neighbourhood have no distance", async () => {
    const weights = Float64Array.from(ladder, () => 3);
    expect(await propose(ladder, 3, weights)).toBeNull();
    expect(await propose(ladder, 4, weights)).toMatchObject({ epsilon: 1 });
    expect(await propose([[1], [1], [1]], 2)).toBeNull();
    expect(await propose([], 2)).toBeNull();
  });
});

test("of more rows than the tree is built of, the radius is scaled to the density of all", async () => {
  const [compute] = computes;
  const rows = threeGroups(90_000, 12_000);
  const points = { matrix: matrixOf(compute!, rows), weights: null };
  const found = await proposeEpsilon(compute!, points, 23, 42);
  const { labels } = await dbscan(compute!, points, { epsilon: found!.epsilon, minSamples: 23 });
  const own = [0, 1, 2].map((group) => labels[group]!);
  expect([found!.segments, new Set(own).size]).toEqual([3, 3]);
  expect(labels.subarray(0, 90_000).filter((label, i) => label === own[i % 3]).length).toBeGreaterThan(85_000);
});
