import { afterAll, expect, test } from "vitest";
import { distinctRows } from "../../../src/model/neighbours/distinct-rows.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg } from "../cluster/data.ts";

const compute = openCompute({ threads: 1, backend: "wasm" });
afterAll(() => compute.close());

test.each([
  { rows: 0, columns: 2, levels: 3 },
  { rows: 1, columns: 1, levels: 3 },
  { rows: 500, columns: 1, levels: 7 },
  { rows: 3000, columns: 3, levels: 9 },
  { rows: 2000, columns: 5, levels: 2 ** 30 },
])("each row is told the first one that it equals: %o", ({ rows, columns, levels }) => {
  const values = Float64Array.from(lcg(rows * columns, 9), (u) => Math.floor(u * levels) - 1);
  const firsts = new Map<string, number>();
  const pointOf = Array.from({ length: rows }, (_, i) => {
    const key = Array.from({ length: columns }, (_, j) => values[j * rows + i]).join();
    if (!firsts.has(key)) firsts.set(key, firsts.size);
    return firsts.get(key)!;
  });
  const found = distinctRows(compute, values, rows);
  if (firsts.size === rows) expect(found).toBeNull();
  else {
    expect([...found!.pointOf]).toEqual(pointOf);
    expect([...found!.firstRows]).toEqual([...new Set(pointOf)].map((point) => pointOf.indexOf(point)));
  }
});

test("0 and -0 are equal, and rows without a column are", () => {
  expect(distinctRows(compute, Float64Array.of(0, -0, 1), 3)?.pointOf).toEqual(Int32Array.of(0, 0, 1));
  expect(distinctRows(compute, new Float64Array(), 3)?.firstRows).toEqual(Int32Array.of(0));
});
