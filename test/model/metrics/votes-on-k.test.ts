import { afterAll, describe, expect, test } from "vitest";
import { gapChoice, gapOf, gapStatistic } from "../../../src/model/metrics/gap-statistic.ts";
import { leastKept, predictionStrength, strengthChoice } from "../../../src/model/metrics/prediction-strength.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { cloudRows, matrixOf } from "../cluster/data.ts";

const engines = [
  openCompute({ threads: 2, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
] as const;
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

/** Three clouds of unit width, 10 apart, in two columns. */
const blobs = cloudRows(240, 2, 8).map(([x, y], i) => [x! + 10 * (i % 3), y! + (i % 3 === 1 ? 10 : 0)]);

describe("gap statistic", () => {
  test("its figures, by hand", () => {
    // Logarithms 2, 3, 4 about 3: variance 2/3, times 1 + 1/3.
    const { gap, error } = gapOf(1, [2, 3, 4]);
    expect([gap, error]).toEqual([2, expect.closeTo(Math.sqrt(8) / 3, 14)]);
  });

  test("its choice is the first that the next does not beat by more than its error, else the last", () => {
    const gaps = (...of: (readonly [number, number])[]) => of.map(([gap, error], i) => ({ k: i + 1, gap, error }));
    expect(gapChoice(gaps([0.1, 0], [0.5, 0.1], [0.55, 0.1], [0.9, 0.1]))).toBe(2);
    expect(gapChoice(gaps([0.1, 0], [0.5, 0.1], [0.7, 0.1], [0.9, 0.1]))).toBe(4);
    expect(gapChoice(gaps([0.5, 0.1], [0.55, 0.1]))).toBe(1);
  });

  test("it names three clouds three, and one even cloud none, with the same figures on both kernels", async () => {
    const found = [];
    for (const engine of engines) {
      const mark = engine.mark();
      const three = { matrix: matrixOf(engine, blobs), weights: null };
      const one = { matrix: matrixOf(engine, cloudRows(300, 2, 4)), weights: null };
      const ks = [1, 2, 3, 4, 5];
      found.push([
        await gapStatistic(engine, three, { ks, seed: 1 }),
        await gapStatistic(engine, one, { ks, seed: 1 }),
      ]);
      engine.release(mark);
    }
    expect(found[0]!.map(gapChoice)).toEqual([3, 1]);
    expect(found[1]).toEqual(found[0]);
  });
});

describe("prediction strength", () => {
  test("the least share of pairs that stay together, by hand", () => {
    // Of the first segment's 3 pairs one stays; of the second's 3 all; the third has one row and no pair.
    expect(leastKept([0, 0, 0, 1, 1, 1, 2], [0, 0, 1, 2, 2, 2, 0], 3)).toBeCloseTo(1 / 3, 14);
    expect(leastKept([0, 0, 1], [1, 1, 0], 2)).toBe(1);
  });

  test("the largest k that is strong, or one", () => {
    expect(
      strengthChoice([
        { k: 2, strength: 0.95 },
        { k: 3, strength: 0.8 },
        { k: 4, strength: 0.79 },
      ]),
    ).toBe(3);
    expect(
      strengthChoice([
        { k: 2, strength: 0.5 },
        { k: 3, strength: Number.NaN },
      ]),
    ).toBe(1);
  });

  test("three clouds are found again in the other half, four are not; a half with too few rows says nothing", async () => {
    const [engine] = engines;
    const mark = engine.mark();
    const strengths = await predictionStrength(engine, matrixOf(engine, blobs), { ks: [2, 3, 4], seed: 1 });
    expect(strengths[1]!.strength).toBe(1);
    expect(strengths[2]!.strength).toBeLessThan(0.8);
    expect(strengthChoice(strengths)).toBe(3);
    const few = [[1], [1], [1], [2], [2], [3]];
    const none = await predictionStrength(engine, matrixOf(engine, few), { ks: [3], seed: 1 });
    expect(none[0]!.strength).toBeNaN();
    engine.release(mark);
  });
});
