import { afterAll, describe, expect, test } from "vitest";
import type { Compute } from "../../src/core/compute.ts";
import { kMeans } from "../../src/model/cluster/k-means.ts";
import { collapse, expandLabels } from "../../src/model/collapse.ts";
import { openCompute } from "../../src/workers/pool.ts";
import { cloudRows, matrixOf } from "./cluster/data.ts";

const computes = [
  openCompute({ threads: 1, backend: "wasm" }),
  openCompute({ threads: 4, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
];
const [first] = computes as [Compute];
afterAll(() => Promise.all(computes.map((compute) => compute.close())));

const scores = cloudRows(150_000, 3, 5).map((row) => row.map((u) => 1 + Math.floor(u * 5)));

describe.each(computes)("$backend on $threads threads", (compute) => {
  test("identical rows become one point each, in order of first appearance, with their count", () => {
    const mark = compute.mark();
    const { points, weights, rowToPoint } = collapse(compute, matrixOf(compute, scores), null);
    const expected = new Map<string, number>();
    for (const row of scores) expected.set(row.join(), (expected.get(row.join()) ?? 0) + 1);
    const found = Array.from({ length: points.rows }, (_, i) =>
      [0, 1, 2].map((j) => points.values[j * points.rows + i]!).join(),
    );
    expect(found).toEqual([...expected.keys()]);
    expect([...(weights ?? [])]).toEqual([...expected.values()]);
    scores.forEach((row, i) => {
      if (found[rowToPoint?.[i] ?? -1] !== row.join()) throw new Error(`row ${i} has the wrong point`);
    });
    compute.release(mark);
  });

  test("values that are no scores are folded just as well", () => {
    const mark = compute.mark();
    const rows = scores.slice(0, 70_001).map((row) => row.map((x) => x / 7 - 0.25));
    const { points, weights, rowToPoint } = collapse(compute, matrixOf(compute, rows), null);
    const whole = collapse(compute, matrixOf(compute, scores.slice(0, 70_001)), null);
    expect([...points.values]).toEqual([...whole.points.values].map((x) => x / 7 - 0.25));
    expect(weights).toEqual(whole.weights);
    expect(rowToPoint).toEqual(whole.rowToPoint);
    compute.release(mark);
  });

  test("one odd value among scores is a point of its own", () => {
    for (const odd of [1e-20, 6, 0, 2.5, 1e300]) {
      const mark = compute.mark();
      const rows = scores.slice(0, 66_001).map((row, i) => (i === 65_999 ? [odd, 1, 1] : row));
      const { points, weights, rowToPoint } = collapse(compute, matrixOf(compute, rows), null);
      expect(points.rows).toBe(126);
      expect(rowToPoint?.[65_999]).toBe(125);
      expect(points.values[125]).toBe(odd);
      expect(weights?.[125]).toBe(1);
      compute.release(mark);
    }
  });

  test("weights are summed, and both zeros are one value", () => {
    const mark = compute.mark();
    const matrix = matrixOf(compute, [
      [0, 1],
      [-0, 1],
      [2, 1],
      [0, 1],
      [2, 1],
      [2, 1],
    ]);
    const { points, weights, rowToPoint } = collapse(compute, matrix, Float64Array.of(1, 2, 4, 8, 0, 0.5));
    expect([...points.values]).toEqual([0, 2, 1, 1]);
    expect([...(weights ?? [])]).toEqual([11, 4.5]);
    expect([...(rowToPoint ?? [])]).toEqual([0, 0, 1, 0, 1, 1]);
    compute.release(mark);
  });

  test("a table of too many distinct neighbours is left as it is", () => {
    const mark = compute.mark();
    // The sampled rows repeat, those between them do not.
    const rows = Array.from({ length: 20_480 }, (_, i) => [i % 20 === 0 ? 1 : i]);
    const matrix = matrixOf(compute, rows);
    const after = compute.mark();
    expect(collapse(compute, matrix, null)).toEqual({ points: matrix, weights: null, rowToPoint: null });
    expect(compute.mark()).toBe(after);
    compute.release(mark);
  });
});

test("distinct rows are left as they are", () => {
  const matrix = matrixOf(first, cloudRows(5000, 2, 9));
  expect(collapse(first, matrix, null)).toEqual({ points: matrix, weights: null, rowToPoint: null });
});

test("clustering the points labels every row as clustering the rows does", async () => {
  const matrix = matrixOf(first, scores);
  const init = Float64Array.from([1, 1, 1, 5, 5, 5, 1, 5, 2, 5, 1, 3].map((x, n) => x + n / 97));
  const options = { k: 4, starts: 1, maxIter: 300, tol: 1e-4, seed: 1, init };
  const whole = await kMeans(first, { matrix, weights: null }, options);
  const { points, weights, rowToPoint } = collapse(first, matrix, null);
  const folded = await kMeans(first, { matrix: points, weights }, options);
  expect(folded.inertia / whole.inertia).toBeCloseTo(1, 12);
  expect(folded.iterations).toBe(whole.iterations);
  expect(expandLabels(first, folded.labels, rowToPoint)).toEqual(whole.labels);
});
