import { afterAll, describe, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { assign } from "../../../src/model/cluster/assign.ts";
import { kMeans, sweepKMeans } from "../../../src/model/cluster/k-means.ts";
import type { KMeansOptions, KMeansResult } from "../../../src/model/cluster/k-means.ts";
import { preparePoints } from "../../../src/model/cluster/prepared-points.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { bumpRows, cloudRows, lcg, matrixOf } from "./data.ts";

const plain = openCompute({ threads: 1, backend: "typescript" });
const threads = [1, 2, 4].map((n) => openCompute({ threads: n, backend: "wasm" }));
const [one] = threads as [Compute];
afterAll(() => Promise.all(threads.map((compute) => compute.close())));

const defaults: KMeansOptions = { k: 3, starts: 1, maxIter: 300, tol: 1e-4, seed: 42, init: null };

async function fit(
  compute: Compute,
  rows: readonly (readonly number[])[],
  options: Partial<KMeansOptions>,
  weights: readonly number[] | null = null,
): Promise<KMeansResult> {
  const mark = compute.mark();
  const points = { matrix: matrixOf(compute, rows), weights: weights === null ? null : Float64Array.from(weights) };
  const result = await kMeans(compute, points, { ...defaults, ...options });
  const copy = { ...result, labels: result.labels.slice() };
  compute.release(mark);
  return copy;
}

/** Nearest centre by the definition, ties to the lowest. */
function nearest(row: readonly number[], centres: Float64Array): number {
  let label = -1;
  let smallest = Infinity;
  for (let c = 0; c * row.length < centres.length; c++) {
    const squared = row.reduce((sum, x, j) => sum + (x - centres[c * row.length + j]!) ** 2, 0);
    if (squared < smallest) {
      smallest = squared;
      label = c;
    }
  }
  return label;
}

describe("any number of threads, and the TypeScript kernels, give the same bytes", () => {
  const tables: [string, number[][], Partial<KMeansOptions>, number[] | null][] = [
    ["a cloud of 30,000 × 8", cloudRows(30_000, 8, 11), { k: 8, maxIter: 40, tol: 0 }, null],
    ["bumps, three starts", bumpRows(20_001, 3, 12), { k: 10, starts: 3 }, null],
    ["fractional weights", cloudRows(9000, 5, 13), { k: 6 }, [...lcg(9000, 14)]],
    ["one column", cloudRows(10_000, 1, 15), { k: 7 }, null],
    ["30 segments of 40 columns", cloudRows(5000, 40, 16), { k: 30, maxIter: 15 }, null],
  ];
  test.each(tables)("%s", async (_, rows, options, weights) => {
    const expected = await fit(plain, rows, options, weights);
    for (const compute of threads) expect(await fit(compute, rows, options, weights)).toEqual(expected);
  });
});

test("every label is the nearest centre and every centre the mean of its rows", async () => {
  const rows = cloudRows(12_000, 6, 21);
  const result = await fit(one, rows, { k: 9, tol: 0, maxIter: 1000 });
  expect(result.converged).toBe(true);
  rows.forEach((row, i) => expect(result.labels[i]).toBe(nearest(row, result.centres)));
  const own = rows.filter((_, i) => result.labels[i] === 4);
  const mean = own.reduce((sum, row) => sum + row[2]!, 0) / own.length;
  expect(result.centres[4 * 6 + 2]).toBeCloseTo(mean, 12);
});

test("near-ties that single precision cannot tell apart go to the nearer centre", async () => {
  // Rows within 1e-9 of the plane between the two centres.
  const rows = [...lcg(4000, 31)].map((u, i) => [5 + (u - 0.5) * 1e-9, (i % 7) - 3]);
  const matrix = matrixOf(one, rows);
  const centres = Float64Array.from([0, 0, 10, 0]);
  const labels = assign(one, matrix, centres, 2);
  rows.forEach((row, i) => expect(labels[i]).toBe(row[0]! > 5 ? 1 : 0));
  expect(new Set(labels).size).toBe(2);
});

test("a row as near to two centres goes to the lower segment", () => {
  const matrix = matrixOf(one, [
    [5, 0],
    [5, 1],
    [4, 0],
    [6, 0],
  ]);
  expect([...assign(one, matrix, Float64Array.from([10, 0, 0, 0, 10, 0]), 3)]).toEqual([0, 0, 1, 0]);
});

test("as many segments as rows leaves no error", async () => {
  const rows = cloudRows(25, 3, 41);
  const result = await fit(one, rows, { k: 25 });
  expect(result.inertia).toBe(0);
  expect(new Set(result.labels).size).toBe(25);
});

test("one segment is the mean of all rows", async () => {
  const result = await fit(
    one,
    [
      [1, 10],
      [2, 20],
      [6, 60],
    ],
    { k: 1 },
  );
  expect([...result.centres]).toEqual([3, 30]);
  expect(result.inertia).toBeCloseTo(14 + 1400, 9);
  const single = await fit(one, [[4, 5]], { k: 1 });
  expect(single).toMatchObject({ inertia: 0, k: 1 });
  expect([...single.centres]).toEqual([4, 5]);
});

test("more segments than distinct rows is refused with both numbers", async () => {
  const rows = [
    [1, 2],
    [1, 2],
    [3, 4],
    [0, 0],
    [-0, 0],
  ];
  await expect(fit(one, rows, { k: 4 })).rejects.toThrow(
    expect.objectContaining({ code: "too-many-segments", message: expect.stringMatching(/^4 .* 3 /) }),
  );
  expect((await fit(one, rows, { k: 3 })).inertia).toBe(0);
  await expect(fit(one, rows, { k: 3 }, [1, 1, 0, 1, 1])).rejects.toThrow(/only 2 distinct rows/);
});

test("whole weights act as repeated rows", async () => {
  const rows = bumpRows(400, 2, 51);
  const weights = rows.map((_, i) => 1 + (i % 4));
  const repeated = rows.flatMap((row, i) => Array<number[]>(weights[i]!).fill(row));
  const init = Float64Array.from([rows[0]!, rows[1]!, rows[2]!, rows[3]!, rows[9]!].flat());
  const once = await fit(one, rows, { k: 5, init }, weights);
  const often = await fit(one, repeated, { k: 5, init });
  expect(once.iterations).toBe(often.iterations);
  expect(once.inertia / often.inertia).toBeCloseTo(1, 12);
  once.centres.forEach((x, n) => expect(x).toBeCloseTo(often.centres[n]!, 12));
  expect(rows.flatMap((_, i) => Array<number>(weights[i]!).fill(once.labels[i]!))).toEqual([...often.labels]);
});

test("rows of weight 0 are labelled but move nothing", async () => {
  const rows = [[0], [1], [10], [11], [1000]];
  const result = await fit(one, rows, { k: 2, starts: 5 }, [1, 1, 1, 1, 0]);
  expect([...result.centres].toSorted((a, b) => a - b)).toEqual([0.5, 10.5]);
  expect(result.labels[4]).toBe(result.labels[2]);
  expect(result.inertia).toBe(1);
});

test("a constant column changes nothing", async () => {
  const rows = bumpRows(600, 2, 61);
  const init = Float64Array.from([...rows[0]!, ...rows[1]!, ...rows[2]!]);
  const with7 = Float64Array.from([...rows[0]!, 7, ...rows[1]!, 7, ...rows[2]!, 7]);
  const without = await fit(one, rows, { init, tol: 0 });
  const constant = await fit(
    one,
    rows.map((row) => [...row, 7]),
    { init: with7, tol: 0 },
  );
  expect(constant.labels).toEqual(without.labels);
  expect(constant.inertia).toBeCloseTo(without.inertia, 9);
});

test("many empty segments are each moved to a row of their own", async () => {
  const rows = bumpRows(500, 3, 71);
  const init = Float64Array.from({ length: 12 * 3 }, (_, n) => (n < 3 ? 2 : 1000 + n));
  for (const compute of [one, plain]) {
    const result = await fit(compute, rows, { k: 12, init, tol: 0, maxIter: 1000 });
    expect(new Set(result.labels).size).toBe(12);
    expect(result.converged).toBe(true);
  }
});

test.each([1e-200, 1e-30, 1e30, 1e150])("values of size %f are clustered like those of size 1", async (size) => {
  const rows = bumpRows(3000, 3, 81);
  const init = Float64Array.from(rows.slice(0, 8).flat());
  const usual = await fit(one, rows, { k: 8, init });
  const scaled = rows.map((row) => row.map((x) => x * size));
  const result = await fit(one, scaled, { k: 8, init: init.map((x) => x * size) });
  expect(result.labels).toEqual(usual.labels);
  expect(await fit(one, scaled, { k: 8 })).toMatchObject({ k: 8, converged: true });
});

test("a small pattern on a huge offset is still found", async () => {
  const rows = bumpRows(3000, 3, 91);
  const init = Float64Array.from(rows.slice(0, 8).flat());
  const usual = await fit(one, rows, { k: 8, init });
  const far = await fit(
    one,
    rows.map((row) => row.map((x) => x + 1e9)),
    { k: 8, init: init.map((x) => x + 1e9) },
  );
  expect(far.labels).toEqual(usual.labels);
  expect(far.inertia / usual.inertia).toBeCloseTo(1, 6);
});

test("one value a million times larger than the rest does not blur the rest", async () => {
  const rows = bumpRows(3000, 2, 95);
  rows[1234] = [1e9, 1e9];
  const init = Float64Array.from([...rows.slice(0, 4), rows[1234]!].flat());
  const result = await fit(one, rows, { k: 5, init, tol: 0 });
  rows.forEach((row, i) => expect(result.labels[i]).toBe(nearest(row, result.centres)));
  expect(result.labels.slice(0, 4)).toEqual(Int32Array.of(0, 1, 2, 3));
});

test("rows that differ only beyond single precision are still told apart", async () => {
  const rows = [[1e6], [-1e6], [0], [1e-6], [2e-6], [3e-6]];
  const result = await fit(one, rows, { k: 6 });
  expect(new Set(result.labels).size).toBe(6);
});

test("more starts never end worse, and the seed decides", async () => {
  const rows = cloudRows(2000, 4, 101);
  const single = await fit(one, rows, { k: 7 });
  const ten = await fit(one, rows, { k: 7, starts: 10 });
  expect(ten.inertia).toBeLessThanOrEqual(single.inertia);
  expect(await fit(one, rows, { k: 7, starts: 10 })).toEqual(ten);
  const again = await fit(one, rows, { k: 7, seed: 43 });
  expect(again.centres).not.toEqual(single.centres);
});

test("greedy seeding finds well separated groups at the first attempt", async () => {
  const rows = bumpRows(5000, 3, 111);
  for (let seed = 0; seed < 20; seed++) {
    const result = await fit(one, rows, { k: 8, seed });
    expect(result.inertia / 5000).toBeLessThan(0.26);
  }
});

test("a sweep gives each k what a fit of its own gives, and frees its memory", async () => {
  const rows = cloudRows(3000, 4, 121);
  const mark = one.mark();
  const points = preparePoints(one, { matrix: matrixOf(one, rows), weights: null });
  const before = one.mark();
  const swept: number[] = [];
  await sweepKMeans(one, points, [2, 3, 5], { ...defaults, starts: 2 }, async (result) => {
    swept.push(result.inertia);
  });
  expect(one.mark()).toBe(before);
  one.release(mark);
  const alone = [];
  for (const k of [2, 3, 5]) alone.push((await fit(one, rows, { k, starts: 2 })).inertia);
  expect(swept).toEqual(alone);
});

test("Ctrl-C ends a fit between two rounds", async () => {
  const controller = new AbortController();
  const compute = openCompute({ threads: 1, signal: controller.signal });
  controller.abort();
  await expect(fit(compute, cloudRows(100, 2, 1), {})).rejects.toThrow(
    expect.objectContaining({ code: "interrupted" }),
  );
});
