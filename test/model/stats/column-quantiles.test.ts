import { afterAll, describe, expect, test } from "vitest";
import { columnQuantiles, groupQuantiles, type RowGroup } from "../../../src/model/stats/column-quantiles.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg } from "../cluster/data.ts";

const engines = [
  openCompute({ threads: 1, backend: "typescript" }),
  ...[1, 2, 4].map((threads) => openCompute({ threads, backend: "wasm" })),
];
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

const rows = 40_003;
const draws = lcg(rows, 11);
const columns: Readonly<Record<string, Float64Array>> = {
  "evenly spread": Float64Array.from(draws),
  "rising by the row": Float64Array.from(draws, (_, i) => i),
  "far skewed": Float64Array.from(draws, (u) => Math.exp(12 * u ** 4)),
  "scores from 1 to 5": Float64Array.from(draws, (u) => 1 + Math.floor(5 * u)),
  "of one value": new Float64Array(rows).fill(7),
  "with gaps": Float64Array.from(draws, (u, i) => (i % 3 === 0 ? NaN : u - 0.5)),
  "without values": new Float64Array(rows).fill(NaN),
  "in waves that repeat": Float64Array.from(draws, (_, i) => i % 1000),
};

/** Type 7 by sorting. */
function sorted(values: Float64Array, p: number): number {
  const present = values.filter((x) => !Number.isNaN(x)).sort();
  if (present.length === 0) return NaN;
  const h = (present.length - 1) * p;
  const low = present[Math.floor(h)]!;
  return low + (present[Math.ceil(h)]! - low) * (h - Math.floor(h));
}

const groupOf = Int32Array.from(lcg(rows, 13), (u) => (u < 0.1 ? -1 : u < 0.9 ? 0 : u < 0.905 ? 1 : u < 0.99 ? 2 : 3));
const members = [0, 1, 2, 3, 4].map((g) => [...groupOf.keys()].filter((row) => groupOf[row] === g));
const groups = members.map((list): RowGroup => ({ count: list.length, row: (n) => list[n]! }));

describe.each(Object.entries(columns))("a long column %s", (_, values) => {
  test("has the quantiles of its sorted values, on any threads", () => {
    const probabilities = [0, 0.001, 0.25, 0.5, 0.75, 0.9, 1];
    const [first, ...others] = engines.map((engine) => columnQuantiles(engine, values, probabilities));
    probabilities.forEach((p, i) => {
      const expected = sorted(values, p);
      expect(Math.abs(first![i]! - expected) <= 1e-12 * Math.abs(expected) || Object.is(first![i], expected)).toBe(
        true,
      );
    });
    for (const other of others) expect(other).toEqual(first);
  });

  test("has the medians of its groups, large, small and empty, and of all of them", () => {
    for (const engine of engines) {
      const place = engine.i32(rows);
      place.set(groupOf);
      const found = groupQuantiles(engine, values, { groupOf: place, groups, merged: false }, 0.5);
      members.forEach((list, g) => {
        expect(found[g]).toBe(
          sorted(
            Float64Array.from(list, (row) => values[row]!),
            0.5,
          ),
        );
      });
      const all = groupQuantiles(engine, values, { groupOf: place, groups, merged: true }, 0.5);
      expect(all).toEqual([
        sorted(
          values.filter((__, row) => groupOf[row]! >= 0),
          0.5,
        ),
      ]);
    }
  });
});
