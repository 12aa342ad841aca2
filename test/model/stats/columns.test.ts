import { afterAll, describe, expect, test } from "vitest";
import { columnOf } from "../../../src/core/matrix.ts";
import { correlatedPairs, covariance } from "../../../src/model/stats/correlation.ts";
import { fillValue } from "../../../src/model/stats/fill-value.ts";
import { moments } from "../../../src/model/stats/moments.ts";
import { median, quantiles } from "../../../src/model/stats/quantile.ts";
import { fitTransform, invertTransform, transformColumn, transformValue } from "../../../src/model/stats/scaling.ts";
import { sum } from "../../../src/model/stats/sum.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { columnsOf, generated, matrixOf, reference, weightsOf } from "../metrics/reference.ts";
import type { SetName } from "../metrics/reference.ts";

const compute = openCompute({ threads: 2 });
afterAll(() => compute.close());

const probabilities = [0, 0.05, 0.25, 0.5, 0.75, 0.9, 1];

function columnNamed(key: string): Float64Array {
  const [name, j] = key.split(" ") as [SetName, string];
  const column = Float64Array.from(columnsOf(name)[Number(j)]!);
  return name === "generated" ? column.map((x) => Math.exp(3 * x)) : column;
}

function expectClose(actual: number, expected: number, relative = 1e-12): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.max(1e-3, Math.abs(expected)));
}

describe.each(Object.keys(reference.columns))("column %s", (key) => {
  const column = columnNamed(key);
  const cases = [
    ["as it stands", null, reference.columns[key]!.plain],
    ["with weights, as the repeated rows", weightsOf(column.length), reference.columns[key]!.repeated],
  ] as const;

  test.each(cases)("has NumPy's and SciPy's moments and quantiles, %s", (_, weights, expected) => {
    const found = moments(compute, column, weights);
    expectClose(found.mean, expected.mean);
    expectClose(found.variance, expected.variance);
    expectClose(found.skewness, expected.skewness, 1e-10);
    quantiles(column, probabilities, weights).forEach((value, i) => expectClose(value, expected.quantiles[i]!, 1e-14));
    expectClose(moments(compute, column.map(Math.log1p), weights).skewness, expected.log1p_skewness, 1e-10);
  });

  test.each(cases)("is scaled as scikit-learn scales it, %s", (_, weights, expected) => {
    for (const kind of ["zscore", "robust", "minmax"] as const) {
      const { center, scale } = fitTransform(compute, column, weights, kind);
      expectClose(center, expected[kind][0]);
      expectClose(scale, expected[kind][1]);
    }
  });
});

test("the outlier example of the textbooks has quartiles 3.25 and 7.75", () => {
  expect(quantiles(Float64Array.of(100, 9, 8, 7, 6, 5, 4, 3, 2, 1), [0.25, 0.75])).toEqual([3.25, 7.75]);
});

test("quantiles of a long column are those of the sorted column, whatever its order", () => {
  const n = 20_001;
  const orders: ((i: number) => number)[] = [
    (i) => i,
    (i) => -i,
    (i) => (i * 7919) % n,
    (i) => i % 3,
    (i) => Math.abs(i - n / 2),
  ];
  for (const order of orders) {
    const column = Float64Array.from({ length: n }, (_, i) => order(i));
    const sorted = column.slice().sort();
    expect(quantiles(column, [0, 0.1, 0.25, 0.5, 0.999, 1])).toEqual(
      [0, 0.1, 0.25, 0.5, 0.999, 1].map((p) => {
        const at = Math.floor((n - 1) * p);
        const next = sorted[Math.min(at + 1, n - 1)]!;
        const share = (n - 1) * p - at;
        if (next === sorted[at]) return next;
        return share < 0.5 ? sorted[at]! + (next - sorted[at]!) * share : next - (next - sorted[at]!) * (1 - share);
      }),
    );
  }
});

test("missing values are skipped everywhere", () => {
  const column = Float64Array.of(NaN, 1, 2, NaN, 6);
  expect(moments(compute, column)).toMatchObject({ count: 3, mean: 3, minimum: 1, maximum: 6 });
  expect(median(column)).toBe(2);
  expect(median(column, Float64Array.of(9, 1, 1, 9, 5))).toBe(6);
  expect(sum(column)).toBe(9);
  expect(fillValue(compute, column, null, "median")).toBe(2);
  expect(fillValue(compute, column, Float64Array.of(1, 0, 1, 1, 3), "mean")).toBe(5);
  expect(fillValue(compute, column, null, "zero")).toBe(0);
});

test("a column without values has no median to fill it with", () => {
  expect(() => fillValue(compute, Float64Array.of(NaN, NaN), null, "median")).toThrow(
    expect.objectContaining({ code: "missing-values" }),
  );
});

