import { usualOptions } from "../../../src/model/cluster/refit.ts";
import { afterAll, describe, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { assign } from "../../../src/model/cluster/assign.ts";
import { assignByRule } from "../../../src/model/cluster/assignment-rule.ts";
import {
  type Clustering,
  type MethodName,
  type MethodOptions,
  methodNames,
} from "../../../src/model/cluster/clustering.ts";
import { methods } from "../../../src/model/cluster/methods/index.ts";
import { createRandom } from "../../../src/model/random.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { matrixOf } from "./data.ts";

const computes: readonly Compute[] = [
  openCompute({ threads: 1, backend: "wasm" }),
  openCompute({ threads: 2, backend: "wasm" }),
  openCompute({ threads: 4, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
];
afterAll(() => Promise.all(computes.map((compute) => compute.close())));

const options: MethodOptions = { ...usualOptions, seed: 7, covariance: "diagonal", minSamples: 4, minClusterSize: 5 };

type Rows = readonly (readonly number[])[];

/** Clouds about corners of a grid, a fixed draw for each coordinate. */
function clouds(count: number, columns: number, spread: number): Rows {
  const random = createRandom(11, "clouds");
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: columns }, (_, j) => 10 * ((i % 3) * (j + 1)) + spread * random.normal(i * columns + j)),
  );
}

const tables: readonly {
  readonly name: string;
  readonly rows: Rows;
  readonly k: number;
  /** Methods that find no segment there. */
  readonly nothing?: readonly MethodName[];
}[] = [
  { name: "three clouds", rows: clouds(90, 2, 1), k: 3 },
  { name: "one column", rows: clouds(60, 1, 1), k: 3 },
  { name: "200 columns", rows: clouds(60, 200, 1), k: 3 },
  { name: "every row eight times", rows: Array.from({ length: 8 }, () => clouds(24, 3, 1)).flat(), k: 3 },
  {
    name: "a lattice",
    rows: Array.from({ length: 64 }, (_, i) => [i % 8, Math.floor(i / 8)]),
    k: 4,
    nothing: ["hdbscan"],
  },
  { name: "a constant column", rows: clouds(60, 2, 1).map((row) => [...row, 5]), k: 3 },
  { name: "far outliers", rows: [...clouds(60, 2, 1), [1e9, 1e9], [-1e9, 1e9]], k: 3 },
  { name: "far from 0", rows: clouds(60, 2, 1).map((row) => row.map((x) => x + 1e8)), k: 3 },
];

/** What the test keeps of a clustering: its arrays live in a memory that the next fit takes. */
function kept(result: Clustering) {
  const { k, labels, centres, inertia, iterations, probabilities, outlierScores } = result;
  const plain = (values: ArrayLike<number> | undefined): number[] => Array.from(values ?? []);
  return {
    k,
    inertia,
    iterations,
    labels: plain(labels),
    centres: plain(centres),
    probabilities: plain(probabilities),
    outlierScores: plain(outlierScores),
  };
}

