import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { drawCandidates, mostDrawn, oversampling, rounds } from "../../../src/model/cluster/draw-candidates.ts";
import type { Candidates } from "../../../src/model/cluster/draw-candidates.ts";
import { fitKMeans } from "../../../src/model/cluster/k-means.ts";
import { preparePoints } from "../../../src/model/cluster/prepared-points.ts";
import { reclusterCandidates, seedParallel } from "../../../src/model/cluster/seed-parallel.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { bumpRows, cloudRows, lcg, matrixOf } from "./data.ts";

const plain = openCompute({ threads: 1, backend: "typescript" });
const threads = [1, 2, 3].map((n) => openCompute({ threads: n, backend: "wasm" }));
const [one] = threads as [Compute];
afterAll(() => Promise.all(threads.map((compute) => compute.close())));

type Rows = readonly (readonly number[])[];

async function draw(compute: Compute, rows: Rows, k: number, seed: number, weights?: readonly number[]) {
  const mark = compute.mark();
  const points = {
    matrix: matrixOf(compute, rows),
    weights: weights === undefined ? null : Float64Array.from(weights),
  };
  const candidates = await drawCandidates(compute, preparePoints(compute, points), k, seed);
  compute.release(mark);
  return candidates;
}

/** The rows of a candidate list. */
function listOf({ values, weights }: Candidates): number[][] {
  const width = values.length / weights.length;
  return Array.from(weights, (_, n) => [...values.subarray(n * width, (n + 1) * width)]);
}

interface Case {
  readonly name: string;
  readonly data: {
    readonly file?: string;
    readonly rows?: number | Rows;
    readonly kind?: string;
    readonly columns?: number;
    readonly seed?: number;
  };
  readonly weights: readonly number[] | null;
  readonly k: number;
  readonly seed: number;
  readonly rows: readonly number[];
  readonly totals: readonly number[];
}

// Candidates by the definition in plain Python: make.py of the same folder.
const folder = new URL("../../../fixtures/reference/seed-parallel/", import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL("reference.json", folder), "utf8")) as { cases: readonly Case[] };

function rowsOf({ data }: Case): Rows {
  if (data.file !== undefined) {
    const lines = readFileSync(new URL(`../k-means/${data.file}`, folder), "utf8")
      .trim()
      .split("\n");
    return lines.map((line) => line.split(",").map(Number));
  }
  if (typeof data.rows !== "number") return data.rows!;
  if (data.kind === "one id") return Array.from({ length: data.rows }, (_, i) => [i * 2 ** -34]);
  return (data.kind === "cloud" ? cloudRows : bumpRows)(data.rows, data.columns!, data.seed!);
}

describe.each(cases)("the candidates are those of the definition: $name", (expected) => {
  test.each([plain, ...threads])("$backend, $threads threads", async (compute) => {
    const rows = rowsOf(expected);
    const found = await draw(compute, rows, expected.k, expected.seed, expected.weights ?? undefined);
    expect(listOf(found)).toEqual(expected.rows.map((row) => rows[row]));
    expect([...found.weights]).toEqual(expected.totals);
  });
});

test("any number of threads, and the TypeScript kernel, draw the same from many rows", async () => {
  for (const [rows, weights] of [
    [bumpRows(20_003, 5, 12), undefined],
    [cloudRows(9001, 1, 13), [...lcg(9001, 14)]],
  ] as const) {
    const expected = await draw(plain, rows, 6, 42, weights);
    for (const compute of threads) expect(await draw(compute, rows, 6, 42, weights)).toEqual(expected);
  }
});

test("the order of the rows changes no draw", async () => {
  const rows = bumpRows(5000, 3, 21);
  const expected = await draw(one, rows, 8, 42);
  const order = [...lcg(5000, 22).entries()].toSorted(([, a], [, b]) => a - b).map(([i]) => i);
  expect(
    await draw(
      one,
      order.map((i) => rows[i]!),
      8,
      42,
    ),
  ).toEqual(expected);
  expect(await draw(one, rows, 8, 43)).not.toEqual(expected);
});

test("rows repeated, weighted, or both are the same points", async () => {
  const rows = bumpRows(1000, 2, 31).map((row) => row.map((x) => Math.round(x * 16) / 16 - 1));
  const weights = rows.map((_, i) => i % 4);
  const expected = await draw(one, rows, 5, 42, weights);
  const repeated = rows.flatMap((row, i) => Array<readonly number[]>(weights[i]!).fill(row));
  expect(await draw(one, repeated, 5, 42)).toEqual(expected);
  const halves = [...rows, ...rows.map((row) => row.map((x) => (x === 0 ? -0 : x)))];
  const split = [...weights.map((w) => w / 4), ...weights.map((w) => (w * 3) / 4)];
  expect(await draw(one, halves, 5, 42, split)).toEqual(expected);
});

test("about 2 k candidates are drawn a round, and their weights are those of all rows", async () => {
  expect([rounds, oversampling(20)]).toEqual([5, 40]);
  // Many clusters and few candidates: no row's chance is cut at 1, so the mean is l, the deviation at most its root.
  const rows = cloudRows(20_000, 6, 41);
  let total = 0;
  for (let seed = 0; seed < 20; seed++) {
    const { weights } = await draw(one, rows, 20, seed);
    total += weights.length - 1;
    expect(weights.reduce((sum, w) => sum + w, 0)).toBe(20_000);
    expect(Math.min(...weights)).toBeGreaterThan(0);
  }
  const expected = 20 * rounds * oversampling(20);
  expect(Math.abs(total - expected)).toBeLessThan(4 * Math.sqrt(expected));
});

