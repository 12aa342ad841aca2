import { expect, test } from "vitest";
import { centreFacts, nearestBisector } from "../../../src/model/explain/centre-facts.ts";
import { firstChanges } from "../../../src/model/explain/first-change.ts";
import { assignToMixture } from "../../../src/model/cluster/assign-mixture.ts";
import { gaussianMixture, mixtureDefaults } from "../../../src/model/cluster/gaussian-mixture.ts";
import { covarianceTypes } from "../../../src/model/cluster/mixture-model.ts";
import { mixtureFacts } from "../../../src/model/explain/mixture-facts.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg, matrixOf, recordedRows } from "../cluster/data.ts";

test("what columns add to the squared distances, by hand", () => {
  const centres = Float64Array.of(1, 1, 12, 1, 1, 30);
  const facts = centreFacts(Float64Array.of(0, 0), centres, 0);
  expect(facts.distances).toEqual([Math.SQRT2, Math.hypot(12, 1), Math.hypot(1, 30)]);
  expect(facts.second).toBe(1);
  expect(facts.contributions).toEqual([144 - 1, 0]);
  expect(centreFacts(Float64Array.of(0, 0), centres, -1)).toMatchObject({ second: 0, contributions: null });
  expect(centreFacts(Float64Array.of(0, 0), centres.subarray(0, 2), 0)).toMatchObject({
    second: -1,
    contributions: null,
  });
});

test("the nearest plane between centres: as near to both there, and no place beyond it is nearer", () => {
  const draws = lcg(4000, 3);
  let at = 0;
  const draw = (): number => draws[at++]! * 10;
  for (let trial = 0; trial < 20; trial++) {
    const centres = Float64Array.from({ length: 5 * 3 }, draw);
    const point = Float64Array.from({ length: 3 }, draw);
    const to = (c: number, x: ArrayLike<number>): number =>
      Math.hypot(...[0, 1, 2].map((j) => x[j]! - centres[3 * c + j]!));
    const nearest = [0, 1, 2, 3, 4].reduce((best, c) => (to(c, point) < to(best, point) ? c : best));
    const move = nearestBisector(point, centres, nearest)!;
    expect(to(nearest, move.point)).toBeCloseTo(to(move.to, move.point), 10);
    expect(Math.hypot(...move.point.map((x, j) => x - point[j]!))).toBeCloseTo(move.distance, 10);
    for (let step = 0; step < 50; step++) {
      const direction = Float64Array.from({ length: 3 }, () => draw() - 5);
      const scale = (0.999 * move.distance) / Math.hypot(...direction);
      const near = point.map((x, j) => x + scale * direction[j]!);
      for (let c = 0; c < 5; c++) expect(to(nearest, near)).toBeLessThanOrEqual(to(c, near));
    }
    const other = (nearest + 1) % 5;
    expect(nearestBisector(point, centres, other)).toBeNull();
  }
});

test("the first change on a way is found to the last bits, also where the segment comes again", async () => {
  let calls = 0;
  const rings = async (points: readonly Float64Array[]): Promise<Int32Array> => {
    calls++;
    return Int32Array.from(points, ([x]) => (x! < 1 / 3 ? 0 : x! < 0.5 ? 1 : x! < 0.9 ? 0 : 2));
  };
  const found = await firstChanges(
    [(t) => Float64Array.of(t), (t) => Float64Array.of(-t), (t) => Float64Array.of(0.5 + t)],
    0,
    rings,
  );
  expect(found[0]).toEqual({ t: 1 / 3, label: 1 });
  expect(found[1]).toBeNull();
  expect(found[2]!.label).toBe(2);
  expect(found[2]!.t).toBeCloseTo(0.4, 14);
  expect(calls).toBeLessThanOrEqual(14);
});

test.each(covarianceTypes)(
  "%s covariances: probabilities of the fit, and log odds by column that add up",
  async (type) => {
    const compute = openCompute({ threads: 1, backend: "typescript" });
    try {
      const matrix = matrixOf(
        compute,
        recordedRows("wine").map((row) => [row[0]!, row[6]! * 3, row[9]!]),
      );
      const points = { matrix, weights: null };
      const how = { ...mixtureDefaults, k: 3, covarianceType: type, seed: 1, init: null };
      const model = await gaussianMixture(compute, points, how);
      const { labels, probabilities } = assignToMixture(compute, matrix, model);
      for (let i = 0; i < matrix.rows; i += 7) {
        const point = Float64Array.from([0, 1, 2], (j) => matrix.values[j * matrix.rows + i]!);
        const facts = mixtureFacts(point, model, labels[i]!);
        expect(facts.probabilities[labels[i]!]).toBeCloseTo(probabilities[i]!, 9);
        expect(facts.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
        const next = facts.probabilities[facts.second]!;
        if (next < 1e-200) continue;
        const odds = Math.log(facts.probabilities[labels[i]!]! / next);
        expect(facts.contributions!.reduce((sum, x) => sum + x, facts.prior!) / odds).toBeCloseTo(1, 6);
      }
    } finally {
      await compute.close();
    }
  },
);
