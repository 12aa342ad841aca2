import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { copheneticCorrelation } from "../../../src/model/cluster/cophenetic.ts";
import {
  fitHierarchical,
  mostOneStage,
  type Cut,
  type HierarchicalOptions,
} from "../../../src/model/cluster/hierarchical.ts";
import {
  cutByCount,
  cutByHeight,
  leafOrder,
  topOfTree,
  type MergeTree,
} from "../../../src/model/cluster/merge-tree.ts";
import { linkages, treeOfPoints, type Linkage } from "../../../src/model/cluster/tree-of-points.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { bumpRows, cloudRows, matrixOf, recordedRows } from "./data.ts";

interface Case {
  readonly name: string;
  readonly linkage: Linkage;
  readonly step: number;
  readonly left?: readonly number[];
  readonly right?: readonly number[];
  readonly sizes?: readonly number[];
  readonly leaves?: readonly number[];
  /** The last merge's first, then every `step`-th before it. */
  readonly heights: readonly number[];
  /** Whether two merges are of equal height. */
  readonly tied: boolean;
  readonly cuts?: Readonly<Record<string, string>>;
  readonly height?: number;
  readonly atHeight?: string;
  readonly cophenetic?: number;
}

const folder = new URL("../../../fixtures/reference/", import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL("hierarchical/reference.json", folder), "utf8")) as {
  cases: readonly Case[];
};
const engines = [
  openCompute({ threads: 1, backend: "wasm" }),
  openCompute({ threads: 2, backend: "wasm" }),
  openCompute({ threads: 4, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
] as const;
afterAll(() => Promise.all(engines.map((engine) => engine.close())));
type Engine = (typeof engines)[number];
type Rows = readonly (readonly number[])[];

function rowsOf(name: string): Rows {
  const [kind, ...rest] = name.split(" ");
  const [rows, columns, digits] = rest.map(Number);
  if (kind === "bumps") return bumpRows(rows!, columns!, 7);
  if (kind === "lattice") return bumpRows(rows!, columns!, 7).map((row) => row.map((x) => Math.floor(x * digits!)));
  if (kind === "offset") return bumpRows(rows!, columns!, 7).map((row) => row.map((x) => x + 1e6));
  if (kind === "far") return bumpRows(rows!, columns!, 7).map((row, i) => (i === rows! - 1 ? row.map(() => 1e9) : row));
  return recordedRows(name);
}

interface Grown {
  readonly tree: MergeTree;
  readonly cophenetic: number | null;
  readonly sample: number | null;
}

async function grow(
  rows: Rows,
  linkage: Linkage,
  {
    engine = engines[0],
    weights = null,
    most = 20_000,
  }: { engine?: Engine; weights?: readonly number[] | null; most?: number } = {},
): Promise<Grown> {
  const mark = engine.mark();
  const points = { matrix: matrixOf(engine, rows), weights: weights === null ? null : Float64Array.from(weights) };
  const { tree } = await treeOfPoints(engine, points, linkage);
  const { correlation, sample } = await copheneticCorrelation(engine, points, tree, { seed: 1, most });
  engine.release(mark);
  return { tree, cophenetic: correlation, sample };
}

async function fit(
  rows: Rows,
  options: Partial<HierarchicalOptions & { readonly cut: Cut }>,
  engine: Engine = engines[1],
  weights: readonly number[] | null = null,
) {
  const mark = engine.mark();
  const points = { matrix: matrixOf(engine, rows), weights: weights === null ? null : Float64Array.from(weights) };
  const defaults = { linkage: "ward", cut: { k: 3 }, stages: "auto", microClusters: 200, seed: 1 } as const;
  const found = await fitHierarchical(engine, points, { ...defaults, ...options });
  const plain = { ...found, labels: [...found.labels] };
  engine.release(mark);
  return plain;
}

const text = (labels: Int32Array): string => labels.join("");

describe.each(cases)("SciPy's $linkage tree of $name", (expected) => {
  test("heights, merges, cuts, leaf order and cophenetic correlation", async () => {
    const { tree, cophenetic } = await grow(rowsOf(expected.name), expected.linkage, { engine: engines[1] });
    const heights = tree.heights.toReversed().filter((_, i) => i % expected.step === 0);
    expect(heights.length).toBe(expected.heights.length);
    heights.forEach((height, i) => {
      expect(Math.abs(height - expected.heights[i]!)).toBeLessThanOrEqual(1e-9 * expected.heights[i]!);
    });
    if (expected.cophenetic !== undefined) expect(cophenetic).toBeCloseTo(expected.cophenetic, 9);
    if (expected.tied) return;
    if (expected.left !== undefined) {
      expect([...tree.left]).toEqual(expected.left);
      expect([...tree.right]).toEqual(expected.right);
      expect([...tree.sizes]).toEqual(expected.sizes);
      expect([...leafOrder(tree)]).toEqual(expected.leaves);
    }
    for (const [k, labels] of Object.entries(expected.cuts!)) expect(text(cutByCount(tree, Number(k)))).toBe(labels);
    expect(text(cutByHeight(tree, (1 + 1e-12) * expected.height!))).toBe(expected.atHeight);
  });
});

describe.each(linkages)("%s linkage", (linkage) => {
  test("the same bits on any number of threads and on plain kernels", async () => {
    const rows = bumpRows(linkage === "single" ? 2600 : 900, 5, 3);
    const first = await grow(rows, linkage, { most: 303 });
    expect(first.sample).toBe(303);
    for (const engine of engines.slice(1)) expect(await grow(rows, linkage, { engine, most: 303 })).toEqual(first);
    const all = await grow(rows, linkage);
    expect(all.sample).toBe(null);
    expect(first.cophenetic! - all.cophenetic!).toBeCloseTo(0, 1);
  });

  test("weights are repeated rows, and rows of weight 0 are no leaves", async () => {
    const rows = cloudRows(60, 2, 9);
    const weights = rows.map((_, i) => i % 4);
    const repeated = rows.flatMap((row, i) => Array.from({ length: weights[i]! }, () => row));
    const weighted = await grow(rows, linkage, { weights });
    const plain = await grow(repeated, linkage);
    expect(weighted.tree.leaves).toBe(45);
    expect(plain.tree.heights.subarray(0, 45)).toEqual(new Float64Array(45));
    const heights = plain.tree.heights.subarray(45);
    weighted.tree.heights.forEach((height, i) => expect(height / heights[i]!).toBeCloseTo(1, 12));
    expect(weighted.tree.sizes).toEqual(plain.tree.sizes.subarray(45));
    expect(weighted.cophenetic).toBeCloseTo(plain.cophenetic!, 12);
  });

  test("one row, two rows, equal rows, a constant column and a far row", async () => {
    const one = await grow([[3, 4]], linkage);
    expect([one.tree.leaves, one.tree.heights.length, one.cophenetic]).toEqual([1, 0, null]);
    const two = await grow(
      [
        [0, 0],
        [3, 4],
      ],
      linkage,
    );
    expect([...two.tree.heights]).toEqual([5]);
    const equal = await grow(
      Array.from({ length: 5 }, () => [7]),
      linkage,
    );
    expect([...equal.tree.heights]).toEqual([0, 0, 0, 0]);
    expect([...equal.tree.sizes]).toEqual([2, 3, 4, 5]);
    expect(equal.cophenetic).toBe(null);
    const far = await fit(
      [
        [0, 1],
        [1, 1],
        [3, 1],
        [1e9, 1],
        [0, 1],
      ],
      { linkage, cut: { k: 2 } },
    );
    expect(far.labels).toEqual([0, 0, 0, 1, 0]);
    expect([...far.centres]).toEqual([1, 1, 1e9, 1]);
    expect(far.inertia).toBeCloseTo(6, 12);
  });
});

test("of equal distances the previous cluster of the chain is taken, then the lowest number", async () => {
  // 0 – 1 and 1 – 2 are as near; 0 begins, finds 1, and 1 goes back to it: at 1 the two, then 2 at the distance of its linkage.
  const rows = [[0], [1], [2], [10]];
  const complete = await grow(rows, "complete");
  expect([[...complete.tree.left], [...complete.tree.right]]).toEqual([
    [0, 2, 3],
    [1, 4, 5],
  ]);
  expect([...complete.tree.heights]).toEqual([1, 2, 10]);
  const average = await grow(rows, "average");
  expect([...average.tree.heights]).toEqual([1, 1.5, 9]);
  const ward = await grow(rows, "ward");
  // √(2·2·1/3)·1.5 and √(2·3·1/4)·9.
  expect(ward.tree.heights[1]).toBeCloseTo(Math.sqrt(3), 14);
  expect(ward.tree.heights[2]).toBeCloseTo(Math.sqrt(1.5) * 9, 14);
});

test("a cut by height keeps what is merged up to it, and the top of the tree is above a cut", async () => {
  const { tree } = await grow([[0], [1], [5], [7], [20]], "single");
  expect([...tree.heights]).toEqual([1, 2, 4, 13]);
  expect(text(cutByHeight(tree, 1.9))).toBe("00123");
  expect(text(cutByHeight(tree, 2))).toBe("00112");
  expect(text(cutByHeight(tree, 0))).toBe("01234");
  expect(text(cutByHeight(tree, 99))).toBe("00000");
  expect(topOfTree(tree, 3, null)).toEqual({
    kind: "split",
    height: 13,
    size: 5,
    parts: [
      { kind: "cluster", height: 0, size: 1, label: 2 },
      {
        kind: "split",
        height: 4,
        size: 4,
        parts: [
          { kind: "cluster", height: 1, size: 2, label: 0 },
          { kind: "cluster", height: 2, size: 2, label: 1 },
        ],
      },
    ],
  });
});

test("segments by height, and a row of weight 0 in the segment of the nearest mean", async () => {
  const rows = [[0], [1], [5], [7], [20], [19]];
  const found = await fit(rows, { linkage: "complete", cut: { height: 2 } }, engines[1], [1, 3, 1, 1, 1, 0]);
  expect(found.k).toBe(3);
  expect(found.labels).toEqual([0, 0, 1, 1, 2, 2]);
  expect([...found.centres]).toEqual([0.75, 6, 20]);
  expect(found.inertia).toBeCloseTo(0.75 + 2, 12);
});

test("two stages: micro-clusters of the rows, then the hierarchy over them", async () => {
  const rows = bumpRows(6000, 2, 5);
  for (const linkage of linkages) {
    const found = await fit(rows, { linkage, cut: { k: 4 }, stages: "two", microClusters: 200 });
    expect(found.micro!.count).toBeGreaterThan(100);
    expect(found.micro!.count).toBeLessThanOrEqual(200);
    expect(found.tree.tree.leaves).toBe(found.micro!.count);
    expect(found.tree.tree.sizes.at(-1)).toBe(6000);
    expect(found.labels).toEqual(rows.map((_, i) => i % 4));
    for (const engine of engines.slice(2)) {
      expect(await fit(rows, { linkage, cut: { k: 4 }, stages: "two", microClusters: 200 }, engine)).toEqual(found);
    }
  }
});

test("with as many micro-clusters as rows, two stages are one", async () => {
  const rows = cloudRows(40, 2, 3);
  const one = await fit(rows, { cut: { k: 5 }, stages: "one" });
  const two = await fit(rows, { cut: { k: 5 }, stages: "two", microClusters: 1000 });
  expect(two.micro!.count).toBe(40);
  expect(two.labels).toEqual(one.labels);
});

test("more segments than distinct rows, no row of positive weight, and more rows than the distances of all pairs are held for", async () => {
  await expect(fit([[1], [1], [2]], { cut: { k: 3 } })).rejects.toMatchObject({
    code: "too-many-segments",
    message: "3 segments asked for, but only 2 distinct rows",
  });
  await expect(fit([[1], [2]], { cut: { k: 1 } }, engines[1], [0, 0])).rejects.toMatchObject({ code: "no-rows" });
  const many = cloudRows(20_001, 1, 3);
  const cut = { k: 2 };
  await expect(fit(many, { linkage: "average", cut, stages: "one" })).rejects.toMatchObject({
    code: "too-many-rows",
    message: "average linkage holds the distances of all pairs, for at most 20000 distinct rows; these are 20001",
  });
  const found = await fit(many, { linkage: "average", cut, microClusters: 100 });
  expect(found.micro!.count).toBeLessThanOrEqual(100);
});

test("one stage for as many rows as take about the same time", () => {
  expect(linkages.map((linkage) => mostOneStage(linkage, 10))).toEqual([100_000, 20_000, 20_000, 100_000]);
  expect(mostOneStage("ward", 200)).toBe(Math.floor(100_000 / Math.sqrt(12.5)));
});