test("as many candidates as centres are found where rows share their draws or distances underflow", async () => {
  const near = Array.from({ length: 500 }, (_, i) => [i * 2 ** -40]);
  const found = await draw(one, near, 30, 42);
  expect(found.weights.length).toBeGreaterThanOrEqual(30);
  expect(found.weights.length).toBeLessThanOrEqual(1 + rounds * mostDrawn(30));
  // 1e-200 squared is 0.
  const tiny = [[0], [1e-200], [2e-200], [1], [-1]];
  const all = await draw(one, tiny, 5, 42);
  expect(listOf(all).toSorted((a, b) => a[0]! - b[0]!)).toEqual(tiny.toSorted((a, b) => a[0]! - b[0]!));
  expect([...all.weights]).toEqual([1, 1, 1, 1, 1]);
});

test("values of any size are seeded", async () => {
  const rows = bumpRows(400, 2, 51).map((row) => row.map((x) => x * 1e290));
  const small = bumpRows(400, 2, 51).map((row) => row.map((x) => x * 1e-300));
  for (const table of [rows, small]) expect((await draw(one, table, 4, 42)).weights.length).toBeGreaterThanOrEqual(4);
});

test("more segments than distinct rows is refused with both numbers", async () => {
  const points = preparePoints(one, { matrix: matrixOf(one, [[1], [1], [2], [0], [-0]]), weights: null });
  const options = { starts: 3, seed: 42 };
  await expect(seedParallel(one, points, [4], options)).rejects.toThrow(/^4 .* only 3 distinct rows/);
  const [centres] = await seedParallel(one, points, [3], options);
  expect([...centres!].toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
});

test("candidates from elsewhere are clustered by their weights", async () => {
  // Two pairs: weighted means 2.5 and 102.
  const centres = await reclusterCandidates(
    one,
    Float64Array.from([1, 7, 3, 7, 100, 9, 104, 9]),
    Float64Array.from([1, 3, 2, 2]),
    2,
    { starts: 5, seed: 42 },
  );
  const rows = [...centres].join() === "2.5,7,102,9" ? [0, 1] : [1, 0];
  expect(rows.flatMap((c) => [...centres.subarray(2 * c, 2 * c + 2)])).toEqual([2.5, 7, 102, 9]);
});

test("candidates are drawn once for all numbers of segments, and the memory is given back", async () => {
  const matrix = matrixOf(one, bumpRows(3000, 3, 61));
  const points = preparePoints(one, { matrix, weights: null });
  const mark = one.mark();
  const options = { starts: 4, seed: 7 };
  const all = await seedParallel(one, points, [3, 5, 8], options);
  const drawn = await drawCandidates(one, points, 8, 7);
  for (const [n, k] of [3, 5, 8].entries()) {
    expect(all[n]).toEqual(await reclusterCandidates(one, drawn.values, drawn.weights, k, options));
  }
  expect(one.mark()).toBe(mark);
});

/** k round clusters of unequal size and spread, about centres drawn from a box. */
function clusterRows(rows: number, columns: number, k: number, seed: number): number[][] {
  const box = lcg(k * columns, seed);
  const spread = lcg(k, seed + 1);
  const sums = cloudRows(rows * 3, columns, seed + 2);
  return Array.from({ length: rows }, (_, i) => {
    const c = Math.floor(k * (((i * 7919) % rows) / rows) ** 1.5);
    return Array.from({ length: columns }, (_, j) => {
      const noise = sums[3 * i]![j]! + sums[3 * i + 1]![j]! + sums[3 * i + 2]![j]! - 1.5;
      return 12 * box[c * columns + j]! + noise * (0.5 + spread[c]!);
    });
  });
}

describe("one fit from parallel seeding ends within 0.1 % of the best of ten greedy ones", () => {
  const tables: [string, number[][], number][] = [
    ["8 bumps in 3 columns", bumpRows(6000, 3, 71), 8],
    ["16 bumps in 4 columns", bumpRows(8000, 4, 72), 16],
    ["5 unequal clusters in 2 columns", clusterRows(5000, 2, 5, 73), 5],
    ["10 unequal clusters in 8 columns", clusterRows(8000, 8, 10, 83), 10],
    ["25 unequal clusters in 5 columns", clusterRows(10_000, 5, 25, 93), 25],
  ];
  test.each(tables)("%s", async (_, rows, k) => {
    const mark = one.mark();
    const points = preparePoints(one, { matrix: matrixOf(one, rows), weights: null });
    const options = { k, starts: 10, maxIter: 300, tol: 1e-4, seed: 42 };
    const [init] = await seedParallel(one, points, [k], options);
    const parallel = await fitKMeans(one, points, { ...options, init: init! });
    const greedy = await fitKMeans(one, points, { ...options, init: null });
    one.release(mark);
    expect(parallel.inertia / greedy.inertia).toBeLessThan(1.001);
  });
});