describe.each(methodNames)("%s", (name) => {
  const method = methods[name];

  test.each(tables)(
    "on $name: segments that are owned, about their centres, with the inertia told",
    async ({ rows, k, nothing }) => {
      const found: unknown[] = [];
      for (const compute of computes) {
        const mark = compute.mark();
        const matrix = matrixOf(compute, rows);
        const fit = method.fit(compute, { matrix, weights: null }, [k], options);
        if (nothing?.includes(name) === true) {
          await expect(fit).rejects.toMatchObject({ code: "no-segments" });
          continue;
        }
        const [result] = await fit;
        const { labels, centres, inertia, probabilities, outlierScores } = result!;
        const sizes = new Map<number, number>();
        for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
        expect([...sizes.keys()].filter((label) => label < -1 || label >= result!.k)).toEqual([]);
        expect(sizes.size - (sizes.has(-1) ? 1 : 0)).toBe(result!.k);
        if (method.k === "asked") expect([result!.k, sizes.has(-1)]).toEqual([k, false]);
        const d = rows[0]!.length;
        const means = Array.from({ length: result!.k }, (_, c) =>
          Array.from({ length: d }, (_, j) => {
            const own = rows.filter((_, i) => labels[i] === c);
            return own.reduce((sum, row) => sum + row[j]! / own.length, 0);
          }),
        );
        const about =
          name === "k-medoids" ? means.map((_, c) => Array.from(centres.subarray(c * d, (c + 1) * d))) : means;
        const scale = Math.max(...rows.flat().map(Math.abs), 1);
        about.forEach((mean, c) =>
          mean.forEach((x, j) => expect(Math.abs(centres[c * d + j]! - x) / scale).toBeLessThan(1e-9)),
        );
        const total = rows.reduce((sum, row, i) => {
          if (labels[i]! < 0) return sum;
          const square = row.reduce((add, x, j) => add + (x - about[labels[i]!]![j]!) ** 2, 0);
          return sum + (name === "k-medoids" ? Math.sqrt(square) : square);
        }, 0);
        expect(Math.abs(inertia - total)).toBeLessThanOrEqual(1e-9 * total + 1e-12 * scale ** 2);
        for (const figures of [probabilities, outlierScores]) {
          expect(Array.from(figures ?? []).filter((x) => !(x >= 0 && x <= 1))).toEqual([]);
        }
        found.push(kept(result!));
        compute.release(mark);
      }
      for (const other of found.slice(1)) expect(other).toEqual(found[0]);
    },
  );

  test("other rows get the segment of the fit where they are its rows", async () => {
    const [compute] = computes;
    const mark = compute!.mark();
    const matrix = matrixOf(compute!, tables[0]!.rows);
    const [result] = await method.fit(compute!, { matrix, weights: null }, [3], options);
    const rule = await result!.rule?.();
    const again =
      rule === undefined
        ? assign(compute!, matrix, result!.centres, result!.k)
        : (await assignByRule(compute!, matrix, rule)).labels;
    expect(Array.from(again)).toEqual(Array.from(result!.labels));
    compute!.release(mark);
  });

  test("more segments than distinct rows are refused, and rows that all coincide", async () => {
    const [compute] = computes;
    const mark = compute!.mark();
    const few = matrixOf(compute!, [
      [1, 2],
      [3, 4],
    ]);
    const fit = method.fit(compute!, { matrix: few, weights: null }, [3], options);
    if (method.k === "asked") await expect(fit).rejects.toMatchObject({ code: "too-many-segments" });
    else
      await expect(fit).rejects.toMatchObject({
        code: expect.stringMatching(/^(too-many-segments|no-segments|all-rows-equal)$/),
      });
    compute!.release(mark);
  });
});

test("k-means and mixtures make more starts where they cost little, as many as asked for, and few as one of many fits", async () => {
  const [compute] = computes;
  const mark = compute!.mark();
  const usual = { ...usualOptions, seed: 7 };
  const startsOf = async (name: "k-means" | "gmm", rows: Rows, given: Partial<MethodOptions>) => {
    const matrix = matrixOf(compute!, rows);
    const [result] = await methods[name].fit(compute!, { matrix, weights: null }, [3], { ...usual, ...given });
    return result!.starts;
  };
  const [small, wide] = [clouds(300, 2, 1), clouds(300, 200, 1)];
  expect([await startsOf("k-means", small, {}), await startsOf("k-means", wide, {})]).toEqual([100, 10]);
  expect(await startsOf("gmm", small, {})).toBe(60);
  for (const name of ["k-means", "gmm"] as const) {
    expect(await startsOf(name, small, { mostStarts: 10 })).toBe(10);
    expect(await startsOf(name, small, { starts: 3 })).toBe(3);
  }
  compute!.release(mark);
});