test("weights that are not counts act by their ratios alone", () => {
  const column = Float64Array.of(1, 2, 3, 4);
  const half = quantiles(column, [0.25, 0.5], Float64Array.of(0.5, 0.5, 0.5, 0.5));
  expect(half).toEqual(quantiles(column, [0.25, 0.5]));
});

test("huge offsets and extreme units keep the variance", () => {
  const small = Float64Array.from({ length: 5000 }, (_, i) => (i * 37) % 101);
  const variance = moments(compute, small).variance;
  expectClose(
    moments(
      compute,
      small.map((x) => x + 2 ** 40),
    ).variance,
    variance,
    1e-9,
  );
  expect(
    moments(
      compute,
      small.map((x) => x * 2 ** 500),
    ).standardDeviation,
  ).toBe(moments(compute, small).standardDeviation * 2 ** 500);
  expect(
    moments(
      compute,
      small.map((x) => x * 2 ** -700),
    ).standardDeviation,
  ).toBe(moments(compute, small).standardDeviation * 2 ** -700);
});

describe("automatic scaling", () => {
  const skewed = columnNamed("generated 1");
  test("takes the logarithm of a skewed amount, and gives back its own unit", () => {
    const transform = fitTransform(compute, skewed, null, "auto");
    expect(transform).toMatchObject({ kind: "zscore", log1p: true });
    const scaled = compute.f64(skewed.length);
    transformColumn(compute, transform, skewed, scaled);
    expectClose(moments(compute, scaled).standardDeviation, 1, 1e-12);
    skewed.forEach((x, i) => expectClose(invertTransform(transform, scaled[i]!), x, 1e-11));
    const reloaded = compute.f64(skewed.length);
    transformColumn(compute, JSON.parse(JSON.stringify(transform)) as typeof transform, skewed, reloaded);
    expect(reloaded).toEqual(scaled);
  });
  test("leaves a column with negatives, or with little skew, to the z-score alone", () => {
    expect(
      fitTransform(
        compute,
        skewed.map((x) => x - 1e6),
        null,
        "auto",
      ).log1p,
    ).toBe(false);
    expect(fitTransform(compute, columnNamed("iris 0"), null, "auto")).toEqual(
      fitTransform(compute, columnNamed("iris 0"), null, "zscore"),
    );
  });
  test("has a place for a negative value that comes later", () => {
    const transform = fitTransform(compute, skewed, null, "auto");
    const out = compute.f64(2);
    transformColumn(compute, transform, Float64Array.of(-3, 3), out);
    expect(out[0]! + out[1]!).toBeCloseTo((-2 * transform.center) / transform.scale, 12);
    expect(invertTransform(transform, out[0]!)).toBeCloseTo(-3, 12);
    expect(transformValue(transform, -3)).toBe(out[0]);
  });
});

test.each(["iris", "wine", "generated"] as const)("correlations of %s are NumPy's", (name) => {
  const matrix = matrixOf(compute, columnsOf(name));
  const d = matrix.columns.length;
  const pairs = correlatedPairs(compute, matrix, null, -1);
  expect(pairs.length).toBe((d * (d - 1)) / 2);
  for (const { left, right, r } of pairs) expect(r).toBeCloseTo(reference.correlation[name]![left]![right]!, 13);
});

test("only strong correlations are reported, weighted ones as of the repeated rows", () => {
  const matrix = matrixOf(compute, [
    [1, 2, 3, 9, 0],
    [2, 4, 6, -50, 1],
    [5, 5, 5, 5, 5],
  ]);
  expect(correlatedPairs(compute, matrix, null, 0.95)).toEqual([]);
  const [pair, ...more] = correlatedPairs(compute, matrix, Float64Array.of(1, 1, 2, 0, 0), 0.95);
  expect(pair).toMatchObject({ left: 0, right: 1 });
  expect(pair!.r).toBeCloseTo(1, 12);
  expect(more).toEqual([]);
});

test("threads and backend change no bit of a covariance", async () => {
  const columns = generated(5003, 7, 5, 3);
  const weights = Float64Array.from(columns[0]!, (_, i) => (i % 5) / 3);
  const engines = [1, 2, 4].map((threads) => openCompute({ threads, backend: "wasm" }));
  for (const w of [null, weights]) {
    const [expected, ...others] = [openCompute({ threads: 1, backend: "typescript" }), ...engines].map((engine) =>
      covariance(engine, matrixOf(engine, columns), w),
    );
    for (const other of others) expect(other).toEqual(expected);
    const matrix = matrixOf(compute, columns);
    expectClose(expected![8]!, moments(compute, columnOf(matrix, 1), w).variance);
  }
  await Promise.all(engines.map((engine) => engine.close()));
});
