import { afterAll, describe, expect, test } from "vitest";
import { proposeEpsilon, proposeMinSamples, proposeSizes } from "../../../src/model/cluster/propose-density.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { matrixOf } from "./data.ts";

const computes = [openCompute({ threads: 2, backend: "wasm" }), openCompute({ threads: 1, backend: "typescript" })];
afterAll(() => Promise.all(computes.map((compute) => compute.close())));

describe.each(computes)("$backend", (compute) => {
  const propose = (rows: readonly (readonly number[])[], minSamples: number, weights: Float64Array | null = null) =>
    proposeEpsilon(compute, { matrix: matrixOf(compute, rows), weights }, minSamples);
  const ladder = Array.from({ length: 50 }, (_, i) => [i]);
  const stray = [[200], [310], [430], [560], [700]];

  test("ε stands at the knee between a dense run of rows and strays", async () => {
    // Every rung has a neighbour at 1; the strays' nearest are 110 and farther.
    const found = await propose([...ladder, ...stray], 2);
    expect(found).toMatchObject({ epsilon: 1, coreShare: 50 / 55, hasKnee: true });
    expect(found?.curve.slice(0, 6)).toEqual([140, 130, 120, 110, 110, 1]);
  });

  test("without a knee ε is the distance of the densest 90 %", async () => {
    expect(await propose(ladder, 2)).toMatchObject({ epsilon: 1, coreShare: 1, hasKnee: false });
  });

  test("whole weights are repeated rows: rows that fill their own neighbourhood have no distance", async () => {
    const weights = Float64Array.from(ladder, () => 3);
    expect(await propose(ladder, 3, weights)).toBeNull();
    expect(await propose(ladder, 4, weights)).toMatchObject({ epsilon: 1 });
    expect(await propose([[1], [1], [1]], 2)).toBeNull();
    expect(await propose([], 2)).toBeNull();
  });
});

test("minimum sizes grow with the columns and with the table", () => {
  expect([proposeMinSamples(100, 2), proposeMinSamples(1e6, 3), proposeMinSamples(500, 200)]).toEqual([5, 14, 50]);
  expect(proposeSizes(10_000, 4)).toEqual({ minClusterSize: 100, minSamples: 9 });
  expect(proposeSizes(20, 4)).toEqual({ minClusterSize: 5, minSamples: 5 });
});
