import { usualRefit } from "../../../src/model/cluster/refit.ts";
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { bootstrapStability } from "../../../src/model/metrics/bootstrap-stability.ts";
import { refitAgreement } from "../../../src/model/metrics/refit-agreement.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { cloudRows, matrixOf, recordedRows } from "../cluster/data.ts";

const by = { ...usualRefit, method: "k-means" } as const;

const compute = openCompute({ threads: 2, backend: "wasm" });
afterAll(() => compute.close());

const folder = new URL("../../../fixtures/reference/", import.meta.url);
const { refits } = JSON.parse(readFileSync(new URL("agreement/reference.json", folder), "utf8")) as {
  refits: { labels: number[]; k: Readonly<Record<string, number>>; without: readonly number[] };
};

test("other numbers of segments and left out columns agree with scikit-learn's segments of iris as its own fits do", async () => {
  const matrix = matrixOf(compute, recordedRows("iris"));
  const labels = Int32Array.from(refits.labels);
  // A seed whose ten starts reach the least inertia, which scikit-learn found in fifty.
  const found = await refitAgreement(compute, { matrix, categories: null }, { k: 3, labels }, { seed: 1, by });
  expect(found.ks).toEqual([2, 4].map((k) => ({ k, ari: expect.closeTo(refits.k[k]!, 12) })));
  expect(found.columns).toEqual(refits.without.map((ari, j) => ({ column: `c${j}`, ari: expect.closeTo(ari, 12) })));
});

test("segments far apart are found whatever the rows and the seed; arbitrary halves of one cloud are not", async () => {
  const rows = cloudRows(300, 2, 8).map(([x, y], i) => [x! + 10 * (i % 3), y! + (i % 3 === 1 ? 10 : 0)]);
  const labels = Int32Array.from(rows, (_, i) => i % 3);
  const apart = await refitAgreement(
    compute,
    { matrix: matrixOf(compute, rows), categories: null },
    { k: 3, labels },
    { seed: 1, by },
  );
  expect(apart).toMatchObject({
    splitHalf: { mean: 1, least: 1, fits: 10 },
    folds: { mean: 1, least: 1, fits: 5 },
    seeds: { mean: 1, least: 1, fits: 10 },
  });
  const cloud = matrixOf(compute, cloudRows(300, 2, 3));
  const odd = Int32Array.from({ length: 300 }, (_, i) => i % 2);
  const { folds, seeds } = await refitAgreement(
    compute,
    { matrix: cloud, categories: null },
    { k: 2, labels: odd },
    { seed: 1, by },
  );
  expect(Math.abs(folds.mean)).toBeLessThan(0.05);
  expect(Math.abs(seeds.mean)).toBeLessThan(0.05);
});

test("what has too few distinct rows for a fit is left out, and one column has none to leave out", async () => {
  const labels = Int32Array.of(0, 0, 1, 1);
  const found = await refitAgreement(
    compute,
    { matrix: matrixOf(compute, [[1], [1], [2], [2]]), categories: null },
    { k: 2, labels },
    { seed: 1, by },
  );
  expect(found).toMatchObject({ ks: [], columns: [], seeds: { mean: 1, least: 1, fits: 10 } });
});

test.each([
  ["k-prototypes", "euclidean"],
  ["k-medoids", "gower"],
] as const)("segments of words alone are found anew by %s, and not without the words", async (method, distance) => {
  const rows = 240;
  const labels = Int32Array.from({ length: rows }, (_, i) => i % 3);
  const matrix = matrixOf(compute, cloudRows(rows, 1, 5));
  const codes = compute.i32(3 * rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < 3; j++) codes[j * rows + i] = i % 3;
  const categories = { rows, columns: ["plan", "shop", "country"], codes, sizes: [3, 3, 3] };
  const refit = { ...usualRefit, method, distance, gamma: 2 };
  const table = { matrix, categories };
  const found = await refitAgreement(compute, table, { k: 3, labels }, { seed: 1, by: refit });
  expect(found).toMatchObject({ splitHalf: { mean: 1 }, folds: { mean: 1 }, seeds: { mean: 1 } });
  expect(found.columns).toEqual(["c0", "plan", "shop", "country"].map((column) => ({ column, ari: 1 })));
  const options = { draws: 10, seed: 1, by: refit };
  const stable = await bootstrapStability(compute, table, { k: 3, labels }, options);
  expect(stable).toEqual(Array.from({ length: 3 }, () => ({ jaccard: 1, dissolved: 0, recovered: 10 })));
  const plain = { matrix, categories: null };
  const unstable = await bootstrapStability(compute, plain, { k: 3, labels }, { ...options, by });
  expect(Math.max(...unstable.map(({ jaccard }) => jaccard))).toBeLessThan(0.5);
});
