import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { fitPower, inversePowerOf, powerOf } from "../../../src/model/stats/power-transform.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg } from "../cluster/data.ts";

type Method = "box-cox" | "yeo-johnson";

interface Lambda {
  readonly optimum: number;
  readonly sklearn: number | null;
  readonly scipy: number | null;
}

interface ReferenceColumn extends Readonly<Partial<Record<Method, Lambda>>> {
  readonly set: string;
  readonly name: string;
  readonly values: readonly number[];
}

const reference = JSON.parse(
  readFileSync(new URL("../../../fixtures/reference/normalize/reference.json", import.meta.url), "utf8"),
) as {
  columns: readonly ReferenceColumn[];
  transforms: Record<Method, readonly (readonly [number, number, number])[]>;
};

const compute = openCompute({ threads: 2 });
afterAll(() => compute.close());

const fits = reference.columns.flatMap((column) =>
  (["box-cox", "yeo-johnson"] as const).flatMap((method) => {
    const lambda = column[method];
    return lambda === undefined ? [] : [{ what: `${method}, ${column.set}: ${column.name}`, column, method, lambda }];
  }),
);

/** Relative above 1, absolute below. */
function off(found: number, expected: number): number {
  return Math.abs(found - expected) / Math.max(1, Math.abs(expected));
}

test.each(fits)("λ of $what is the optimum to ten digits", ({ column, method, lambda }) => {
  const found = fitPower(compute, method, Float64Array.from(column.values))!;
  expect(off(found, lambda.optimum)).toBeLessThan(1e-10);
});

test.each(fits.filter(({ column }) => column.set !== "made"))(
  "λ of $what is that of scikit-learn and SciPy to six digits",
  ({ column, method, lambda }) => {
    const found = fitPower(compute, method, Float64Array.from(column.values))!;
    for (const theirs of [lambda.sklearn, lambda.scipy]) {
      if (theirs !== null) expect(off(found, theirs)).toBeLessThan(1e-6);
    }
  },
);

describe.each(["box-cox", "yeo-johnson"] as const)("%s", (method) => {
  test("agrees at a given λ with 50-digit arithmetic to 1e-12", () => {
    for (const [lambda, x, expected] of reference.transforms[method]) {
      const found = powerOf(method, lambda, x);
      expect(Math.abs(found - expected), `λ ${lambda}, x ${x}`).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
    }
  });

  test("comes back from its inverse to 1e-12, as far as the transformed value tells values apart", () => {
    for (const [lambda, x, z] of reference.transforms[method]) {
      // dx/x for a change of z by half a unit of its last place: what a double of z can hold of x.
      const slope = method === "box-cox" ? x ** (lambda - 1) : (1 + Math.abs(x)) ** ((x < 0 ? 2 - lambda : lambda) - 1);
      const told = x === 0 ? 0 : Math.abs((z * 2 ** -53) / (slope * x));
      if (told > 1e-3) continue;
      const found = inversePowerOf(method, lambda, powerOf(method, lambda, x));
      expect(Math.abs(found - x), `λ ${lambda}, x ${x}`).toBeLessThanOrEqual((1e-12 + 8 * told) * Math.abs(x));
    }
  });

  test("a constant column, one value and no value at all leave λ at 1", () => {
    expect(fitPower(compute, method, Float64Array.of(3, 3, NaN, 3))).toBe(1);
    expect(fitPower(compute, method, Float64Array.of(7))).toBe(1);
    expect(fitPower(compute, method, Float64Array.of(NaN, NaN))).toBe(1);
  });

  test("missing values change nothing", () => {
    const values = Float64Array.from(reference.columns[0]!.values);
    const gaps = Float64Array.from([...values].flatMap((x) => [NaN, x, NaN]));
    expect(fitPower(compute, method, gaps)).toBe(fitPower(compute, method, values));
  });

  test("many rows: distinct or repeated, the λ is that of the optimum, whatever the order", () => {
    const few = Float64Array.from(reference.columns[6]!.values);
    const optimum = reference.columns[6]![method]!.optimum;
    const repeated = new Float64Array(few.length * 700);
    for (let i = 0; i < repeated.length; i++) repeated[i] = few[(i * 7919) % few.length]!;
    expect(off(fitPower(compute, method, repeated)!, optimum)).toBeLessThan(1e-10);
    // exp of a normal variable plus tiny differences: λ of Box-Cox is near 0.
    const u = lcg(200_000, 11);
    const normal = u.map((_, i) => Math.exp(0.5 * (u[i]! + u[(i * 31 + 7) % u.length]! + u[(i * 57 + 3) % u.length]!)));
    const found = fitPower(compute, method, normal)!;
    const sorted = fitPower(compute, method, normal.slice().sort())!;
    expect(off(found, sorted)).toBeLessThan(1e-12);
  });
});

test("a narrow column far from zero loses no digits on the way to its λ", () => {
  const values = Float64Array.from({ length: 10 }, (_, k) => 1e6 + k);
  // Both optima by mpmath in 50 digits, as in make.py.
  expect(Math.abs(fitPower(compute, "box-cox", values)! - 0.7403598971719614)).toBeLessThan(1e-8);
  expect(Math.abs(fitPower(compute, "yeo-johnson", values)! - 0.7403598971719614)).toBeLessThan(1e-8);
});

test("log1p and its mirror image", () => {
  expect(powerOf("log1p", null, -0.5)).toBe(-Math.LN2);
  expect(powerOf("log1p", null, -1)).toBeNaN();
  expect(powerOf("mirrored-log1p", null, -1)).toBe(-Math.LN2);
  expect(inversePowerOf("mirrored-log1p", null, -Math.LN2)).toBe(-1);
  expect(powerOf("box-cox", 0.5, 0)).toBeNaN();
  // λ·z ≤ -1: no x is taken there.
  expect(inversePowerOf("box-cox", 0.5, -2)).toBeNaN();
  expect(inversePowerOf("yeo-johnson", 3, -1)).toBeNaN();
});
