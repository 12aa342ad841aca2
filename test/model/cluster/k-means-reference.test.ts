import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { assign } from "../../../src/model/cluster/assign.ts";
import { kMeans } from "../../../src/model/cluster/k-means.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { bumpRows, cloudRows, matrixOf } from "./data.ts";

interface Generated {
  readonly kind: "cloud" | "bumps";
  readonly rows: number;
  readonly columns: number;
  readonly seed: number;
  readonly offset: number;
}

interface Case {
  readonly name: string;
  readonly data: { readonly file: string } | Generated;
  readonly k: number;
  readonly maxIter: number;
  readonly tol: number;
  readonly init: readonly number[];
  readonly weights: readonly number[] | null;
  readonly inertia: number;
  readonly iterations: number;
  readonly centres: readonly number[];
  readonly labels: string;
}

const folder = new URL("../../../fixtures/reference/k-means/", import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL("reference.json", folder), "utf8")) as { cases: readonly Case[] };
const computes: Compute[] = [
  openCompute({ threads: 2, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
];
afterAll(() => Promise.all(computes.map((compute) => compute.close())));

function rowsOf(data: Case["data"]): number[][] {
  if ("file" in data) {
    const lines = readFileSync(new URL(data.file, folder), "utf8").trim().split("\n");
    return lines.map((line) => line.split(",").map(Number));
  }
  const rows = (data.kind === "cloud" ? cloudRows : bumpRows)(data.rows, data.columns, data.seed);
  return rows.map((row) => row.map((x) => x + data.offset));
}

describe.each(cases)("scikit-learn's answer from the same centres: $name", (expected) => {
  test.each(computes)("$backend", async (compute) => {
    const mark = compute.mark();
    const matrix = matrixOf(compute, rowsOf(expected.data));
    const weights = expected.weights === null ? null : Float64Array.from(expected.weights);
    const { k, maxIter, tol } = expected;
    const init = Float64Array.from(expected.init);
    const fit = await kMeans(compute, { matrix, weights }, { k, starts: 1, maxIter, tol, seed: 1, init });
    expect(String.fromCodePoint(...fit.labels.map((label) => 48 + label)) === expected.labels).toBe(true);
    expect(Math.abs(fit.inertia / expected.inertia - 1)).toBeLessThan(1e-9);
    expect(fit.iterations).toBe(expected.iterations);
    expected.centres.forEach((x, n) => expect(Math.abs(fit.centres[n]! - x)).toBeLessThan(1e-8 * (1 + Math.abs(x))));
    expect(assign(compute, matrix, fit.centres, k)).toEqual(fit.labels);
    compute.release(mark);
  });
});
