import { describe, expect, test } from "vitest";
import { wholeFeatures } from "../../../../src/steps/cluster/in-engine/whole-features.ts";
import type { FeatureTransform, ModelFeature } from "../../../../src/steps/cluster/model.ts";
import { lcg } from "../../../model/cluster/data.ts";
import { exactMoments } from "./exact-moments.ts";
import { asItIs, tableOf, weightOf, withBoth, type Rows } from "./with-points.ts";

const both = withBoth();
const nan = Number.NaN;

/** What a sample taught: all of it is wrong for the table. */
function sampled(name: string, kind: FeatureTransform["kind"], given: Partial<ModelFeature> = {}): ModelFeature {
  return asItIs(name, { transform: { kind, log1p: false, center: -77, scale: 55 }, ...given });
}

async function learned(rows: Rows, features: readonly ModelFeature[], isWeighted = false) {
  const table = await tableOf(both().engine, rows);
  return wholeFeatures(both().engine, table, features, isWeighted ? weightOf(table) : null);
}

function expectTransform(found: ModelFeature | undefined, center: number, scale: number): void {
  expect(found!.transform.center).toBeCloseTo(center, 11);
  expect(found!.transform.scale).toBeCloseTo(scale, 11);
}

const wholes = Array.from(lcg(2000, 51), (u) => Math.floor(u * 900));
const gaps = wholes.map((whole, i) => (i % 5 === 0 ? null : whole));
const counts = Array.from(lcg(2000, 52), (u) => Math.floor(u * 3));
const rows = wholes.map((whole, i) => [whole, gaps[i] ?? nan, counts[i]!]);

test("z-scores and the range are those of all rows", async () => {
  const { features, missing } = await learned(rows, [sampled("v_1", "zscore"), sampled("v_1", "minmax")]);
  const { mean, standardDeviation } = exactMoments(wholes, 1, null);
  expectTransform(features[0], mean, standardDeviation);
  expectTransform(features[1], Math.min(...wholes), Math.max(...wholes) - Math.min(...wholes));
  expect(missing).toEqual([0, 0]);
});

test("what takes more than sums stays as the sample has it", async () => {
  const given = [sampled("v_1", "robust"), sampled("v_1", "none"), sampled("v_1", "given")];
  expect((await learned(rows, given)).features).toEqual(given);
  const median = sampled("v_2", "robust", { missing: "median", fill: 12 });
  expect(await learned(rows, [median])).toEqual({ features: [median], missing: [400] });
});

test("weights act as repeated rows", async () => {
  const { features } = await learned(rows, [sampled("v_1", "zscore")], true);
  const { mean, standardDeviation } = exactMoments(wholes, 1, counts);
  expectTransform(features[0], mean, standardDeviation);
});

test("a fill by the mean is the mean of all rows, and scales with them", async () => {
  const { features, missing } = await learned(rows, [sampled("v_2", "zscore", { missing: "mean", fill: 5 })]);
  const { mean, standardDeviation } = exactMoments(gaps, 1, null);
  expect(features[0]!.fill).toBeCloseTo(mean, 11);
  // Filled rows lie on the mean and add nothing to the squares: 1,600 of 2,000 rows have a value.
  expectTransform(features[0], mean, standardDeviation * Math.sqrt(0.8));
  expect(missing).toEqual([400]);
});

test("a fill by zero counts as values of zero", async () => {
  const { features } = await learned(rows, [sampled("v_2", "zscore", { missing: "zero", fill: 0 })]);
  const { mean, standardDeviation } = exactMoments(
    gaps.map((whole) => whole ?? 0),
    1,
    null,
  );
  expectTransform(features[0], mean, standardDeviation);
});

test("where rows with a gap are left out, scaling is learned from the rows that stay", async () => {
  const { features, missing } = await learned(rows, [sampled("v_1", "zscore"), sampled("v_2", "minmax")]);
  const stay = wholes.map((whole, i) => (gaps[i] === null ? null : whole));
  const { mean, standardDeviation } = exactMoments(stay, 1, null);
  expectTransform(features[0], mean, standardDeviation);
  expect(missing).toEqual([0, 400]);
});

test("a logarithm is taken before the mean", async () => {
  const transform = { kind: "zscore", log1p: true, center: 9, scale: 9 } as const;
  const table = [0, 1, 2, 1, 0].map((power) => [Math.E ** power - 1]);
  const { features } = await learned(table, [asItIs("v_1", { transform })]);
  expectTransform(features[0], 0.8, Math.sqrt(6 / 5 - 0.64));
});

test("a constant column is scaled by one", async () => {
  const table = Array.from({ length: 50 }, () => [3]);
  const { features } = await learned(table, [sampled("v_1", "zscore"), sampled("v_1", "minmax")]);
  expectTransform(features[0], 3, 1);
  expectTransform(features[1], 3, 1);
});

describe("what the sample did not show is refused", () => {
  test("a missing value where none may be", async () => {
    await expect(learned(rows, [sampled("v_2", "zscore", { missing: "error" })])).rejects.toMatchObject({
      code: "missing-values",
      message: "400 values are missing",
      place: { column: "v_2" },
    });
  });

  test.each([
    ["1 weights are missing, negative or infinite", [1, -1, 1]],
    ["2 weights are missing, negative or infinite", [nan, 1, Infinity]],
    ["every weight is zero", [0, 0, 0]],
  ])("%s", async (message, weights) => {
    const table = weights.map((weight, i) => [i, weight]);
    await expect(learned(table, [sampled("v_1", "zscore")], true)).rejects.toMatchObject({
      code: "bad-weights",
      message,
    });
  });
});
