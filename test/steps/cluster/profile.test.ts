import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { matrixOf } from "../../model/metrics/reference.ts";
import { groupRows, profileColumn, zScores } from "../../../src/steps/cluster/profile.ts";
import { openCompute } from "../../../src/workers/pool.ts";

const compute = openCompute({ threads: 2 });
afterAll(() => compute.close());

interface ReferenceCase {
  readonly data: string;
  readonly scale: string;
  readonly k: number;
  readonly weights: readonly number[] | null;
  readonly labels: string;
  readonly means: readonly (readonly number[])[];
  readonly medians: readonly (readonly number[])[];
  readonly z: readonly (readonly number[])[];
}

const fixtures = new URL("../../../fixtures/reference/", import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL("cluster/reference.json", fixtures), "utf8")) as {
  cases: readonly ReferenceCase[];
};
const plain = cases.filter(({ data, scale }) => ["iris", "wine"].includes(data) && scale !== "auto");

test.each(plain.map((one, i) => [`${one.data}, ${one.scale}${one.weights ? ", weighted" : ""}`, i] as const))(
  "%s: medians, means and z-scores are NumPy's",
  (_, index) => {
    const { data, k, weights, labels, means, medians, z, scale } = plain[index]!;
    const lines = readFileSync(new URL(`k-means/${data}.csv`, fixtures), "utf8")
      .trimEnd()
      .split("\n");
    const rows = lines.map((line) => line.split(",").map(Number));
    const segments = Array.from({ length: k }, (__, c) => c + 1);
    const place = Int32Array.from(labels, Number);
    const grouped = groupRows(compute, {
      segments,
      place,
      weights: weights === null ? null : Float64Array.from(weights),
    });
    rows[0]!.forEach((__, j) => {
      const values = Float64Array.from(rows, (row) => row[j]!);
      const profile = profileColumn(compute, values, grouped);
      const scores = zScores(compute, matrixOf(compute, [[...values]]), grouped);
      for (let c = 0; c < k; c++) {
        expect(profile.means[c]).toBeCloseTo(means[c]![j]!, 9);
        expect(profile.medians[c]).toBe(medians[c]![j]!);
        // A linear scaling changes no z-score.
        expect(scores[c]![0], scale).toBeCloseTo(z[c]![j]!, 9);
      }
    });
  },
);

test("missing values, unassigned rows and weights, by hand", () => {
  const place = Int32Array.of(0, 0, -1, 1, 1, 1);
  const weights = Float64Array.of(1, 3, 100, 2, 2, 4);
  const grouped = groupRows(compute, { segments: [1, 2], place, weights });
  expect(grouped.groups.map(({ rows }) => [...rows])).toEqual([
    [0, 1],
    [3, 4, 5],
  ]);
  const profile = profileColumn(compute, Float64Array.of(10, 20, 999, NaN, 1, 7), grouped);
  // Segment 1: (10 + 3·20) / 4; segment 2: (2·1 + 4·7) / 6, two of eight missing. Everyone: 100 / 10.
  expect(profile.means).toEqual([17.5, 5]);
  expect(profile.totals).toEqual([70, 30]);
  expect(profile.missing).toEqual([0, 0.25]);
  expect(profile.everyone.mean).toBe(10);
  // Repeated: 10 20 20 20, and 1 1 7 7 7 7; together 1 1 7 7 7 7 10 20 20 20.
  expect(profile.medians).toEqual([20, 7]);
  expect(profile.everyone.median).toBe(7);
});

test("a segment without a value has no mean or median, and one without rows counts nothing as missing", () => {
  const grouped = groupRows(compute, { segments: [1, 2, 3], place: Int32Array.of(0, 0, 1), weights: null });
  const profile = profileColumn(compute, Float64Array.of(NaN, NaN, 4), grouped);
  expect(profile.means).toEqual([NaN, 4, NaN]);
  expect(profile.medians).toEqual([NaN, 4, NaN]);
  expect(profile.missing).toEqual([1, 0, 0]);
  expect(profile.everyone).toEqual({ mean: 4, median: 4 });
});

test("a constant column has z-score 0 everywhere", () => {
  const grouped = groupRows(compute, { segments: [1, 2], place: Int32Array.of(0, 1, 1), weights: null });
  expect(zScores(compute, matrixOf(compute, [[5, 5, 5]]), grouped)).toEqual([[0], [0]]);
});
