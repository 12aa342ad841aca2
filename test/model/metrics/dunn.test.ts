import { afterAll, expect, test } from "vitest";
import { dunnIndex } from "../../../src/model/metrics/dunn.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { bumpRows, matrixOf } from "../cluster/data.ts";

const compute = openCompute({ threads: 1, backend: "wasm" });
afterAll(() => compute.close());

const dunn = async (rows: readonly (readonly number[])[], labels: readonly number[]) => {
  const mark = compute.mark();
  const found = await dunnIndex(compute, matrixOf(compute, rows), labels, { seed: 1 });
  compute.release(mark);
  return found;
};

test("two pairs on a line: the gap over the wider pair", async () => {
  expect(await dunn([[0], [1], [4], [6]], [0, 0, 1, 1])).toEqual({ index: 3 / 2, rows: 4 });
});

test("all pairs of bumps, by the definition", async () => {
  const rows = bumpRows(200, 3, 5);
  const labels = rows.map((_, i) => i % 8);
  let [least, greatest] = [Number.POSITIVE_INFINITY, 0];
  rows.forEach((a, i) =>
    rows.forEach((b, o) => {
      const distance = Math.hypot(...a.map((x, j) => x - b[j]!));
      if (labels[i] === labels[o]) greatest = Math.max(greatest, distance);
      else least = Math.min(least, distance);
    }),
  );
  expect((await dunn(rows, labels))!.index).toBeCloseTo(least / greatest, 12);
});

test("one segment, and segments that are points, have none", async () => {
  expect(await dunn([[0], [1]], [0, 0])).toBeNull();
  expect(await dunn([[0], [0], [1]], [0, 0, 1])).toBeNull();
});

test("of many rows a sample is compared, and counted", async () => {
  const rows = bumpRows(6000, 2, 8);
  const labels = rows.map((_, i) => i % 4);
  expect(await dunn(rows, labels)).toMatchObject({ rows: 5000 });
});
