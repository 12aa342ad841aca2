import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { kMeans } from "../../../../src/model/cluster/k-means.ts";
import { sum } from "../../../../src/model/stats/sum.ts";
import { lloydInEngine, type EngineFit } from "../../../../src/steps/cluster/in-engine/lloyd.ts";
import type { Centres } from "../../../../src/steps/cluster/in-engine/nearest-sql.ts";
import { openEngine } from "../../../engine/duckdb/with-engine.ts";
import { bumpRows, cloudRows, matrixOf } from "../../../model/cluster/data.ts";
import { eighths, gridRows, pointsOf, preparedOf, shuffled, withBoth, type Rows } from "./with-points.ts";

const both = withBoth();
const maxIter = 50;
const tol = 1e-4;

/** Rows as starting centres. */
function centresOf(rows: Rows): Centres {
  return { k: rows.length, values: Float64Array.from(rows.flat()) };
}

/** The first k distinct rows. */
function firstRows(rows: Rows, k: number): Centres {
  const distinct = new Map(rows.map((row) => [row.map((x) => x + 0).join(), row]));
  return centresOf([...distinct.values()].slice(0, k));
}

async function inEngine(
  rows: Rows,
  weights: readonly number[] | null,
  starts: readonly Centres[],
  engine = both().engine,
): Promise<readonly EngineFit[]> {
  const { compute } = both();
  const mark = compute.mark();
  const { meanVariance, scale } = preparedOf(compute, rows, weights);
  const tolerance = (tol * meanVariance) / scale / scale;
  compute.release(mark);
  const points = await pointsOf(engine, rows, weights);
  return lloydInEngine(engine, points, starts, { maxIter, tolerance, progress: () => undefined });
}

interface CoreFit {
  readonly k: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly inertia: number;
  readonly centres: number[];
  readonly labels: number[];
}

async function inCore(rows: Rows, weights: readonly number[] | null, { k, values }: Centres): Promise<CoreFit> {
  const { compute } = both();
  const mark = compute.mark();
  const points = { matrix: matrixOf(compute, rows), weights: weights === null ? null : Float64Array.from(weights) };
  const found = await kMeans(compute, points, { k, starts: 1, maxIter, tol, seed: 1, init: values });
  const copy = { ...found, centres: [...found.centres], labels: [...found.labels] };
  compute.release(mark);
  return copy;
}

/** Sums by segment from the rows, labelled by the numeric core. */
function sumsOf(rows: Rows, weights: readonly number[] | null, { k, labels, centres }: CoreFit) {
  const d = rows[0]!.length;
  const of = (c: number, figure: (row: readonly number[]) => number): number =>
    sum(Float64Array.from(rows, (row, i) => (labels[i] === c ? (weights?.[i] ?? 1) * figure(row) : 0)));
  const each = <T>(figure: (c: number) => T): T[] => Array.from({ length: k }, (_, c) => figure(c));
  const squared = (row: readonly number[], place: readonly number[]): number =>
    row.reduce((total, x, j) => total + (x - place[j]!) ** 2, 0);
  const totals = each((c) => of(c, () => 1));
  const means = each((c) => Array.from({ length: d }, (_, j) => of(c, (row) => row[j]!) / totals[c]!));
  return {
    weights: totals,
    squares: each((c) => of(c, (row) => squared(row, centres.slice(c * d, c * d + d)))),
    means: means.flat(),
    squaresAboutMean: each((c) => of(c, (row) => squared(row, means[c]!))),
    distancesToMean: each((c) => of(c, (row) => Math.sqrt(squared(row, means[c]!)))),
  };
}

function expectNear(found: Iterable<number>, expected: readonly number[], relative: number, absolute: number): void {
  const list = [...found];
  expect(list).toHaveLength(expected.length);
  list.forEach((one, i) => {
    const bound = absolute + relative * Math.abs(expected[i]!);
    expect(Math.abs(one - expected[i]!), `value ${i}: ${one}, ${expected[i]}`).toBeLessThanOrEqual(bound);
  });
}

const few = Array.from({ length: 900 }, (_, i) => [i % 4, (i % 3) * 2]);
const cloud = cloudRows(2500, 4, 31);
const bumps = bumpRows(3000, 3, 32);
const grid = gridRows(4000, 2, 6, 33);

