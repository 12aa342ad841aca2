import { afterAll, describe, expect, test } from "vitest";
import { neighbourAgreement } from "../../../src/model/metrics/neighbour-agreement.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { bumpRows, matrixOf } from "../cluster/data.ts";

const compute = openCompute({ threads: 2, backend: "wasm" });
afterAll(() => compute.close());

/** The definition, pair by pair; ties of distance to the lower row. */
function byPairs(rows: readonly (readonly number[])[], labels: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((a, b) => a + b, 0);
  let agreed = 0;
  rows.forEach((row, i) => {
    const others = rows
      .map((other, o) => ({ o, square: other.reduce((sum, x, j) => sum + (x - row[j]!) ** 2, 0) }))
      .filter(({ o }) => o !== i)
      .sort((a, b) => a.square - b.square || a.o - b.o)
      .slice(0, 10);
    const same = others.filter(({ o }) => labels[o] === labels[i]).length / others.length;
    if (labels[i]! >= 0) agreed += (weights[i]! * same) / total;
  });
  const shares = [...new Set(labels.filter((label) => label >= 0))].map(
    (label) => labels.reduce((sum, own, i) => sum + (own === label ? weights[i]! : 0), 0) / total,
  );
  const chance = shares.reduce((sum, share) => sum + share * share, 0);
  return 1 - (1 - agreed) / (1 - chance);
}

describe("agreement with the nearest others", () => {
  const rows = bumpRows(160, 3, 9);
  const segments = rows.map((_, i) => i % 8);
  const noisy = segments.map((label, i) => (i % 7 === 0 ? -1 : label >> 1));
  const random = rows.map((_, i) => (i * 7919) % 3);
  const ones = rows.map(() => 1);
  const counts = rows.map((_, i) => 1 + (i % 4));

  test.each([
    ["segments", segments, ones],
    ["with rows in none", noisy, ones],
    ["labels at random", random, ones],
    ["under weights", segments, counts],
  ])("is that of the definition: %s", async (_, labels, weights) => {
    const mark = compute.mark();
    const points = {
      matrix: matrixOf(compute, rows),
      weights: weights === ones ? null : Float64Array.from(weights),
    };
    const k = Math.max(...labels) + 1;
    const [found] = await neighbourAgreement(compute, points, [{ k, labels: Int32Array.from(labels) }], { seed: 1 });
    expect(found).toBeCloseTo(byPairs(rows, labels, weights), 12);
    compute.release(mark);
  });

  test("is undefined for one segment, and near 0 for labels at random", async () => {
    const mark = compute.mark();
    const matrix = matrixOf(compute, rows);
    const one = { k: 1, labels: new Int32Array(rows.length) };
    const three = { k: 3, labels: Int32Array.from(random) };
    const [none, low] = await neighbourAgreement(compute, { matrix, weights: null }, [one, three], { seed: 1 });
    expect(none).toBeNull();
    expect(Math.abs(low!)).toBeLessThan(0.1);
    compute.release(mark);
  });
});
