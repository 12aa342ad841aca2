import { afterAll, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { silhouetteRows } from "../../../src/model/metrics/silhouette-rows.ts";
import { isExact, silhouettes } from "../../../src/model/metrics/silhouette.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { columnsOf, generated, labelsOf, matrixOf, reference, setNames, weightsOf } from "./reference.ts";

const compute = openCompute({ threads: 2 });
const plain = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => compute.close());

test.each(setNames)("the silhouettes of %s are scikit-learn's", async (name) => {
  const recorded = reference.sets[name]!;
  const points = { matrix: matrixOf(compute, columnsOf(name)), weights: null };
  const [result] = await silhouettes(compute, points, [{ k: recorded.k, labels: labelsOf(name) }], { seed: 1 });
  expect(result!.mean).toBeCloseTo(recorded.silhouette, 12);
  expect(result!.ci95).toBeNull();
  expect(result!.anchors).toBeNull();
  const step = Math.max(1, Math.floor(points.matrix.rows / 40));
  recorded.silhouettes.forEach((value, i) => expect(result!.rows![i * step]).toBeCloseTo(value, 11));
  recorded.by_segment.forEach((value, c) => expect(result!.segments[c]!.mean).toBeCloseTo(value, 12));
});

test.each(setNames)("weights give the silhouettes of the repeated rows of %s", async (name) => {
  const recorded = reference.sets[name]!;
  const matrix = matrixOf(compute, columnsOf(name));
  const points = { matrix, weights: weightsOf(matrix.rows) };
  const [result] = await silhouettes(compute, points, [{ k: recorded.k, labels: labelsOf(name) }], { seed: 1 });
  expect(result!.mean).toBeCloseTo(recorded.repeated.silhouette, 12);
  for (const [row, value] of recorded.repeated.silhouettes) expect(result!.rows![row]).toBeCloseTo(value, 11);
});

test("a segment of one row has silhouette 0, and one segment alone has nothing to be compared with", async () => {
  const points = { matrix: matrixOf(compute, [[0, 1, 9]]), weights: null };
  const [two, one] = await silhouettes(
    compute,
    points,
    [
      { k: 2, labels: Int32Array.of(0, 0, 1) },
      { k: 1, labels: Int32Array.of(0, 0, 0) },
    ],
    { seed: 1 },
  );
  // (9 - 1) / 9, (8 - 1) / 8, 0
  expect([...two!.rows!]).toEqual([8 / 9, 7 / 8, 0]);
  expect(one!.mean).toBe(0);
});

test("a row that stands for three equal rows is no singleton", async () => {
  const points = { matrix: matrixOf(compute, [[0, 4]]), weights: Float64Array.of(3, 1) };
  const [result] = await silhouettes(compute, points, [{ k: 2, labels: Int32Array.of(0, 1) }], { seed: 1 });
  expect([...result!.rows!]).toEqual([1, 0]);
  expect(result!.mean).toBe(0.75);
});

test("neither huge nor tiny units change a silhouette", async () => {
  const columns = columnsOf("generated");
  const labels = labelsOf("generated");
  const at = async (unit: number): Promise<number> => {
    const matrix = matrixOf(
      compute,
      columns.map((column) => column.map((x) => x * unit)),
    );
    return (await silhouettes(compute, { matrix, weights: null }, [{ k: 5, labels }], { seed: 1 }))[0]!.mean;
  };
  expect(await at(2 ** 600)).toBe(await at(1));
  expect(await at(2 ** -600)).toBe(await at(1));
});

const many = generated(40_000, 3, 5, 3);
const manyLabels = [2, 3, 5].map((k) => ({ k, labels: Int32Array.from(many[0]!, (_, i) => (i % 5) % k) }));

/** Every row against every row, in plain f64. */
function slowMean(rows: number, labels: Int32Array, k: number): number {
  const [x, y, z] = many as [number[], number[], number[]];
  let total = 0;
  const sizes = new Float64Array(k);
  for (let i = 0; i < rows; i++) sizes[labels[i]!]!++;
  const step = 101;
  for (let i = 0; i < rows; i += step) {
    const sums = new Float64Array(k);
    for (let r = 0; r < rows; r++) {
      sums[labels[r]!]! += Math.sqrt((x[i]! - x[r]!) ** 2 + (y[i]! - y[r]!) ** 2 + (z[i]! - z[r]!) ** 2);
    }
    const own = sums[labels[i]!]! / (sizes[labels[i]!]! - 1);
    const next = Math.min(...sums.map((sum, c) => (c === labels[i]! ? Infinity : sum / sizes[c]!)));
    total += (next - own) / Math.max(next, own);
  }
  return total / Math.ceil(rows / step);
}

test("beyond the exact size, anchors give an interval of half-width .01 around the mean", async () => {
  const matrix = matrixOf(compute, many);
  expect(isExact(matrix.rows, 3)).toBe(false);
  const results = await silhouettes(compute, { matrix, weights: null }, manyLabels, { seed: 42 });
  results.forEach((result, l) => {
    const [low, high] = result.ci95!;
    expect(high - low).toBeLessThanOrEqual(0.02);
    expect(result.anchors).toBeGreaterThanOrEqual(50 * manyLabels[l]!.k);
    // The yardstick is itself a mean over 400 rows, with a sampling error of its own.
    expect(Math.abs(result.mean - slowMean(matrix.rows, manyLabels[l]!.labels, manyLabels[l]!.k))).toBeLessThan(0.05);
  });
});

