import { afterAll, describe, expect, test } from "vitest";
import { cutPlot, xiSegments } from "../../../src/model/cluster/optics-segments.ts";
import { optics } from "../../../src/model/cluster/optics.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { matrixOf } from "./data.ts";
import { densityPoints, densityReference, labelText } from "./density-data.ts";
import type { DataSpec } from "./density-data.ts";

interface Case {
  readonly name: string;
  readonly data: DataSpec;
  readonly minSamples: number;
  readonly minClusterSize: number;
  readonly maxEpsilon: number | null;
  readonly xi: number;
  readonly cut: number;
  readonly ordering: readonly number[];
  /** Some 200 of them, -1 for infinity. */
  readonly reachabilities: readonly number[];
  readonly predecessors: readonly number[];
  readonly ranges: readonly (readonly [number, number])[];
  readonly labels: string;
  readonly cutLabels: string;
}

const { optics: cases } = densityReference() as { optics: readonly Case[] };
const computes = [openCompute({ threads: 2, backend: "wasm" }), openCompute({ threads: 1, backend: "typescript" })];
afterAll(() => Promise.all(computes.map((compute) => compute.close())));

describe.each(cases)("scikit-learn's plot and segments: $name", (expected) => {
  test.each(computes)("$backend", async (compute) => {
    const mark = compute.mark();
    const { minSamples } = expected;
    const maxEpsilon = expected.maxEpsilon ?? Infinity;
    const plot = await optics(compute, densityPoints(compute, expected.data, null), { minSamples, maxEpsilon });
    expect([...plot.ordering]).toEqual(expected.ordering);
    const step = Math.max(1, Math.floor(plot.ordering.length / 200));
    expected.reachabilities.forEach((x, n) => {
      const found = plot.reachabilities[n * step]!;
      if (x === -1) expect(found).toBe(Infinity);
      else expect(Math.abs(found - x)).toBeLessThanOrEqual(1e-12 * x);
      expect(plot.predecessors[n * step]).toBe(expected.predecessors[n]);
    });
    const steep = xiSegments(plot, expected);
    expect(steep.ranges).toEqual(expected.ranges);
    expect(labelText(steep.labels)).toBe(expected.labels);
    expect(labelText(cutPlot(plot, expected.cut).labels)).toBe(expected.cutLabels);
    compute.release(mark);
  });
});

test.each(computes)(
  "weights, one neighbour and no radius are refused; few rows are all noise: $backend",
  async (compute) => {
    const mark = compute.mark();
    const matrix = matrixOf(compute, [[1], [2], [4]]);
    const fit = (weights: Float64Array | null, minSamples: number, maxEpsilon: number) =>
      optics(compute, { matrix, weights }, { minSamples, maxEpsilon });
    await expect(fit(Float64Array.of(1, 2, 1), 2, 1)).rejects.toThrow("takes no weights");
    await expect(fit(null, 1, 1)).rejects.toThrow("from 2, not 1");
    await expect(fit(null, 2, 0)).rejects.toThrow("above 0");
    const plot = await fit(Float64Array.of(1, 1, 1), 5, Infinity);
    expect([...plot.ordering]).toEqual([0, 1, 2]);
    expect([...xiSegments(plot, { xi: 0.05, minSamples: 5, minClusterSize: 5 }).labels]).toEqual([-1, -1, -1]);
    compute.release(mark);
  },
);
