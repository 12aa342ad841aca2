import { describe, expect, test } from "vitest";
import { columnFacts } from "../../../src/steps/column-facts.ts";
import {
  applyFeatures,
  learnFeatures,
  pick,
  refuseMissing,
  type LearnOptions,
} from "../../../src/steps/cluster/prepare.ts";
import type { ModelFeature } from "../../../src/steps/cluster/model.ts";
import { readMissing } from "../../../src/steps/cluster/settings.ts";
import { openCompute } from "../../../src/workers/pool.ts";

const compute = openCompute({ threads: 1 });

type Scale = LearnOptions["scale"];

function learn(
  columns: Readonly<Record<string, readonly number[]>>,
  scale: Scale,
  missing: readonly string[] = [],
  weights: readonly number[] | null = null,
): { features: readonly ModelFeature[]; rows: number[][]; kept: number[] | null } {
  const values = Object.values(columns).map((column) => Float64Array.from(column));
  const candidates = Object.keys(columns).map((key, j) => {
    const [name, source] = key.split("<") as [string, string | undefined];
    return { name, source: source ?? name, named: true, role: null, facts: columnFacts(compute, values[j]!) };
  });
  const features = learnFeatures(compute, candidates, values, weights === null ? null : Float64Array.from(weights), {
    missing: readMissing(missing),
    scale,
    fillsAll: true,
  });
  const { matrix, kept } = applyFeatures(compute, features, values);
  const rows = Array.from({ length: matrix.rows }, (_, i) =>
    features.map((__, j) => matrix.values[j * matrix.rows + i]!),
  );
  return { features, rows, kept: kept === null ? null : [...kept] };
}

describe("a missing value", () => {
  const basket = [1, NaN, 4, 10];
  test.each([
    ["median", [1, 4, 4, 10]],
    ["mean", [1, 5, 4, 10]],
    ["zero", [1, 0, 4, 10]],
  ])("is filled by the %s", (rule, expected) => {
    const { rows, kept } = learn({ basket }, "none", [rule]);
    expect(rows.flat()).toEqual(expected);
    expect(kept).toBeNull();
  });

  test("takes its row out of the clustering with drop, and only the columns of that rule do so", () => {
    const { rows, kept, features } = learn({ basket, age: [NaN, 30, 50, 70] }, "none", ["basket=drop"]);
    expect(kept).toEqual([0, 2, 3]);
    // The median age is of all who have one, those of dropped rows too.
    expect(rows).toEqual([
      [1, 50],
      [4, 50],
      [10, 70],
    ]);
    expect(features.map(({ missing, fill }) => [missing, fill])).toEqual([
      ["drop", null],
      ["median", 50],
    ]);
  });

  test("scaling is learned from the rows that are clustered, gaps filled", () => {
    const { features } = learn({ a: [0, 100, 4], b: [1, NaN, 3] }, "zscore", ["drop"]);
    expect(features.map(({ transform }) => [transform.center, transform.scale])).toEqual([
      [2, 2],
      [2, 1],
    ]);
    const filled = learn({ a: [0, 4, NaN] }, "zscore", ["zero"]).features[0]!.transform;
    expect(filled.center).toBeCloseTo(4 / 3, 14);
  });

  test("is refused with error, by its column", async () => {
    const features: ModelFeature[] = [
      {
        column: "a",
        source: "a",
        missing: "error",
        fill: null,
        transform: { kind: "none", log1p: false, center: 0, scale: 1 },
      },
    ];
    await expect(refuseMissing([], features, [Float64Array.of(1, NaN)])).rejects.toMatchObject({
      code: "missing-values",
      exit: 3,
      place: { column: "a" },
    });
    await expect(refuseMissing([], features, [Float64Array.of(1, 2)])).resolves.toBeUndefined();
  });

  test("in every row leaves nothing to cluster, and a column of nothing has no median", () => {
    expect(() => learn({ a: [NaN, 1], b: [1, NaN] }, "none", ["drop"])).toThrowError(
      expect.objectContaining({ code: "too-few-rows", exit: 3 }),
    );
    expect(() => learn({ a: [NaN, NaN] }, "none")).toThrowError(expect.objectContaining({ code: "missing-values" }));
    expect(learn({ a: [NaN, NaN] }, "none", ["zero"]).rows.flat()).toEqual([0, 0]);
  });
});

