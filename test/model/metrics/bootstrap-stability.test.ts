import { usualRefit } from "../../../src/model/cluster/refit.ts";
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { bootstrapStability, drawnRows } from "../../../src/model/metrics/bootstrap-stability.ts";
import { createRandom } from "../../../src/model/random.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { matrixOf } from "../cluster/data.ts";

interface Reference {
  readonly draws: number;
  readonly seed: number;
  readonly firstDraw: { readonly rows: number; readonly distinct: readonly number[] };
  readonly cases: readonly {
    readonly name: string;
    readonly rows: readonly (readonly number[])[];
    readonly labels: readonly number[];
    readonly jaccard: readonly number[];
    readonly dissolved: readonly number[];
    readonly recovered: readonly number[];
    readonly deviation: readonly number[];
  }[];
}

const file = new URL("../../../fixtures/reference/validate/reference.json", import.meta.url);
const reference = JSON.parse(readFileSync(file, "utf8")) as Reference;
const { draws, seed } = reference;

const by = { ...usualRefit, method: "k-means" } as const;
const compute = openCompute({ threads: 2 });
const alone = openCompute({ threads: 1 });
afterAll(async () => {
  await compute.close();
  await alone.close();
});

async function stabilityOf(
  on: Compute,
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  { starts = null, ...options }: { readonly k?: number; readonly starts?: number | null; readonly draws?: number } = {},
) {
  const mark = on.mark();
  try {
    const labeling = { k: options.k ?? Math.max(...labels) + 1, labels: Int32Array.from(labels) };
    return await bootstrapStability(on, { matrix: matrixOf(on, rows), categories: null }, labeling, {
      draws,
      seed,
      by: { ...by, starts },
      ...options,
    });
  } finally {
    on.release(mark);
  }
}

test("a draw takes the rows that the generator's paper says, and the same by plain code", async () => {
  const { rows, distinct } = reference.firstDraw;
  expect([...(await drawnRows(compute, rows, seed, 0))]).toEqual(distinct);
  const large = 3 * 2 ** 32 + 7;
  const plain = openCompute({ threads: 1, backend: "typescript" });
  const random = createRandom(large, "bootstrap 2");
  const drawn = Array.from({ length: 20_000 }, (_, i) => Math.floor(random.uniform(i) * 20_000));
  const rising = [...new Set(drawn)].sort((a, b) => a - b);
  expect([...(await drawnRows(compute, 20_000, large, 2))]).toEqual(rising);
  expect([...(await drawnRows(plain, 20_000, large, 2))]).toEqual(rising);
  await plain.close();
});

test.each(reference.cases.map((one) => [one.name, one] as const))(
  "%s: the same rows drawn give an independent loop's Jaccard coefficients",
  async (name, expected) => {
    const found = await stabilityOf(compute, expected.rows, expected.labels, { starts: 100 });
    expect(found.map(({ dissolved }) => dissolved)).toEqual(expected.dissolved);
    expect(found.map(({ recovered }) => recovered)).toEqual(expected.recovered);
    // Six segments of iris have near-equal optima, and the two k-means end in different ones in a few draws.
    const tolerance = name === "iris, six segments" ? 0.005 : 1e-12;
    found.forEach(({ jaccard }, c) => {
      expect(Math.abs(jaccard - expected.jaccard[c]!), `segment ${c}`).toBeLessThanOrEqual(tolerance);
    });
  },
);

test.each(reference.cases.map((one) => [one.name, one] as const))(
  "%s: the usual ten starts stay within two standard errors of a hundred",
  async (_, expected) => {
    const found = await stabilityOf(compute, expected.rows, expected.labels);
    found.forEach(({ jaccard }, c) => {
      const error = (2 * expected.deviation[c]!) / Math.sqrt(draws);
      expect(Math.abs(jaccard - expected.jaccard[c]!), `segment ${c}`).toBeLessThanOrEqual(error + 1e-12);
    });
  },
);

test("segments that lie apart are found in every draw", async () => {
  const { rows, labels } = reference.cases.find(({ name }) => name === "four blobs far apart")!;
  const found = await stabilityOf(compute, rows, labels);
  expect(found).toEqual(Array.from({ length: 4 }, () => ({ jaccard: 1, dissolved: 0, recovered: draws })));
});

test("one thread and two give the same figures", async () => {
  const { rows, labels } = reference.cases.find(({ name }) => name === "iris, six segments")!;
  expect(await stabilityOf(alone, rows, labels)).toEqual(await stabilityOf(compute, rows, labels));
});

test("one segment that holds all rows is found in every draw", async () => {
  expect(await stabilityOf(compute, [[0], [1], [5]], [0, 0, 0])).toEqual([
    { jaccard: 1, dissolved: 0, recovered: draws },
  ]);
});

test("a segment without rows has no figure, and takes no place in a draw", async () => {
  const rows = [
    ...Array.from({ length: 9 }, (_, i) => [i / 10]),
    ...Array.from({ length: 9 }, (_, i) => [50 + i / 10]),
  ];
  const labels = rows.map((_, i) => (i < 9 ? 0 : 2));
  const [first, empty, last] = await stabilityOf(compute, rows, labels, { k: 3 });
  expect(empty).toEqual({ jaccard: Number.NaN, dissolved: 0, recovered: 0 });
  expect([first!.jaccard, last!.jaccard]).toEqual([1, 1]);
});

test("rows that are all the same are divided as far as they differ, which finds no given segment whole", async () => {
  const found = await stabilityOf(
    compute,
    Array.from({ length: 8 }, () => [3]),
    [0, 0, 0, 0, 1, 1, 1, 1],
  );
  // Every draw has one segment of all its rows: a given one's coefficient is its share of the draw.
  for (const { jaccard } of found) expect(jaccard).toBeLessThan(0.75);
  expect(found[0]!.jaccard + found[1]!.jaccard).toBeCloseTo(1, 12);
});

test("a segment of one row scores nothing where its row is not drawn", async () => {
  const rows = [...Array.from({ length: 60 }, (_, i) => [i / 100]), [1000]];
  const labels = rows.map((_, i) => (i < 60 ? 0 : 1));
  const [, lone] = await stabilityOf(compute, rows, labels, { draws: 200 });
  // Drawn with chance 1 - (1 - 1/61)^61, about 0.635; with 200 draws four standard errors are 0.136.
  expect(Math.abs(lone!.jaccard - 0.635)).toBeLessThan(0.14);
  expect(lone!.dissolved + lone!.recovered).toBe(200);
});
