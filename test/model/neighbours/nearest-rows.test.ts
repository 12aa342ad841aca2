import { afterAll, expect, test } from "vitest";
import { kdTree } from "../../../src/model/neighbours/kd-tree.ts";
import { nearestRows } from "../../../src/model/neighbours/nearest-rows.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { cloudRows, matrixOf } from "../cluster/data.ts";

const computes = [
  ...[1, 2, 4].map((threads) => openCompute({ threads, backend: "wasm" })),
  openCompute({ threads: 1, backend: "typescript" }),
];
afterAll(() => Promise.all(computes.map((compute) => compute.close())));

/** All rows by distance, then number. */
function bruteForce(table: readonly (readonly number[])[], query: readonly number[], k: number) {
  return table
    .map((row, n) => ({ n, square: row.reduce((sum, x, j) => sum + (query[j]! - x) ** 2, 0) }))
    .sort((a, b) => a.square - b.square || a.n - b.n)
    .slice(0, k);
}

test.each([
  { rows: 1, columns: 1, k: 1, grid: 0 },
  { rows: 15, columns: 2, k: 4, grid: 4 },
  { rows: 16, columns: 3, k: 16, grid: 0 },
  { rows: 17, columns: 3, k: 20, grid: 3 },
  { rows: 1500, columns: 2, k: 9, grid: 12 },
  { rows: 1200, columns: 5, k: 6, grid: 0 },
  { rows: 400, columns: 37, k: 3, grid: 0 },
  { rows: 300, columns: 200, k: 5, grid: 2 },
])("the nearest rows of a table, nearest first, ties to the lower row: %o", async ({ rows, columns, k, grid }) => {
  const round = (row: readonly number[]): number[] => row.map((x) => (grid === 0 ? x : Math.round(x * grid) / grid));
  const table = cloudRows(rows, columns, 3).map(round);
  const queries = cloudRows(60, columns, 4).map(round);
  const expected = queries.map((query) => bruteForce(table, query, k));
  for (const compute of computes) {
    const mark = compute.mark();
    const tree = kdTree(compute, matrixOf(compute, table).values, rows);
    await nearestRows(compute, tree, matrixOf(compute, queries).values, queries.length, k, (found) => {
      expected.forEach((near, i) => {
        expect([...found.rows.subarray(i * k, i * k + near.length)]).toEqual(near.map(({ n }) => n));
        near.forEach(({ square }, n) => expect(found.distances[i * k + n]).toBeCloseTo(Math.sqrt(square), 12));
        if (near.length < k) expect(found.rows[i * k + near.length]).toBe(-1);
      });
    });
    compute.release(mark);
  }
});
