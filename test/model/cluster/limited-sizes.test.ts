import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { fitKMeans } from "../../../src/model/cluster/k-means.ts";
import { fitLimitedKMeans } from "../../../src/model/cluster/limited-k-means.ts";
import { assignWithinLimits } from "../../../src/model/cluster/limited-sizes.ts";
import { preparePoints } from "../../../src/model/cluster/prepared-points.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg, matrixOf, recordedRows } from "./data.ts";

const compute = openCompute({ threads: 2, backend: "wasm" });
afterAll(() => compute.close());

const file = new URL("../../../fixtures/reference/limited-sizes/reference.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as {
  cases: readonly Record<"rows" | "columns" | "k" | "least" | "most" | "seed" | "sum", number>[];
};

const sizesOf = (labels: Int32Array, k: number): number[] =>
  Array.from({ length: k }, (_, c) => labels.filter((label) => label === c).length);

describe("rows at given centres within limits of sizes", () => {
  test.each(cases)("$rows rows, $least to $most in each of $k: the sum of the linear program", (one) => {
    const { rows, columns, k, least, most, seed } = one;
    const mark = compute.mark();
    const numbers = lcg(rows * columns, seed).map((x) => x * x);
    const points = Array.from({ length: rows }, (_, i) => [...numbers.subarray(i * columns, (i + 1) * columns)]);
    const centres = lcg(k * columns, seed + 100);
    const labels = assignWithinLimits(compute, matrixOf(compute, points), centres, k, { least, most });
    const sum = points.reduce(
      (total, row, i) => total + row.reduce((add, x, j) => add + (x - centres[labels[i]! * columns + j]!) ** 2, 0),
      0,
    );
    expect(Math.abs(sum / one.sum - 1)).toBeLessThan(1e-9);
    for (const size of sizesOf(labels, k)) expect([size >= least, size <= most]).toEqual([true, true]);
    compute.release(mark);
  });

  test("equal rows are divided, and what cannot be is refused", () => {
    const mark = compute.mark();
    const matrix = matrixOf(
      compute,
      Array.from({ length: 9 }, () => [1]),
    );
    const centres = Float64Array.of(0, 1, 2);
    expect(sizesOf(assignWithinLimits(compute, matrix, centres, 3, { least: 3, most: 3 }), 3)).toEqual([3, 3, 3]);
    expect(() => assignWithinLimits(compute, matrix, centres, 3, { least: 4, most: 9 })).toThrow(/need 12 rows/);
    expect(() => assignWithinLimits(compute, matrix, centres, 3, { least: 0, most: 2 })).toThrow(/hold 6 rows/);
    compute.release(mark);
  });
});

describe("k-means within limits of sizes", () => {
  const options = { k: 3, starts: 5, maxIter: 300, tol: 1e-4, seed: 4, init: null, progress: () => {} };

  test("keeps the limits, at centres that are the means, and is the free fit where that keeps them", async () => {
    const mark = compute.mark();
    const rows = recordedRows("iris");
    const points = { matrix: matrixOf(compute, rows), weights: null };
    const prepared = preparePoints(compute, points);
    const free = await fitKMeans(compute, prepared, options);
    const loose = { ...options, limits: { least: 0, most: 150 } };
    const same = await fitLimitedKMeans(compute, points, prepared, loose);
    expect([same.labels, same.inertia]).toEqual([free.labels, free.inertia]);
    const tight = { ...options, limits: { least: 50, most: 50 } };
    const fit = await fitLimitedKMeans(compute, points, prepared, tight);
    expect(fit.converged).toBe(true);
    expect(sizesOf(fit.labels, 3)).toEqual([50, 50, 50]);
    expect(fit.inertia).toBeGreaterThan(free.inertia);
    const again = assignWithinLimits(compute, points.matrix, fit.centres, 3, tight.limits);
    expect([...again]).toEqual([...fit.labels]);
    fit.centres.forEach((x, n) => {
      const own = rows.filter((_, i) => fit.labels[i] === Math.floor(n / 4));
      expect(x).toBeCloseTo(own.reduce((sum, row) => sum + row[n % 4]!, 0) / own.length, 12);
    });
    compute.release(mark);
  });
});
