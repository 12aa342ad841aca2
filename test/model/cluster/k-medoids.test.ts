import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { kMedoids, type KMedoidsOptions, type KMedoidsResult } from "../../../src/model/cluster/k-medoids.ts";
import { fitMedoids } from "../../../src/model/cluster/sampled-medoids.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { bumpRows, cloudRows, matrixOf, recordedRows } from "./data.ts";

interface Case {
  readonly name: string;
  readonly k: number;
  readonly init: readonly number[];
  readonly medoids: readonly number[];
  readonly deviation: number;
}

const folder = new URL("../../../fixtures/reference/", import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL("k-medoids/reference.json", folder), "utf8")) as {
  cases: readonly Case[];
};
const engines = [
  openCompute({ threads: 1, backend: "wasm" }),
  openCompute({ threads: 2, backend: "wasm" }),
  openCompute({ threads: 4, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
] as const;
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

function rowsOf(name: string): readonly (readonly number[])[] {
  const [kind, rows, columns] = name.split(" ");
  if (kind === "bumps") return bumpRows(Number(rows), Number(columns), 7);
  return recordedRows(name);
}

type Found = Omit<KMedoidsResult, "labels"> & { readonly labels: readonly number[] };

async function fit(
  rows: readonly (readonly number[])[],
  options: Partial<KMedoidsOptions> & { readonly k: number },
  {
    engine = engines[0],
    weights = null,
  }: { engine?: (typeof engines)[number]; weights?: readonly number[] | null } = {},
): Promise<Found> {
  const mark = engine.mark();
  const points = { matrix: matrixOf(engine, rows), weights: weights === null ? null : Float64Array.from(weights) };
  const found = await kMedoids(engine, points, { starts: 1, maxIter: 100, seed: 1, init: null, ...options });
  const plain = { ...found, labels: [...found.labels] };
  engine.release(mark);
  return plain;
}

/** Distances to the nearest of some rows, and which it is, by the definition. */
function nearestOf(rows: readonly (readonly number[])[], medoids: ArrayLike<number>) {
  const found = rows.map((row) => {
    const all = Array.from(medoids, (m) => Math.sqrt(row.reduce((sum, x, j) => sum + (x - rows[m]![j]!) ** 2, 0)));
    const least = Math.min(...all);
    return { least, label: all.indexOf(least) };
  });
  return { deviation: found.reduce((sum, { least }) => sum + least, 0), labels: found.map(({ label }) => label) };
}

describe.each(cases)("the medoids that the authors' FasterPAM finds from the same start: $name, k = $k", (expected) => {
  test("by the compiled kernel and the plain one", async () => {
    const rows = rowsOf(expected.name);
    for (const engine of [engines[1], engines[3]]) {
      const { k, init } = expected;
      const found = await fit(rows, { k, init }, { engine });
      expect([...found.medoids].sort((a, b) => a - b)).toEqual(expected.medoids);
      expect(Math.abs(found.deviation / expected.deviation - 1)).toBeLessThan(1e-12);
      expect(found.converged).toBe(true);
      expect(found.labels).toEqual(nearestOf(rows, found.medoids).labels);
    }
  });
});

test("the same bits on any number of threads and on plain kernels, from starts of its own", async () => {
  const rows = cloudRows(5000, 3, 5);
  const first = await fit(rows, { k: 6, starts: 2 });
  for (const engine of engines.slice(1)) expect(await fit(rows, { k: 6, starts: 2 }, { engine })).toEqual(first);
  expect(first.deviation).toBeCloseTo(nearestOf(rows, first.medoids).deviation, 8);
});

test("no swap of a medoid and a row lowers the deviation any more", async () => {
  const rows = cloudRows(60, 2, 3);
  const { medoids, deviation } = await fit(rows, { k: 4 });
  for (const [c] of medoids.entries()) {
    for (let row = 0; row < rows.length; row++) {
      const other = Array.from(medoids, (medoid, at) => (at === c ? row : medoid));
      expect(nearestOf(rows, other).deviation).toBeGreaterThanOrEqual(deviation * (1 - 1e-12));
    }
  }
});

test("weights are repeated rows, and a row of weight 0 is no medoid", async () => {
  const rows = bumpRows(40, 2, 9);
  const weights = rows.map((_, i) => i % 4);
  const repeated = rows.flatMap((row, i) => Array.from({ length: weights[i]! }, () => row));
  const weighted = await fit(rows, { k: 3, starts: 20 }, { weights });
  const plain = await fit(repeated, { k: 3, starts: 20 });
  expect(weighted.deviation).toBeCloseTo(plain.deviation, 10);
  expect([...weighted.medoids].map((row) => weights[row]! > 0)).toEqual([true, true, true]);
});

test("duplicates, one point a segment, a constant column, one column and two hundred", async () => {
  const few = [
    [0, 7],
    [0, 7],
    [5, 7],
    [5, 7],
    [9, 7],
  ];
  const each = await fit(few, { k: 3 });
  expect([each.deviation, new Set(each.labels).size]).toEqual([0, 3]);
  expect(each.labels[0]).toBe(each.labels[1]);
  await expect(fit(few, { k: 4 })).rejects.toMatchObject({
    code: "too-many-segments",
    message: "4 segments asked for, but only 3 distinct rows",
  });
  const far = [[0], [1], [2], [1e9]];
  const { labels } = await fit(far, { k: 2 });
  expect([labels[1], labels[2], labels[3] === labels[0]]).toEqual([labels[0], labels[0], false]);
  const wide = cloudRows(30, 200, 2);
  const found = await fit(wide, { k: 3 });
  expect(found.deviation).toBeCloseTo(nearestOf(wide, found.medoids).deviation, 9);
});

test("of more than 20,000 points the medoids are found among so many, and every point belongs to the nearest", async () => {
  const rows = bumpRows(20_500, 1, 4);
  const [, engine] = engines;
  const mark = engine.mark();
  const matrix = matrixOf(engine, rows);
  const options = { k: 2, starts: 1, maxIter: 20, seed: 3, init: null };
  const found = await fitMedoids(engine, { matrix, weights: null }, options);
  expect(found.sample).toBe(20_000);
  const [low, high] = [...found.centres].sort((a, b) => a - b);
  // Each half is spread evenly over a unit, so that its medoid is near the middle.
  expect([low, high]).toEqual([expect.closeTo(0.5, 1), expect.closeTo(3.5, 1)]);
  expect([...found.labels]).toEqual(rows.map(([x]) => (Math.abs(x! - found.centres[0]!) < 1.2 ? 0 : 1)));
  const deviation = rows.reduce((sum, [x]) => sum + Math.min(Math.abs(x! - low!), Math.abs(x! - high!)), 0);
  expect(found.inertia).toBeCloseTo(deviation, 6);
  engine.release(mark);
});
