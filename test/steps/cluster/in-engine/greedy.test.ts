import { describe, expect, test } from "vitest";
import { kMeans } from "../../../../src/model/cluster/k-means.ts";
import { sum } from "../../../../src/model/stats/sum.ts";
import { greedyInEngine } from "../../../../src/steps/cluster/in-engine/greedy.ts";
import { lloydInEngine } from "../../../../src/steps/cluster/in-engine/lloyd.ts";
import { bumpRows, matrixOf } from "../../../model/cluster/data.ts";
import { eighths, gridRows, pointsOf, shuffled, withBoth, type Rows } from "./with-points.ts";

const both = withBoth();
const progress = () => undefined;

async function seeds(rows: Rows, weights: readonly number[] | null, ks: readonly number[], starts: number, seed = 42) {
  const points = await pointsOf(both().engine, rows, weights);
  return { points, centres: await greedyInEngine(both().engine, points, ks, { starts, seed, progress }) };
}

const grid = gridRows(3000, 2, 8, 61);
const cases: [string, Rows, number[] | null, number][] = [
  ["bumps", bumpRows(3000, 3, 62), null, 8],
  ["a grid with weights", grid, eighths(3000, 63), 8],
];

describe.each(cases)("greedy starts, %s", (_, rows, weights, k) => {
  test("the best of ten is within 0.1 % of the numeric core's ten", async () => {
    const { engine, compute } = both();
    const { points, centres } = await seeds(rows, weights, [k], 10);
    const fits = await lloydInEngine(engine, points, centres, { maxIter: 300, tolerance: 0, progress });
    const best = Math.min(...fits.map(({ squares }) => sum(squares)));
    const mark = compute.mark();
    const given = { matrix: matrixOf(compute, rows), weights: weights === null ? null : Float64Array.from(weights) };
    const options = { k, starts: 10, maxIter: 300, tol: 0, seed: 42, init: null };
    const { inertia } = await kMeans(compute, given, options);
    compute.release(mark);
    expect(best / inertia).toBeLessThanOrEqual(1.001);
  });
});

test("starting centres are rows of the table, all different, none of weight 0", async () => {
  const weights = grid.map((row) => (row[0]! > 8 ? 0 : 1));
  const allowed = new Set(grid.filter((_, i) => weights[i]! > 0).map((row) => row.join()));
  const { centres } = await seeds(grid, weights, [6], 3);
  expect(centres).toHaveLength(3);
  for (const { k, values } of centres) {
    expect(k).toBe(6);
    const found = Array.from({ length: 6 }, (_, c) => values.subarray(2 * c, 2 * c + 2).join());
    expect(new Set(found).size).toBe(6);
    for (const row of found) expect(allowed.has(row)).toBe(true);
  }
});

test("the centres of a smaller k are the first of the larger, start by start", async () => {
  const { centres } = await seeds(grid, null, [2, 5], 2);
  expect(centres.map(({ k }) => k)).toEqual([2, 5, 2, 5]);
  for (const start of [0, 2]) {
    expect(centres[start]!.values).toEqual(centres[start + 1]!.values.slice(0, 4));
  }
  expect(centres[1]!.values).not.toEqual(centres[3]!.values);
});

test("the order of the rows changes no starting centre, the seed does", async () => {
  const { centres } = await seeds(grid, null, [5], 2);
  expect((await seeds(shuffled(grid, 64), null, [5], 2)).centres).toEqual(centres);
  expect((await seeds(grid, null, [5], 2, 43)).centres).not.toEqual(centres);
});

test("where there are fewer distinct rows than centres the last one stands for the rest", async () => {
  const { centres } = await seeds([[1], [2], [2], [2]], null, [3], 1);
  const [first, second, third] = centres[0]!.values;
  expect(new Set([first, second])).toEqual(new Set([1, 2]));
  expect(third).toBe(second);
});
