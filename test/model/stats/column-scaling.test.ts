import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  fitColumnScaling,
  scaleValues,
  unscaleValues,
  type ColumnScaling,
  type ScalingMethod,
} from "../../../src/model/stats/column-scaling.ts";
import { moments } from "../../../src/model/stats/moments.ts";
import { fitTransform, transformColumn } from "../../../src/model/stats/scaling.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg } from "../cluster/data.ts";

type ScalerName = "zscore" | "minmax" | "robust" | "maxabs";

interface ReferenceColumn extends Readonly<Partial<Record<ScalerName, readonly number[]>>> {
  readonly set: string;
  readonly name: string;
  readonly values: readonly number[];
  readonly skewness?: number;
}

const reference = JSON.parse(
  readFileSync(new URL("../../../fixtures/reference/normalize/reference.json", import.meta.url), "utf8"),
) as { columns: readonly ReferenceColumn[] };

const compute = openCompute({ threads: 2 });
afterAll(() => compute.close());

function scaled(values: Float64Array, method: ScalingMethod): { scaling: ColumnScaling; out: Float64Array } {
  const scaling = fitColumnScaling(compute, values, method);
  const out = compute.f64(values.length);
  scaleValues(compute, scaling, values, out);
  return { scaling, out };
}

const cases = reference.columns.flatMap((column) =>
  (["zscore", "minmax", "robust", "maxabs"] as const).flatMap((scaler) =>
    column[scaler] === undefined ? [] : [{ what: `${scaler}, ${column.set}: ${column.name}`, column, scaler }],
  ),
);

test.each(cases)("$what has scikit-learn's values", ({ column, scaler }) => {
  const { out } = scaled(Float64Array.from(column.values), { power: "none", scaler });
  const stride = Math.max(1, Math.floor(out.length / 12));
  const found = out.filter((_, i) => i % stride === 0);
  const expected = column[scaler]!;
  expect(found.length).toBe(expected.length);
  // scikit-learn's MinMaxScaler multiplies before it subtracts: far from zero that costs it digits.
  const far = Math.max(...column.values.map(Math.abs)) / (Math.max(...column.values) - Math.min(...column.values));
  const tolerance = 1e-12 * Math.max(1, ...expected.map(Math.abs)) + (scaler === "minmax" ? 4e-16 * far : 0);
  found.forEach((x, i) => expect(Math.abs(x - expected[i]!)).toBeLessThanOrEqual(tolerance));
});

test("a chain scales what the transform gives: mean 0, population standard deviation 1", () => {
  const values = Float64Array.from(reference.columns[0]!.values);
  for (const power of ["log1p", "box-cox", "yeo-johnson"] as const) {
    const { mean, standardDeviation } = moments(compute, scaled(values, { power, scaler: "zscore" }).out);
    expect(Math.abs(mean)).toBeLessThan(1e-12);
    expect(Math.abs(standardDeviation - 1)).toBeLessThan(1e-12);
  }
});

test("robust takes the median and the type 7 quartiles: 1…9, 100 has 5.5, 3.25 and 7.75", () => {
  const { scaling } = scaled(Float64Array.of(100, 9, 8, 7, 6, 5, 4, 3, 2, 1), { power: "none", scaler: "robust" });
  expect(scaling).toMatchObject({ center: 5.5, scale: 4.5 });
});

test("maxabs keeps zero at zero and divides by the farthest value, on either side", () => {
  const { scaling, out } = scaled(Float64Array.of(-8, 0, 2, NaN), { power: "none", scaler: "maxabs" });
  expect(scaling).toMatchObject({ center: 0, scale: 8 });
  expect([...out]).toEqual([-1, 0, 0.25, NaN]);
});

describe("a column without spread", () => {
  test.each(["zscore", "minmax", "robust", "maxabs"] as const)("has scale 1 with %s, and nothing is NaN", (scaler) => {
    const constant = scaled(Float64Array.of(0, 0, 0), { power: "none", scaler });
    expect(constant.scaling.scale).toBe(1);
    expect([...constant.out]).toEqual([0, 0, 0]);
    expect([...scaled(Float64Array.of(5), { power: "none", scaler: "zscore" }).out]).toEqual([0]);
  });

  test("has λ 1: Box-Cox takes 5 to 4, Yeo-Johnson to 5", () => {
    expect([...scaled(Float64Array.of(5, 5), { power: "box-cox", scaler: "none" }).out]).toEqual([4, 4]);
    expect([...scaled(Float64Array.of(5, 5), { power: "yeo-johnson", scaler: "none" }).out]).toEqual([5, 5]);
  });
});

test("auto scales to the bit as segment cluster does by itself", () => {
  const u = lcg(5000, 3);
  const columns = [u.map((x) => 0.01 / (x + 1e-4)), u.map((x) => x * 5 - 2), u.map((x, i) => (i % 9 === 1 ? NaN : x))];
  for (const values of columns) {
    const own = compute.f64(values.length);
    transformColumn(compute, fitTransform(compute, values, null, "auto"), values, own);
    expect(scaled(values, "auto").out).toEqual(own);
  }
});

test("any number of threads and the plain TypeScript kernels give the same bits", async () => {
  const values = lcg(40_003, 5).map((x, i) => (i % 11 === 4 ? NaN : 3 / (x + 0.01)));
  const engines = [openCompute({ threads: 1 }), openCompute({ threads: 1, backend: "typescript" })];
  for (const method of [
    "auto",
    { power: "yeo-johnson", scaler: "zscore" },
    { power: "box-cox", scaler: "robust" },
    { power: "log1p", scaler: "minmax" },
  ] as const satisfies readonly ScalingMethod[]) {
    const expected = scaled(values, method);
    for (const engine of engines) {
      const scaling = fitColumnScaling(engine, values, method);
      expect(scaling).toEqual(expected.scaling);
      const out = engine.f64(values.length);
      scaleValues(engine, scaling, values, out);
      expect(out).toEqual(expected.out);
    }
  }
  await Promise.all(engines.map((engine) => engine.close()));
});

test("scaled values come back to 1e-12 of the column's size, whatever the method, and keep their order", () => {
  const method = fc.record({
    power: fc.constantFrom("none", "log1p", "yeo-johnson", "box-cox"),
    scaler: fc.constantFrom("none", "zscore", "minmax", "robust", "maxabs"),
  }) as fc.Arbitrary<Exclude<ScalingMethod, "auto">>;
  const column = fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true }), { minLength: 2, maxLength: 60 });
  fc.assert(
    fc.property(method, column, (method, given) => {
      const values = Float64Array.from(given);
      // A column narrow for its size may have a λ that no double can follow: the step refuses it.
      fc.pre(Math.max(...given) - Math.min(...given) > 1e-3 * Math.max(...given));
      const { scaling, out } = scaled(values, method);
      const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
      order.slice(1).forEach((row, i) => expect(out[row]!).toBeGreaterThanOrEqual(out[order[i]!]!));
      // A strong λ squeezes one end: there a double of the scaled value holds fewer digits.
      if (scaling.lambda !== null && Math.abs(scaling.lambda) > 3) return;
      if (scaling.lambda !== null && scaling.lambda < -0.5) return;
      const back = unscaleValues(scaling, out);
      const size = Math.max(...values);
      back.forEach((x, i) => expect(Math.abs(x - values[i]!)).toBeLessThanOrEqual(1e-12 * size));
    }),
    { numRuns: 300 },
  );
});
