import { afterAll, expect, test } from "vitest";
import { adjustedRandIndex } from "../../../src/model/metrics/adjusted-rand-index.ts";
import { optics } from "../../../src/model/cluster/optics.ts";
import { xiSegments } from "../../../src/model/cluster/optics-segments.ts";
import { proposeXi } from "../../../src/model/cluster/propose-xi.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { matrixOf, threeGroups } from "./data.ts";

const compute = openCompute({ threads: 1, backend: "wasm" });
afterAll(() => compute.close());

const rows = threeGroups(600, 150);
/** Of the rows that are not scattered. */
const agreement = (labels: Int32Array): number =>
  adjustedRandIndex(
    rows.slice(0, 600).map((_, i) => i % 3),
    labels.slice(0, 600),
  );
const plotOf = (table: readonly (readonly number[])[], minSamples: number) =>
  optics(compute, { matrix: matrixOf(compute, table), weights: null }, { minSamples, maxEpsilon: Infinity });

test("steepness and size by which the most rows are in segments find three groups among scattered rows", async () => {
  const plot = await plotOf(rows, 13);
  const search = { minSamples: 13, leastSize: 27, minClusterSize: null, xi: null };
  const found = proposeXi(plot, search);
  expect(found.segments).toBe(3);
  expect(agreement(found.labels)).toBeGreaterThan(0.8);
  // They are those that the same steepness and size find when they are given.
  const { xi, minClusterSize } = found;
  const again = xiSegments(plot, { xi, minClusterSize, minSamples: 13 });
  expect([...again.labels]).toEqual([...found.labels]);
  expect(proposeXi(plot, { ...search, xi, minClusterSize })).toMatchObject({ xi, minClusterSize, segments: 3 });
});

test("what is given is kept, and a plot without two segments keeps the least size", async () => {
  const plot = await plotOf(rows, 13);
  const search = { minSamples: 13, leastSize: 27, minClusterSize: null, xi: null };
  expect(proposeXi(plot, { ...search, xi: 0.2 }).xi).toBe(0.2);
  expect(proposeXi(plot, { ...search, minClusterSize: 60 })).toMatchObject({ minClusterSize: 60, largestSize: 60 });
  const line = await plotOf(
    Array.from({ length: 40 }, (_, i) => [i]),
    5,
  );
  expect(proposeXi(line, { ...search, minSamples: 5, leastSize: 6 })).toMatchObject({ xi: 0.05, minClusterSize: 6 });
});
