import { afterAll, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { columnMomentsBlock } from "../../../src/model/kernels/column-moments.ts";
import { columnScanBlock, columnScanFacts } from "../../../src/model/kernels/column-scan.ts";
import { groupSumsBlock } from "../../../src/model/kernels/group-sums.ts";
import { rankScanBlock, rankScanCounts } from "../../../src/model/kernels/rank-scan.ts";
import { scaleColumnBlock } from "../../../src/model/kernels/scale-column.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg } from "../cluster/data.ts";

const engines = [1, 2, 4].map((threads) => openCompute({ threads, backend: "wasm" }));
const plain = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

type Bytes = readonly ArrayLike<number>[];
type Lay = (compute: Compute, rows: number) => { values: Float64Array; weights: Float64Array; groups: Int32Array };

/** Values with gaps, whole numbers, ties and both zeros; weights some of which are 0; groups of which one is none. */
const lay: Lay = (compute, rows) => {
  const values = compute.f64(rows);
  values.set(lcg(rows, 3).map((u, i) => (i % 11 === 4 ? NaN : i % 7 === 2 ? Math.round(9 * u) - 4 : 1e3 * u - 300)));
  const weights = compute.f64(rows);
  weights.set(lcg(rows, 5).map((u) => Math.floor(4 * u) / 3));
  const groups = compute.i32(rows);
  groups.set(lcg(rows, 7).map((u) => Math.floor(4 * u) - 1));
  return { values, weights, groups };
};

const kernels: Readonly<Record<string, (compute: Compute, rows: number, weighted: boolean) => Bytes>> = {
  columnScan(compute, rows) {
    const blocks = Math.ceil(rows / columnScanBlock);
    const out = compute.f64(blocks * columnScanFacts);
    compute.run("columnScan", blocks, [rows, lay(compute, rows).values.byteOffset, out.byteOffset]);
    return [out.slice()];
  },
  columnExtent(compute, rows, weighted) {
    const { values, weights } = lay(compute, rows);
    const blocks = Math.ceil(rows / columnMomentsBlock);
    const out = compute.f64(4 * blocks);
    const weightsAt = weighted ? weights.byteOffset : 0;
    compute.run("columnExtent", blocks, [rows, values.byteOffset, weightsAt, out.byteOffset]);
    return [out.slice()];
  },
  columnPowers(compute, rows, weighted) {
    const { values, weights } = lay(compute, rows);
    const blocks = Math.ceil(rows / columnMomentsBlock);
    const frame = compute.f64(2);
    frame.set([17.3, 2 ** -7]);
    const out = compute.f64(3 * blocks);
    const weightsAt = weighted ? weights.byteOffset : 0;
    compute.run("columnPowers", blocks, [rows, values.byteOffset, weightsAt, frame.byteOffset, out.byteOffset]);
    return [out.slice()];
  },
  scaleColumn(compute, rows) {
    const { values } = lay(compute, rows);
    const frame = compute.f64(3);
    frame.set([0.1, 3, -7]);
    const out = compute.f64(rows);
    const args = [rows, values.byteOffset, frame.byteOffset, out.byteOffset];
    compute.run("scaleColumn", Math.ceil(rows / scaleColumnBlock), args);
    return [out.slice()];
  },
  groupSums(compute, rows, weighted) {
    const { values, weights, groups } = lay(compute, rows);
    const blocks = Math.ceil(rows / groupSumsBlock);
    const out = compute.f64(blocks * 3 * 3);
    const weightsAt = weighted ? weights.byteOffset : 0;
    compute.run("groupSums", blocks, [rows, values.byteOffset, weightsAt, groups.byteOffset, 3, out.byteOffset]);
    return [out.slice()];
  },
  rankScan(compute, rows, merged) {
    const { values, groups } = lay(compute, rows);
    const blocks = Math.ceil(rows / rankScanBlock);
    const brackets = compute.f64(6);
    brackets.set([-2, 3, -Infinity, 200, 2, 2]);
    const counts = compute.i32(blocks * 3 * rankScanCounts);
    const found = compute.f64(blocks * rankScanBlock);
    const owners = compute.i32(blocks * rankScanBlock);
    const inside = compute.i32(blocks);
    const column = [rows, values.byteOffset, groups.byteOffset, merged ? 1 : 0, 3, brackets.byteOffset];
    const out = [counts, found, owners, inside].map(({ byteOffset }) => byteOffset);
    compute.run("rankScan", blocks, [...column, ...out]);
    const kept = Array.from(inside, (count, b) => [b * rankScanBlock, b * rankScanBlock + count] as const);
    return [counts.slice(), inside.slice(), ...[found, owners].flatMap((of) => kept.map(([a, b]) => of.slice(a, b)))];
  },
};

const cases = Object.keys(kernels).flatMap((name) =>
  [1, 2, 3, 7, 8192, 40_003].flatMap((rows) => [false, true].map((other) => ({ name, rows, other }))),
);

test.each(cases)("compiled and TypeScript kernels agree to the bit, on any threads: %o", ({ name, rows, other }) => {
  const expected = kernels[name]!(plain, rows, other);
  for (const engine of engines) expect(kernels[name]!(engine, rows, other)).toEqual(expected);
});