describe("scaling", () => {
  // By hand: mean 4, deviations -3 -1 0 4, variance 26/4; quartiles (type 7) 2.5, 3.5, 5.
  const a = [1, 3, 4, 8];
  test.each([
    ["zscore", a.map((x) => (x - 4) / Math.sqrt(26 / 4))],
    ["robust", a.map((x) => (x - 3.5) / 2.5)],
    ["minmax", [0, 2 / 7, 3 / 7, 1]],
    ["none", a],
    ["auto", a.map((x) => (x - 4) / Math.sqrt(26 / 4))],
  ] satisfies [Scale, number[]][])("%s gives the numbers computed by hand", (scale, expected) => {
    learn({ a }, scale)
      .rows.flat()
      .forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 14));
  });

  test("a column that came scaled is used as it is, with its column or alone", () => {
    const { features, rows } = learn({ "a<a_scaled": [0.5, -2, 7], b_scaled: [10, 20, 60] }, "zscore");
    expect(features.map(({ transform }) => transform.kind)).toEqual(["given", "given"]);
    expect(rows).toEqual([
      [0.5, 10],
      [-2, 20],
      [7, 60],
    ]);
  });

  test("auto takes the logarithm of a column with a long tail, and of no other", () => {
    const tail = Array.from({ length: 40 }, (_, i) => Math.round(1.4 ** i));
    const { features } = learn({ tail, debts: tail.map((x) => x - 2), flat: tail.map((_, i) => i) }, "auto");
    expect(features.map(({ transform }) => transform.log1p)).toEqual([true, false, false]);
  });
});

test("integer weights learn what the repeated rows would, to the last bits", () => {
  const counts = [3, 0, 1, 2, 5, 1];
  const columns = { a: [1, 100, NaN, 4, 8, 2.5], tail: [0, 9e9, 2, 5e6, NaN, 1] };
  const repeat = (values: readonly number[]): number[] =>
    values.flatMap((value, i) => Array.from({ length: counts[i]! }, () => value));
  const repeated = { a: repeat(columns.a), tail: repeat(columns.tail) };
  for (const scale of ["auto", "zscore", "robust", "minmax", "none"] satisfies Scale[]) {
    for (const missing of [["median"], ["mean"], ["zero"], ["drop"], ["a=drop"]]) {
      const byWeight = learn(columns, scale, missing, counts).features;
      const byRow = learn(repeated, scale, missing).features;
      byWeight.forEach((feature, j) => {
        const twin = byRow[j]!;
        expect(feature.transform.log1p).toBe(twin.transform.log1p);
        for (const [x, y] of [
          [feature.fill ?? 0, twin.fill ?? 0],
          [feature.transform.center, twin.transform.center],
          [feature.transform.scale, twin.transform.scale],
        ] as const) {
          expect(Math.abs(x - y), `${scale} ${missing.join()}`).toBeLessThanOrEqual(4e-15 * Math.abs(y));
        }
      });
    }
  }
});

test("a model fills gaps that the fit never saw", () => {
  const { features } = learn({ a: [1, 3, 5] }, "none");
  const { matrix } = applyFeatures(compute, features, [Float64Array.of(NaN, 9)]);
  expect([...matrix.values]).toEqual([3, 9]);
});

test("picked values are a copy", () => {
  const values = Float64Array.of(1, 2, 3);
  const all = pick(values, null);
  all[0] = 9;
  expect([...values]).toEqual([1, 2, 3]);
  expect([...pick(values, Int32Array.of(2, 0))]).toEqual([3, 1]);
});
