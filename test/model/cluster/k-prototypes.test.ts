import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import {
  assignPrototypes,
  defaultGamma,
  fitPrototypes,
  type PrototypeOptions,
} from "../../../src/model/cluster/k-prototypes.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { cloudRows, lcg } from "./data.ts";
import { blobs, mixedPoints, mixedRows, type MixedRows } from "./mixed-data.ts";

interface Found {
  readonly labels: readonly number[];
  readonly cost: number;
}

interface Case {
  readonly name: string;
  readonly kind: "prototypes" | "modes";
  readonly k: number;
  readonly rows: readonly number[];
  readonly gamma: number;
  readonly kmodes: Found;
  readonly passes: Found & { readonly iterations: number };
  readonly same: boolean;
}

const file = new URL("../../../fixtures/reference/k-prototypes/reference.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };
const engines = [
  openCompute({ threads: 1, backend: "wasm" }),
  openCompute({ threads: 2, backend: "wasm" }),
  openCompute({ threads: 4, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
] as const;
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

const defaults = { gamma: null, starts: 1, maxIter: 100, seed: 1 } as const;

async function fit(
  rows: MixedRows,
  options: Partial<PrototypeOptions> & { readonly k: number },
  { engine = engines[0], weights = null as readonly number[] | null } = {},
) {
  const mark = engine.mark();
  const { points, categories } = mixedPoints(engine, rows, weights);
  const found = await fitPrototypes(engine, points, categories, { ...defaults, ...options });
  const assigned = [...assignPrototypes(engine, points.matrix, categories, found)];
  const plain = { ...found, centres: [...found.centres], modes: [...found.modes], labels: [...found.labels] };
  engine.release(mark);
  return { ...plain, assigned };
}

function startOf({ numbers, words }: MixedRows, rows: readonly number[]) {
  const codesOf = (j: number): number[] => [...new Set(words.map((row) => row[j]!))].sort((a, b) => a - b);
  return {
    centres: Float64Array.from(rows.flatMap((row) => [...(numbers[row] ?? [])])),
    modes: Int32Array.from(rows.flatMap((row) => words[row]!.map((word, j) => codesOf(j).indexOf(word)))),
  };
}

describe.each(cases)("the segments from equal starting prototypes: $name, k-$kind, k = $k", (expected) => {
  test.each([engines[1], engines[3]])("$backend", async (engine) => {
    const all = mixedRows(expected.name);
    const rows = expected.kind === "modes" ? { ...all, numbers: [] } : all;
    const found = await fit(rows, { k: expected.k, init: startOf(rows, expected.rows) }, { engine });
    expect(Math.abs(found.gamma / expected.gamma - 1)).toBeLessThan(1e-12);
    expect(found.labels).toEqual(expected.passes.labels);
    expect(Math.abs(found.inertia / expected.passes.cost - 1)).toBeLessThan(1e-12);
    expect(found.iterations).toBe(expected.passes.iterations);
    expect(found.converged).toBe(true);
    expect(found.assigned).toEqual(found.labels);
    if (!expected.same) return;
    expect(found.labels).toEqual(expected.kmodes.labels);
    expect(Math.abs(found.inertia / expected.kmodes.cost - 1)).toBeLessThan(1e-12);
  });
});

test("most starts come to rest where kmodes does", () => {
  expect(cases.filter(({ same }) => same).length).toBeGreaterThanOrEqual(15);
});

test("the same bits on any number of threads and on plain kernels, also with weights", async () => {
  const rows = blobs(9001, 5);
  for (const weights of [null, rows.words.map((_, i) => (i % 4) / 3)]) {
    const first = await fit(rows, { k: 5, starts: 3 }, { weights });
    expect(first.converged).toBe(true);
    for (const engine of engines.slice(1)) {
      expect(await fit(rows, { k: 5, starts: 3 }, { engine, weights })).toEqual(first);
    }
  }
});

test("weights act as repeated rows", async () => {
  const rows = mixedRows("blobs");
  const weights = rows.words.map((_, i) => i % 3);
  const repeat = <T>(list: readonly T[]): T[] =>
    list.flatMap((row, i) => Array.from({ length: weights[i]! }, () => row));
  const init = startOf(rows, [1, 2, 4, 7]);
  const weighted = await fit(rows, { k: 4, init }, { weights });
  const repeated = await fit({ numbers: repeat(rows.numbers), words: repeat(rows.words) }, { k: 4, init });
  expect(repeat(weighted.labels)).toEqual(repeated.labels);
  expect(weighted.gamma).toBeCloseTo(repeated.gamma, 12);
  expect(weighted.inertia / repeated.inertia).toBeCloseTo(1, 12);
});

test("seeded starts find the four segments that the data were made of", async () => {
  const rows = mixedRows("blobs");
  const { labels, inertia } = await fit(rows, { k: 4, starts: 5 });
  const pairs = new Set(labels.map((label, i) => `${label} ${i % 4}`));
  const strays =
    labels.length -
    [...pairs]
      .map((pair) => labels.filter((label, i) => pair === `${label} ${i % 4}`).length)
      .sort((a, b) => b - a)
      .slice(0, 4)
      .reduce((sum, n) => sum + n, 0);
  expect(strays).toBeLessThan(20);
  const recorded = cases.filter(({ name, kind, k }) => name === "blobs" && kind === "prototypes" && k === 4);
  for (const { kmodes } of recorded) expect(inertia).toBeLessThan(kmodes.cost * (1 + 1e-12));
});

test("a segment that loses its rows gets the costliest row of those not alone", async () => {
  const numbers = [[0], [1], [2], [30], [31]];
  const words = numbers.map(() => [0]);
  // Nothing is nearest to the second and third; by hand: 31 and 30 are farthest from 0.
  const init = { centres: Float64Array.of(0, -100, -200), modes: Int32Array.of(0, 0, 0) };
  const found = await fit({ numbers, words }, { k: 3, init, gamma: 1 });
  expect(found.labels).toEqual([0, 0, 0, 2, 1]);
  expect(found.inertia).toBeCloseTo(2, 12);
});

test("ties go to the lowest segment and the lowest code", async () => {
  const found = await fit(
    {
      numbers: [],
      words: [
        [0, 0],
        [1, 1],
        [0, 1],
        [1, 0],
      ],
    },
    { k: 1 },
  );
  expect(found.modes).toEqual([0, 0]);
  expect(found.inertia).toBe(4);
  const init = { centres: new Float64Array(), modes: Int32Array.of(0, 0, 1, 1) };
  const two = await fit(
    {
      numbers: [],
      words: [
        [0, 0],
        [1, 1],
        [0, 1],
        [1, 0],
      ],
    },
    { k: 2, init, maxIter: 1 },
  );
  expect(two.labels[0]).toBe(0);
  expect(two.labels[2]).toBe(0);
});

test("a word the fit has not seen is unlike every prototype's", async () => {
  const engine = engines[0];
  const mark = engine.mark();
  const { points, categories } = mixedPoints(engine, { numbers: [[0], [10]], words: [[0], [0]] });
  categories.codes.set([-1, 0]);
  const model = { k: 2, gamma: 1000, centres: Float64Array.of(0, 1), modes: Int32Array.of(0, 0) };
  expect([...assignPrototypes(engine, points.matrix, categories, model)]).toEqual([0, 1]);
  engine.release(mark);
});

test("many words, words without a code and many columns: the same bits on every engine", async () => {
  const fits = [];
  for (const engine of engines) {
    const mark = engine.mark();
    const { points, categories } = mixedPoints(engine, {
      numbers: cloudRows(10_001, 11, 2),
      words: [...lcg(10_001, 8)].map((u, i) => [Math.floor(900 * u * u), Math.floor(3 * u), i % 2]),
    });
    // So many that sums are kept for fewer blocks than there would be.
    const sizes = [150_000, 3, 2];
    for (let i = 0; i < 10_001; i += 7) categories.codes[i] = -1;
    const options = { ...defaults, k: 20, maxIter: 4 };
    const found = await fitPrototypes(engine, points, { ...categories, sizes }, options);
    fits.push({ ...found, labels: [...found.labels] });
    engine.release(mark);
  }
  for (const other of fits.slice(1)) expect(other).toEqual(fits[0]);
  expect(fits[0]!.converged).toBe(false);
  expect(fits[0]!.modes.every((code) => code >= 0)).toBe(true);
});

test("one row a segment, constant columns, duplicates, a far outlier, one column and two hundred", async () => {
  const few = {
    numbers: [
      [3, 1],
      [3, 2],
      [3, 2],
      [3, 1e9],
    ],
    words: [
      [0, 0],
      [0, 0],
      [1, 0],
      [0, 0],
    ],
  };
  const own = await fit(few, { k: 4, gamma: 1 });
  expect(new Set(own.labels).size).toBe(4);
  expect(own.inertia).toBe(0);
  const two = await fit(few, { k: 2, gamma: 1 });
  expect(new Set(two.labels.slice(0, 3)).size).toBe(1);
  expect(two.labels[3]).not.toBe(two.labels[0]);
  // By hand: 1, 2 and 2 about their mean, and one word of three.
  expect(two.inertia).toBeCloseTo(2 / 3 + 1, 9);
  for (const columns of [1, 200]) {
    const wide = {
      numbers: cloudRows(301, columns, 6).map((row, i) => row.map((x) => x + 5 * (i % 3))),
      words: Array.from({ length: 301 }, (_, i) => [i % 3]),
    };
    const found = await fit(wide, { k: 3 });
    expect(found.labels).toEqual(found.labels.map((_, i) => found.labels[i % 3]));
    expect(await fit(wide, { k: 3 }, { engine: engines[3] })).toEqual(found);
  }
});

test("more segments than distinct rows are refused, where only categories differ too", async () => {
  const rows = { numbers: [[1], [1], [1], [1]], words: [[0], [1], [2], [2]] };
  await expect(fit(rows, { k: 4 })).rejects.toThrow("only 3 distinct rows");
  const found = await fit(rows, { k: 3 });
  expect(found.inertia).toBe(0);
  expect(found.gamma).toBe(1);
  await expect(fit(rows, { k: 3 }, { weights: [1, 0, 1, 1] })).rejects.toThrow("only 2 distinct rows");
});

test("numbers of any size keep their segments", async () => {
  const rows = mixedRows("iris");
  const plain = await fit(rows, { k: 3, gamma: 1 });
  for (const size of [2 ** 300, 2 ** -300]) {
    const sized = { ...rows, numbers: rows.numbers.map((row) => row.map((x) => x * size)) };
    const found = await fit(sized, { k: 3, gamma: size * size });
    expect(found.labels).toEqual(plain.labels);
  }
});

test("the default price of an unlike category is half the mean standard deviation", () => {
  const engine = engines[0];
  const mark = engine.mark();
  const { points } = mixedPoints(engine, {
    numbers: [
      [1, 10],
      [3, 30],
    ],
    words: [[0], [0]],
  });
  // Standard deviations 1 and 10.
  expect(defaultGamma(engine, points)).toBeCloseTo(2.75, 14);
  engine.release(mark);
});
