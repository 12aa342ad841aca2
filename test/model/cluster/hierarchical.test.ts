import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { copheneticCorrelation } from "../../../src/model/cluster/cophenetic.ts";
import { fitHierarchical, type HierarchicalOptions } from "../../../src/model/cluster/hierarchical.ts";
import { cutByCount, cutByHeight, leafOrder, topOfTree, type MergeTree } from "../../../src/model/cluster/merge-tree.ts";
import { linkages, treeOfPoints, type Linkage } from "../../../src/model/cluster/tree-of-points.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { bumpRows, cloudRows, matrixOf } from "./data.ts";

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
  readonly cuts: Readonly<Record<string, string>>;
  readonly height: number;
  readonly atHeight: string;
  readonly cophenetic: number;
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
  const lines = readFileSync(new URL(`k-means/${name}.csv`, folder), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => line.split(",").map(Number));
}

interface Grown {
  readonly tree: MergeTree;
  readonly cophenetic: number | null;
  readonly sample: number | null;
}

async function grow(
  rows: Rows,
  linkage: Linkage,
  { engine = engines[0], weights = null, most = 20_000 }: { engine?: Engine; weights?: readonly number[] | null; most?: number } = {},
): Promise<Grown> {
  const mark = engine.mark();
  const points = { matrix: matrixOf(engine, rows), weights: weights === null ? null : Float64Array.from(weights) };
  const { tree } = await treeOfPoints(engine, points, linkage);
  const { correlation, sample } = copheneticCorrelation(engine, points, tree, { seed: 1, most });
  engine.release(mark);
  return { tree, cophenetic: correlation, sample };
}

async function fit(rows: Rows, options: Partial<HierarchicalOptions>, engine: Engine = engines[1], weights: readonly number[] | null = null) {
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
    expect(cophenetic).toBeCloseTo(expected.cophenetic, 9);
    if (expected.tied) return;
    if (expected.left !== undefined) {
      expect([...tree.left]).toEqual(expected.left);
      expect([...tree.right]).toEqual(expected.right);
      expect([...tree.sizes]).toEqual(expected.sizes);
      expect([...leafOrder(tree)]).toEqual(expected.leaves);
    }
    for (const [k, labels] of Object.entries(expected.cuts)) expect(text(cutByCount(tree, Number(k)))).toBe(labels);
    expect(text(cutByHeight(tree, (1 + 1e-12) * expected.height))).toBe(expected.atHeight);
  });
});