const cases: [string, Rows, number[] | null, Centres][] = [
  ["a cloud", cloud, null, firstRows(cloud, 6)],
  ["bumps", bumps, null, firstRows(bumps, 8)],
  ["a cloud with weights", cloud, eighths(2500, 34), firstRows(cloud, 5)],
  ["rows that repeat, with weights", grid, eighths(4000, 35), firstRows(grid, 6)],
  ["as many segments as distinct rows", few, null, firstRows(few, 12)],
  ["one column", cloudRows(2000, 1, 36), null, centresOf([[0.1], [0.2], [0.9]])],
  ["30 columns", cloudRows(800, 30, 37), null, firstRows(cloudRows(800, 30, 37), 4)],
  ["one segment", cloud, null, firstRows(cloud, 1)],
  ["a segment without a row", bumps, null, centresOf([bumps[0]!, bumps[1]!, [90, 90, 90]])],
  ["three segments without a row", bumps, null, centresOf([bumps[0]!, [50, 0, 0], [0, 60, 0], [0, 0, 70]])],
  ["one centre twice", cloud, null, centresOf([cloud[0]!, cloud[1]!, cloud[1]!])],
  [
    "far rows of weight 0",
    [...bumps, [500, 500, 500]],
    [...bumps.map(() => 1), 0],
    centresOf([bumps[0]!, bumps[1]!, [90, 90, 90]]),
  ],
];

test.each(cases)(
  "%s: iterations, centres, inertia and sums are those of the numeric core",
  async (_, rows, weights, start) => {
    const [found] = (await inEngine(rows, weights, [start])) as [EngineFit];
    const expected = await inCore(rows, weights, start);
    const { k, iterations, converged } = found;
    expect({ k, iterations, converged }).toEqual({
      k: expected.k,
      iterations: expected.iterations,
      converged: expected.converged,
    });
    expectNear(found.centres, expected.centres, 1e-12, 1e-12);
    const sums = sumsOf(rows, weights, expected);
    expectNear([sum(found.squares)], [expected.inertia], 1e-10, 1e-10);
    expect([...found.weights]).toEqual(sums.weights);
    expectNear(found.squares, sums.squares, 1e-10, 1e-10);
    expectNear(found.means, sums.means, 1e-12, 1e-12);
    expectNear(found.squaresAboutMean, sums.squaresAboutMean, 1e-10, 1e-10);
    expectNear(found.distancesToMean, sums.distancesToMean, 1e-10, 1e-10);
  },
);

test("a run that is stopped before it has converged says so", async () => {
  const { engine } = both();
  const points = await pointsOf(engine, cloud, null);
  const options = { maxIter: 2, tolerance: 0, progress: () => undefined };
  const [found] = await lloydInEngine(engine, points, [firstRows(cloud, 6)], options);
  expect(found).toMatchObject({ iterations: 2, converged: false });
});

describe("nothing but the rows and the starting centres decides a bit of the result", () => {
  const starts = [2, 3, 5, 8].map((k) => firstRows(bumps, k));

  test("several numbers of segments in one scan, or one by one", async () => {
    const together = await inEngine(bumps, null, starts);
    for (const [i, start] of starts.entries()) expect(await inEngine(bumps, null, [start])).toEqual([together[i]]);
  });

  test("more centres than one scan takes", async () => {
    const rows = cloud.slice(0, 500);
    const many = [20, 40, 45, 6].map((k) => firstRows(rows, k));
    const together = await inEngine(rows, null, many);
    expect(together.map(({ k }) => k)).toEqual([20, 40, 45, 6]);
    expect(await inEngine(rows, null, [many[2]!])).toEqual([together[2]]);
  });

  test("the order of the rows", async () => {
    const expected = await inEngine(bumps, null, starts);
    for (const seed of [1, 2]) expect(await inEngine(shuffled(bumps, seed), null, starts)).toEqual(expected);
  });

  test("the number of threads, on 300,000 rows", async () => {
    const rows = bumpRows(300_000, 2, 38);
    const start = [firstRows(rows, 3)];
    const expected = await inEngine(rows, null, start);
    for (const threads of [1, 4]) {
      const engine = await openEngine(tmpdir(), { threads });
      try {
        expect(await inEngine(shuffled(rows, threads), null, start, engine)).toEqual(expected);
      } finally {
        await engine.close();
      }
    }
  });
});
