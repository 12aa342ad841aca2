import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { assign } from "../../../src/model/cluster/assign.ts";
import type { BlockSource } from "../../../src/model/cluster/block-source.ts";
import { drawRows } from "../../../src/model/cluster/draw-rows.ts";
import { fitMiniBatch, miniBatchDefaults, type MiniBatchOptions } from "../../../src/model/cluster/mini-batch.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { cloudRows, lcg, matrixOf } from "./data.ts";

interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly groups: number;
  readonly spread: number;
  readonly k: number;
  readonly full: number;
  readonly mini: readonly number[];
}

const file = new URL("../../../fixtures/reference/mini-batch/reference.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };
const engines = [
  openCompute({ threads: 1, backend: "wasm" }),
  openCompute({ threads: 2, backend: "wasm" }),
  openCompute({ threads: 4, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
] as const;
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

/** The blobs of fixtures/reference/mini-batch/make.py, row by row, and the group of each row. */
function blobs({ rows, columns, groups, spread }: Pick<Case, "rows" | "columns" | "groups" | "spread">) {
  const numbers = lcg(groups * columns + rows * (1 + 3 * columns), 1);
  let next = 0;
  const draw = (): number => numbers[next++]!;
  const places = Array.from({ length: groups * columns }, () => 10 * draw());
  return Array.from({ length: rows }, () => {
    const group = Math.floor(draw() ** 2 * groups);
    const row = Array.from({ length: columns }, (_, j) => {
      return places[group * columns + j]! + spread * (draw() + draw() + draw() - 1.5);
    });
    return { group, row };
  });
}

function streamOf(rows: readonly (readonly number[])[], block: number, weights: readonly number[] | null = null) {
  const columns = rows[0]?.length ?? 0;
  let at = 0;
  let read = 0;
  const source: BlockSource = {
    columns,
    restart: async () => {
      at = 0;
    },
    next: async () => {
      if (at >= rows.length) return null;
      const part = rows.slice(at, at + block);
      const values = new Float64Array(part.length * columns);
      part.forEach((row, i) => row.forEach((x, j) => (values[j * part.length + i] = x)));
      const own = weights === null ? null : Float64Array.from(weights.slice(at, at + block));
      at += part.length;
      read += part.length;
      return {
        matrix: { rows: part.length, columns: names(columns), values },
        weights: own,
      };
    },
  };
  return { source, rowsRead: () => read };
}

function names(width: number): string[] {
  return Array.from({ length: width }, (_, j) => `c${j}`);
}

function fit(
  rows: readonly (readonly number[])[],
  options: Partial<MiniBatchOptions> & { readonly k: number },
  { engine = engines[0] as Compute, block = 3000, weights = null as readonly number[] | null } = {},
) {
  return fitMiniBatch(engine, streamOf(rows, block, weights).source, { ...miniBatchDefaults, seed: 1, ...options });
}

/** By the definition. */
function inertiaOf(
  rows: readonly (readonly number[])[],
  centres: Float64Array,
  weights: readonly number[] | null = null,
) {
  const d = rows[0]!.length;
  let total = 0;
  rows.forEach((row, i) => {
    let least = Infinity;
    for (let c = 0; c < centres.length; c += d) {
      least = Math.min(
        least,
        row.reduce((sum, x, j) => sum + (x - centres[c + j]!) ** 2, 0),
      );
    }
    total += least * (weights?.[i] ?? 1);
  });
  return total;
}

describe.each(cases)("blobs of $rows rows in $k segments", (expected) => {
  const made = blobs(expected);
  const rows = made.map(({ row }) => row);

  test("are within 2 % of the inertia of full k-means, and no worse than scikit-learn's mini-batches mostly are", async () => {
    const median = expected.mini.toSorted((a, b) => a - b)[5]!;
    for (const seed of [1, 2, 3]) {
      const found = await fit(rows, { k: expected.k, seed });
      expect(found.inertia).toBeLessThan(1.02 * expected.full);
      expect(found.inertia).toBeLessThan(median);
      expect(found.inertia / inertiaOf(rows, found.centres)).toBeCloseTo(1, 12);
      expect(found.rows).toBe(rows.length);
      expect(found.converged).toBe(true);
    }
  });

  test("also where the stream is sorted by group", async () => {
    const sorted = made.toSorted((a, b) => a.group - b.group).map(({ row }) => row);
    const found = await fit(sorted, { k: expected.k });
    expect(found.inertia).toBeLessThan(1.02 * expected.full);
  });
});

test("the same bits on any number of threads, on plain kernels, and however the stream is cut", async () => {
  const rows = blobs({ ...cases[0]!, rows: 5003 }).map(({ row }) => row);
  const weights = rows.map((_, i) => (i % 5) / 4);
  const first = await fit(rows, { k: 6, batch: 200 }, { weights });
  for (const engine of engines) {
    for (const block of [1, 777, 9000]) {
      expect(await fit(rows, { k: 6, batch: 200 }, { engine, block, weights })).toEqual(first);
    }
  }
  expect(first.inertia / inertiaOf(rows, first.centres, weights)).toBeCloseTo(1, 12);
  expect(first.sizes.reduce((sum, n) => sum + n, 0)).toBeCloseTo(
    weights.reduce((sum, w) => sum + w, 0),
    8,
  );
});

test("one step by hand: a centre is the mean of the rows it began with and those it took", async () => {
  const rows = [[0], [2], [10], [14]];
  // It begins with all rows, as 1 and 12 with two rows each; the step takes all rows once more, and so changes nothing.
  const found = await fit(rows, { k: 2, batch: 4, maxIter: 1 });
  expect([...found.centres].sort((a, b) => a - b)).toEqual([1, 12]);
  expect(found.inertia).toBe(10);
  expect([...found.sizes]).toEqual([2, 2]);
  expect(found).toMatchObject({ steps: 1, passes: 1, converged: false, reassigned: 0 });
});

test("sizes are those of the labels that rows are given afterwards", async () => {
  const rows = blobs({ ...cases[1]!, rows: 3000 }).map(({ row }) => row);
  const found = await fit(rows, { k: 5 });
  const engine = engines[0];
  const mark = engine.mark();
  const labels = assign(engine, matrixOf(engine, rows), found.centres, 5);
  expect([...found.sizes]).toEqual(
    [0, 1, 2, 3, 4].map((c) => labels.reduce((n, label) => n + (label === c ? 1 : 0), 0)),
  );
  engine.release(mark);
});

test("a centre far from all but few rows is put on another", async () => {
  // One row of 4,000 is far away: its centre has less than a hundredth of the heaviest's weight.
  const rows = lcg(4000, 3);
  const list = Array.from(rows, (x, i) => [i === 0 ? 1000 : x]);
  const options = { k: 2, batch: 1000, maxIter: 3, seed: 2 };
  expect((await fit(list, options)).reassigned).toBeGreaterThan(0);
  expect((await fit(list, { ...options, reassignmentRatio: 0 })).reassigned).toBe(0);
});

test("it holds no more than batches, whatever the stream's length", async () => {
  const engine = engines[0];
  const before = engine.mark();
  let most = 0;
  const spied: Compute = {
    ...engine,
    f64: (length) => {
      const array = engine.f64(length);
      most = Math.max(most, array.byteOffset + array.byteLength - before);
      return array;
    },
  };
  const rows = blobs({ ...cases[1]!, rows: 30_000 }).map(({ row }) => row);
  await fit(rows, { k: 3, batch: 100, maxIter: 2 }, { engine: spied });
  expect(most).toBeLessThan(100_000);
  expect(engine.mark()).toBe(before);
});

test("one row a segment, constant columns, duplicates, a far outlier, one column and two hundred", async () => {
  const few = [
    [1, 7],
    [2, 7],
    [2, 7],
    [1e9, 7],
  ];
  expect((await fit(few, { k: 3 })).inertia).toBe(0);
  // By hand: 1, 2 and 2 about their mean; the outlier's centre keeps it.
  expect((await fit(few, { k: 2, reassignmentRatio: 0 })).inertia).toBeCloseTo(2 / 3, 9);
  for (const columns of [1, 200]) {
    const rows = cloudRows(900, columns, 6).map((row, i) => row.map((x) => x + 5 * (i % 3)));
    const found = await fit(rows, { k: 3, batch: 100 });
    expect([...found.sizes]).toEqual([300, 300, 300]);
    expect(await fit(rows, { k: 3, batch: 100 }, { engine: engines[3] })).toEqual(found);
  }
});

test("too few distinct rows, and no weight at all, are refused", async () => {
  await expect(fit([[1], [1], [2]], { k: 3 })).rejects.toThrow("only 2 distinct rows among the 3 to begin with");
  await expect(fit([[1], [2]], { k: 1 }, { weights: [0, 0] })).rejects.toThrow("no row has a weight above 0");
  await expect(fit([], { k: 1 })).rejects.toThrow("no row has a weight above 0");
});

test("rows are drawn from a stream with equal chances", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => [i]);
  const times = new Float64Array(60);
  for (let seed = 0; seed < 3000; seed++) {
    const drawn = await drawRows(streamOf(rows, 7).source, 6, seed);
    expect(new Set(drawn.values).size).toBe(6);
    for (const row of drawn.values) times[row]!++;
  }
  // Binomial of 3,000 draws at 1/10: mean 300, standard deviation 16.4; 59 degrees of freedom.
  const chiSquared = times.reduce((sum, n) => sum + (n - 300) ** 2 / 270, 0);
  expect(chiSquared).toBeLessThan(98.3);
});
