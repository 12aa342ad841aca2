import { afterAll, describe, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { dbscan } from "../../../src/model/cluster/dbscan.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { cloudRows, matrixOf } from "./data.ts";
import { densityPoints, densityReference, labelText } from "./density-data.ts";
import type { DataSpec } from "./density-data.ts";

interface Case {
  readonly name: string;
  readonly data: DataSpec;
  readonly epsilon: number;
  readonly minSamples: number;
  readonly weights: number | null;
  readonly segments: number;
  readonly labels: string;
  readonly cores: string;
}

const { dbscan: cases } = densityReference() as { dbscan: readonly Case[] };
const wasm = [1, 2, 4].map((threads) => openCompute({ threads, backend: "wasm" }));
const plain = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => Promise.all([...wasm, plain].map((compute) => compute.close())));

describe.each(cases)("scikit-learn's segments: $name", (expected) => {
  test.each([...wasm, plain])("$backend, $threads threads", async (compute) => {
    const mark = compute.mark();
    const { epsilon, minSamples } = expected;
    const found = await dbscan(compute, densityPoints(compute, expected.data, expected.weights), {
      epsilon,
      minSamples,
    });
    expect(found.segments).toBe(expected.segments);
    expect(labelText(found.labels)).toBe(expected.labels);
    expect(labelText(Int8Array.from(found.isCore, (is) => is - 1))).toBe(expected.cores);
    compute.release(mark);
  });
});

async function labelsOf(
  compute: Compute,
  rows: readonly (readonly number[])[],
  epsilon: number,
  minSamples: number,
  weights: Float64Array | null = null,
): Promise<number[]> {
  const mark = compute.mark();
  const { labels } = await dbscan(compute, { matrix: matrixOf(compute, rows), weights }, { epsilon, minSamples });
  const copy = [...labels];
  compute.release(mark);
  return copy;
}

describe.each([wasm[1]!, plain])("$backend", (compute) => {
  test("one row is noise, or its own segment where one neighbour is enough", async () => {
    expect(await labelsOf(compute, [[1, 2]], 1, 2)).toEqual([-1]);
    expect(await labelsOf(compute, [[1, 2]], 1, 1)).toEqual([0]);
  });

  test("a row between two segments goes to the one whose first core row comes first", async () => {
    const right = [[1.5], [1.6], [1.7]];
    const left = [[-1.5], [-1.6], [-1.7]];
    // 0 has only two neighbours but itself; 1.5 and -1.5 have three each.
    expect(await labelsOf(compute, [[0], ...right, ...left], 1.5, 4)).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect(await labelsOf(compute, [...left, [0], ...right], 1.5, 4)).toEqual([0, 0, 0, 0, 1, 1, 1]);
  });

  test("whole weights are repeated rows, and a row of weight 0 is no core point but may be at a border", async () => {
    const rows = cloudRows(400, 2, 5);
    const weights = Float64Array.from(rows, (_, i) => 1 + (i % 3));
    const repeated = rows.flatMap((row, i) => Array.from({ length: weights[i]! }, () => row));
    const firsts = rows.map((_, i) => weights.subarray(0, i).reduce((sum, w) => sum + w, 0));
    const all = await labelsOf(compute, repeated, 0.04, 8);
    expect(await labelsOf(compute, rows, 0.04, 8, weights)).toEqual(firsts.map((at) => all[at]!));
    expect(await labelsOf(compute, [[0], [1], [2]], 1, 2, Float64Array.from([2, 0, 2]))).toEqual([0, 0, 1]);
  });

  test("distances beyond what a double's square holds are taken all the same", async () => {
    const rows = [[1e200], [2e200], [3e200], [9e307], [-9e307]];
    expect(await labelsOf(compute, rows, 1.5e200, 3)).toEqual([0, 0, 0, -1, -1]);
    const small = rows.slice(0, 3).map(([x]) => [x! * 1e-200 * 1e-200]);
    expect(await labelsOf(compute, small, 1.5e-200, 3)).toEqual([0, 0, 0]);
  });

  test("an ε or a minimum that is not above 0 is refused", async () => {
    await expect(labelsOf(compute, [[1]], 0, 1)).rejects.toThrow("ε must be a number above 0");
    await expect(labelsOf(compute, [[1]], 1, 0)).rejects.toThrow("must be above 0");
  });
});
