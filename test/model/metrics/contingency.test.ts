import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  agreementOf,
  alignedColumns,
  type Contingency,
  expectedMutualInformation,
} from "../../../src/model/metrics/contingency.ts";
import { adjustedRandIndex } from "../../../src/model/metrics/adjusted-rand-index.ts";
import { logGamma } from "../../../src/model/stats/gamma-functions.ts";

/** Figures of scikit-learn; see make.py beside them. */
interface Recorded {
  readonly ari: number;
  readonly ami: number;
  readonly nmi: number;
  readonly homogeneity: number;
  readonly completeness: number;
  readonly v_measure: number;
  readonly fowlkes_mallows: number;
}

const reference = JSON.parse(
  readFileSync(new URL("../../../fixtures/reference/agreement/reference.json", import.meta.url), "utf8"),
) as {
  readonly formulas: Readonly<Record<string, Recorded>>;
  readonly sets: Readonly<Record<string, Recorded & { left: number[]; right: number[] }>>;
};

const labels = (rows: number, of: (i: number) => number): number[] => Array.from({ length: rows }, (_, i) => of(i));
const floor = Math.floor;
const formulas: Readonly<Record<string, readonly [number[], number[]]>> = {
  "the same under other names": [labels(1000, (i) => i % 7), labels(1000, (i) => ((i % 7) * 3) % 7)],
  unrelated: [labels(1000, (i) => i % 7), labels(1000, (i) => floor(i / 100))],
  "one group against many": [labels(1000, () => 0), labels(1000, (i) => i % 10)],
  "many groups against one": [labels(1000, (i) => i % 10), labels(1000, () => 0)],
  "one group each": [labels(1000, () => 0), labels(1000, () => 0)],
  "a finer division": [labels(1000, (i) => i % 12), labels(1000, (i) => i % 4)],
  "nearly the same": [labels(1000, (i) => i % 5), labels(1000, (i) => (i % 23 === 0 ? floor(i / 23) % 5 : i % 5))],
  "single rows against groups": [labels(1000, (i) => i), labels(1000, (i) => i % 10)],
  "single rows each": [labels(1000, (i) => i), labels(1000, (i) => (i * 7) % 1000)],
  "unequal sizes": [labels(1000, (i) => Math.min(floor(i / 3) % 17, 4)), labels(1000, (i) => Math.min(i % 101, 6))],
  "many rows": [
    labels(200_000, (i) => Number((BigInt(i) * BigInt(i)) % 1009n) % 9),
    labels(200_000, (i) => (i % 1009) % 6),
  ],
  "two rows": [
    [0, 1],
    [0, 0],
  ],
};

function contingency(left: readonly number[], right: readonly number[]): Contingency {
  const rows = Math.max(...new Set(left)) + 1;
  const columns = Math.max(...new Set(right)) + 1;
  const counts = new Float64Array(rows * columns);
  left.forEach((a, i) => counts[a * columns + right[i]!]!++);
  return { rows, columns, counts };
}

function expectRecorded(found: ReturnType<typeof agreementOf>, recorded: Recorded): void {
  const pairs: readonly (readonly [number, number])[] = [
    [found.ari, recorded.ari],
    [found.ami, recorded.ami],
    [found.nmi, recorded.nmi],
    [found.homogeneity, recorded.homogeneity],
    [found.completeness, recorded.completeness],
    [found.vMeasure, recorded.v_measure],
    [found.fowlkesMallows, recorded.fowlkes_mallows],
  ];
  for (const [ours, theirs] of pairs)
    expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(theirs), 1e-2));
}

test.each(Object.keys(reference.formulas))("%s: as scikit-learn has it", (name) => {
  expectRecorded(agreementOf(contingency(...formulas[name]!)), reference.formulas[name]!);
});

test.each(Object.keys(reference.sets))("%s: as scikit-learn has it", (name) => {
  const recorded = reference.sets[name]!;
  expectRecorded(agreementOf(contingency(recorded.left, recorded.right)), recorded);
});

test("the expected mutual information is that of the hypergeometric distribution, term by term", () => {
  // Over all ways in which 3 of 5 and 2 of 5 rows meet: 1 pair shares 0, 6 share 1, 3 share 2 of 10.
  const term = (n: number, a: number, b: number): number => (n === 0 ? 0 : (n / 5) * Math.log((5 * n) / (a * b)));
  const mean = (a: number, b: number, chances: readonly (readonly [number, number])[]): number =>
    chances.reduce((all, [n, chance]) => all + chance * term(n, a, b), 0);
  const expected =
    mean(3, 2, [
      [0, 0.1],
      [1, 0.6],
      [2, 0.3],
    ]) +
    mean(3, 3, [
      [1, 0.3],
      [2, 0.6],
      [3, 0.1],
    ]) +
    mean(2, 2, [
      [0, 0.3],
      [1, 0.6],
      [2, 0.1],
    ]) +
    mean(2, 3, [
      [0, 0.1],
      [1, 0.6],
      [2, 0.3],
    ]);
  expect(expectedMutualInformation(Float64Array.of(3, 2), Float64Array.of(2, 3), 5)).toBeCloseTo(expected, 14);
});

test("logarithms of factorials are those of whole numbers", () => {
  const logFactorial = (n: number): number => logGamma(n + 1);
  let log = 0n;
  let factorial = 1n;
  for (let n = 1n; n <= 300n; n++) factorial *= n;
  log = factorial;
  // ln of a whole number by its leading 15 digits.
  const digits = String(log);
  const exact = Math.log(Number(`0.${digits.slice(0, 17)}`)) + digits.length * Math.LN10;
  expect(logFactorial(300)).toBeCloseTo(exact, 10);
  expect(logFactorial(256) - logFactorial(255)).toBeCloseTo(Math.log(256), 12);
  expect(logFactorial(0)).toBeCloseTo(0, 14);
  expect(logFactorial(1)).toBeCloseTo(0, 14);
  expect(Math.exp(logFactorial(5))).toBeCloseTo(120, 10);
});

test("figures do not depend on the names of the groups, and the Rand index is that of the labels", () => {
  const grouping = fc.array(fc.tuple(fc.nat(4), fc.nat(5)), { minLength: 2, maxLength: 60 });
  fc.assert(
    fc.property(grouping, (given) => {
      const left = given.map(([a]) => a);
      const right = given.map(([, b]) => b);
      const found = agreementOf(contingency(left, right));
      expect(found.ari).toBeCloseTo(adjustedRandIndex(left, right), 12);
      const renamed = agreementOf(
        contingency(
          left.map((a) => 4 - a),
          right.map((b) => (b + 2) % 6),
        ),
      );
      const turned = agreementOf(contingency(right, left));
      expect(renamed.ami).toBeCloseTo(found.ami, 9);
      expect(turned.ami).toBeCloseTo(found.ami, 9);
      expect([turned.homogeneity, turned.completeness]).toEqual([
        expect.closeTo(found.completeness, 12),
        expect.closeTo(found.homogeneity, 12),
      ]);
    }),
    { numRuns: 200, seed: 5 },
  );
});

test("each segment goes with the class that it shares most with, one to one", () => {
  const counts = Float64Array.of(5, 4, 0, 6, 0, 0, 0, 0, 0);
  // 4 + 6 shared rows are more than the 5 that the first choice would leave.
  expect([...alignedColumns({ rows: 3, columns: 3, counts })]).toEqual([1, 0, -1]);
});
