import { usualParameters } from "../../../src/model/cluster/refit.ts";
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { refitAgreement } from "../../../src/model/metrics/refit-agreement.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { cloudRows, matrixOf, recordedRows } from "../cluster/data.ts";

const by = { method: "k-means", parameters: usualParameters, starts: null } as const;

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
  const found = await refitAgreement(compute, matrix, { k: 3, labels }, { seed: 1, by });
  expect(found.ks).toEqual([2, 4].map((k) => ({ k, ari: expect.closeTo(refits.k[k]!, 12) })));
  expect(found.columns).toEqual(refits.without.map((ari, j) => ({ column: `c${j}`, ari: expect.closeTo(ari, 12) })));
});

test("segments far apart are found whatever the rows and the seed; arbitrary halves of one cloud are not", async () => {
  const rows = cloudRows(300, 2, 8).map(([x, y], i) => [x! + 10 * (i % 3), y! + (i % 3 === 1 ? 10 : 0)]);
  const labels = Int32Array.from(rows, (_, i) => i % 3);
  const apart = await refitAgreement(compute, matrixOf(compute, rows), { k: 3, labels }, { seed: 1, by });
  expect(apart).toMatchObject({
    splitHalf: { mean: 1, least: 1, fits: 10 },
    folds: { mean: 1, least: 1, fits: 5 },
    seeds: { mean: 1, least: 1, fits: 10 },
  });
  const cloud = matrixOf(compute, cloudRows(300, 2, 3));
  const odd = Int32Array.from({ length: 300 }, (_, i) => i % 2);
  const { folds, seeds } = await refitAgreement(compute, cloud, { k: 2, labels: odd }, { seed: 1, by });
  expect(Math.abs(folds.mean)).toBeLessThan(0.05);
  expect(Math.abs(seeds.mean)).toBeLessThan(0.05);
});

test("what has too few distinct rows for a fit is left out, and one column has none to leave out", async () => {
  const labels = Int32Array.of(0, 0, 1, 1);
  const found = await refitAgreement(
    compute,
    matrixOf(compute, [[1], [1], [2], [2]]),
    { k: 2, labels },
    { seed: 1, by },
  );
  expect(found).toMatchObject({ ks: [], columns: [], seeds: { mean: 1, least: 1, fits: 10 } });
});
