import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { fitGenie, type GenieOptions } from "../../../src/model/cluster/genie.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { bumpRows, cloudRows, matrixOf, recordedRows } from "./data.ts";

interface Case {
  readonly name: string;
  readonly threshold: number;
  readonly k: number;
  readonly labels: string;
  /** The last merge's first, then every 20th before it, at a threshold of 0.3. */
  readonly heights?: readonly number[];
}

const folder = new URL("../../../fixtures/reference/", import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL("genie/reference.json", folder), "utf8")) as {
  cases: readonly Case[];
};
const names = [...new Set(cases.map(({ name }) => name))];
const engines = [
  openCompute({ threads: 1, backend: "wasm" }),
  openCompute({ threads: 2, backend: "wasm" }),
  openCompute({ threads: 4, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
] as const;
afterAll(() => Promise.all(engines.map((engine) => engine.close())));
type Rows = readonly (readonly number[])[];

function rowsOf(name: string): Rows {
  const [kind, rows, columns] = name.split(" ");
  if (kind === "bumps") return bumpRows(Number(rows), Number(columns), 7);
  return recordedRows(name);
}

async function fit(
  rows: Rows,
  options: Partial<GenieOptions>,
  engine: (typeof engines)[number] = engines[1],
  weights: readonly number[] | null = null,
) {
  const mark = engine.mark();
  const points = { matrix: matrixOf(engine, rows), weights: weights === null ? null : Float64Array.from(weights) };
  const found = await fitGenie(engine, points, { k: 2, giniThreshold: 0.3, ...options });
  const plain = { ...found, labels: [...found.labels] };
  engine.release(mark);
  return plain;
}

describe.each(names)("the segments that genieclust finds in %s", (name) => {
  const rows = rowsOf(name);
  test.each(cases.filter((one) => one.name === name))("threshold $threshold, k = $k", async (expected) => {
    const { labels } = await fit(rows, { k: expected.k, giniThreshold: expected.threshold });
    expect(labels.join("")).toBe(expected.labels);
    if (expected.heights === undefined) return;
    const { tree } = await fit(rows, { k: 1 });
    const heights = tree.tree.heights.toReversed().filter((_, i) => i % 20 === 0);
    expect(heights.length).toBe(expected.heights.length);
    heights.forEach((height, i) => expect(Math.abs(height / expected.heights![i]! - 1)).toBeLessThan(1e-9));
  });
});

test("the same bits on any number of threads and on plain kernels", async () => {
  const rows = bumpRows(5000, 3, 11);
  const first = await fit(rows, { k: 8 }, engines[0]);
  for (const engine of engines.slice(1)) expect(await fit(rows, { k: 8 }, engine)).toEqual(first);
  expect(first.labels).toEqual(rows.map((_, i) => i % 8));
});

test("a threshold of 1 is single linkage: a far row is a segment of its own, and at 0.3 is not", async () => {
  const rows = [...cloudRows(40, 1, 5), ...cloudRows(40, 1, 6).map(([x]) => [x! + 3]), [1000]];
  expect((await fit(rows, { giniThreshold: 1 })).labels).toEqual([...Array<number>(80).fill(0), 1]);
  const corrected = await fit(rows, {});
  expect(corrected.labels).toEqual([...Array<number>(40).fill(0), ...Array<number>(41).fill(1)]);
});

test("duplicates, ties, a constant column, one and two rows, and more segments than rows", async () => {
  const few = [
    [0, 7],
    [0, 7],
    [5, 7],
    [5, 7],
  ];
  const found = await fit(few, {});
  expect([found.labels, [...found.centres], found.inertia]).toEqual([[0, 0, 1, 1], [0, 7, 5, 7], 0]);
  expect((await fit([[3]], { k: 1 })).labels).toEqual([0]);
  expect((await fit([[3], [4]], { k: 2 })).labels).toEqual([0, 1]);
  await expect(fit([[3], [4]], { k: 3 })).rejects.toMatchObject({
    code: "too-many-segments",
    message: "3 segments asked for, but only 2 rows",
  });
});

test("a row begins as a cluster of its weight, and rows of weight 0 go to the nearest mean", async () => {
  // Sizes 1, 1, 4 and 4 have a Gini index of 18 / (3 · 10) = 0.6 at the start: the two of size 1 may not wait.
  const rows = [[0], [2], [10], [11], [1]];
  const { labels, tree } = await fit(rows, { k: 2 }, engines[1], [1, 1, 4, 4, 0]);
  expect(labels).toEqual([0, 0, 1, 1, 0]);
  expect([...tree.tree.heights]).toEqual([1, 1, 8]);
  expect([...tree.tree.sizes]).toEqual([2, 8, 10]);
  // Without weights the nearest go first.
  expect([...(await fit(rows.slice(0, 4), { k: 2 })).tree.tree.left]).toEqual([2, 0, 4]);
});