test("the interval holds the exact mean in about 95 of 100 draws", async () => {
  const mark = compute.mark();
  const rows = 24_000;
  const points = { matrix: matrixOf(compute, generated(rows, 5, 5, 11)), weights: null };
  expect(isExact(rows, 5)).toBe(false);
  const labeling = { k: 3, labels: Int32Array.from({ length: rows }, (_, i) => (i % 5) % 3) };
  const everyRow = { seed: 1, halfWidth: 0, anchorsPerSegment: rows };
  const [all] = await silhouettes(compute, points, [labeling], everyRow);
  expect(all!.ci95![1] - all!.ci95![0]).toBe(0);
  let held = 0;
  for (let seed = 0; seed < 100; seed++) {
    const [drawn] = await silhouettes(compute, points, [labeling], { seed, halfWidth: 0.03 });
    if (drawn!.ci95![0] <= all!.mean && all!.mean <= drawn!.ci95![1]) held++;
  }
  compute.release(mark);
  // Binomial(100, .95): fewer than 87 happens once in a thousand times.
  expect(held).toBeGreaterThanOrEqual(87);
});

test("a row far beyond all others does not blur the rest", async () => {
  const mark = compute.mark();
  const columns = generated(21_000, 8, 5, 3);
  const labels = Int32Array.from(columns[0]!, (_, i) => (i % 5) % 3);
  const meanOf = async (data: number[][]): Promise<number> => {
    const points = { matrix: matrixOf(compute, data), weights: null };
    return (await silhouettes(compute, points, [{ k: 3, labels }], { seed: 1 }))[0]!.mean;
  };
  const usual = await meanOf(columns);
  // The far row moves its own segment's distances by 1e8 / 7,000, so it is given a segment of its own.
  labels[20_999] = 3;
  const far = columns.map((column) => column.with(20_999, 1e8));
  const points = { matrix: matrixOf(compute, far), weights: null };
  const [result] = await silhouettes(compute, points, [{ k: 4, labels }], { seed: 1 });
  expect(Math.abs(result!.mean - usual)).toBeLessThan(0.005);
  compute.release(mark);
});

test("several labellings in one pass give what each gives alone", async () => {
  const matrix = matrixOf(compute, many);
  const points = { matrix, weights: null };
  const options = { seed: 5, halfWidth: 1 };
  const together = await silhouettes(compute, points, manyLabels, options);
  for (const [l, labeling] of manyLabels.entries()) {
    const [alone] = await silhouettes(compute, points, [labeling], options);
    expect(together[l]!.mean).toBeCloseTo(alone!.mean, 6);
    expect(together[l]!.anchors).toBe(alone!.anchors);
  }
});

test("rows beyond the exact size are judged by a reference sample, and say so", async () => {
  const matrix = matrixOf(compute, many);
  const [k5] = manyLabels.slice(2);
  const drawn = await silhouetteRows(compute, { matrix, weights: null }, k5!, { seed: 1 });
  expect(drawn.reference).toBeGreaterThanOrEqual(2000);
  const mean = drawn.values.reduce((sum, x) => sum + x, 0) / matrix.rows;
  const [estimate] = await silhouettes(compute, { matrix, weights: null }, [k5!], { seed: 1 });
  expect(Math.abs(mean - estimate!.mean)).toBeLessThan(0.02);
  const small = matrixOf(compute, columnsOf("iris"));
  const iris = { k: 3, labels: labelsOf("iris") };
  const exact = await silhouetteRows(compute, { matrix: small, weights: null }, iris, { seed: 1 });
  expect(exact.reference).toBeNull();
  expect(exact.values[0]).toBeCloseTo(reference.sets["iris"]!.silhouettes[0]!, 11);
});

async function digest(engine: Compute): Promise<unknown> {
  const columns = generated(5200, 15, 5, 3);
  const weights = Float64Array.from({ length: 5200 }, (_, i) => (i % 3) + 1);
  const labelings = [2, 3, 5].map((k) => ({ k, labels: Int32Array.from(weights, (_, i) => (i % 5) % k) }));
  const mark = engine.mark();
  const wide = {
    matrix: matrixOf(engine, Array.from({ length: 13 }, () => columns).flat()),
    weights,
  };
  const exact = {
    matrix: matrixOf(
      engine,
      columns.slice(0, 3).map((c) => c.slice(0, 800)),
    ),
    weights: null,
  };
  const small = labelings.map(({ k, labels }) => ({ k, labels: labels.slice(0, 800) }));
  const result = [
    isExact(5200, 195),
    await silhouettes(engine, wide, labelings, { seed: 3, halfWidth: 0.2, anchorsPerSegment: 8 }),
    await silhouettes(engine, exact, small, { seed: 3 }),
  ];
  engine.release(mark);
  return result;
}

test("threads and backend change no bit of a silhouette", async () => {
  const one = openCompute({ threads: 1, backend: "wasm" });
  const four = openCompute({ threads: 4, backend: "wasm" });
  const expected = await digest(plain);
  expect(expected).toHaveProperty([0], false);
  expect(await digest(one)).toEqual(expected);
  expect(await digest(compute)).toEqual(expected);
  expect(await digest(four)).toEqual(expected);
  await four.close();
});
