import { describe, expect, test } from "vitest";
import { seedParallel } from "../../../../src/model/cluster/seed-parallel.ts";
import { seedInEngine } from "../../../../src/steps/cluster/in-engine/seeding.ts";
import { bumpRows, cloudRows } from "../../../model/cluster/data.ts";
import { eighths, gridRows, pointsOf, preparedOf, shuffled, withBoth, type Rows } from "./with-points.ts";

const both = withBoth();

async function inEngine(rows: Rows, weights: readonly number[] | null, ks: readonly number[], seed: number) {
  const { engine, compute } = both();
  const points = await pointsOf(engine, rows, weights);
  const centres = await seedInEngine(engine, compute, points, ks, { starts: 5, seed, progress: () => undefined });
  return centres.map(({ k, values }) => ({ k, values: [...values] }));
}

async function inCore(rows: Rows, weights: readonly number[] | null, ks: readonly number[], seed: number) {
  const { compute } = both();
  const mark = compute.mark();
  const centres = await seedParallel(compute, preparedOf(compute, rows, weights), ks, { starts: 5, seed });
  compute.release(mark);
  return centres.map((values, i) => ({ k: ks[i]!, values: [...values] }));
}

const few = Array.from({ length: 2000 }, (_, i) => [i % 4, (i % 3) * 2]);

const cases: [string, Rows, number[] | null, number[]][] = [
  ["bumps", bumpRows(4000, 3, 21), null, [2, 5, 8]],
  ["a cloud with weights", cloudRows(3000, 4, 22), eighths(3000, 23), [6]],
  ["2,000 rows of 12 values, as many segments", few, null, [3, 11, 12]],
  ["rows that repeat, with weights", gridRows(5000, 2, 6, 24), eighths(5000, 25), [4, 9]],
  ["one column, far from zero", cloudRows(1500, 1, 26).map(([x]) => [1000 + x!]), null, [7, 3]],
  ["30 columns", cloudRows(600, 30, 27), null, [5]],
];

describe.each(cases)("starting centres are those of the numeric core: %s", (_, rows, weights, ks) => {
  test.each([42, 7])("seed %d", async (seed) => {
    expect(await inEngine(rows, weights, ks, seed)).toEqual(await inCore(rows, weights, ks, seed));
  });
});

test("the order of the rows changes no starting centre", async () => {
  const rows = gridRows(4000, 3, 6, 28);
  const expected = await inEngine(rows, null, [2, 6], 42);
  expect(await inEngine(shuffled(rows, 29), null, [2, 6], 42)).toEqual(expected);
});
