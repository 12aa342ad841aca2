import { expect, test } from "vitest";
import type { Table } from "../../../src/core/context.ts";
import { assign } from "../../../src/model/cluster/assign.ts";
import { usualOptions, usualParameters } from "../../../src/model/cluster/refit.ts";
import { sql } from "../../../src/sql/template.ts";
import { fitTable, type FittedTable } from "../../../src/steps/cluster/fit-table.ts";
import type { FitOptions } from "../../../src/steps/cluster/fit.ts";
import { writtenBySql } from "../../../src/steps/cluster/in-engine/count-assigned.ts";
import { mostFitRows } from "../../../src/steps/cluster/in-engine/fit-rows.ts";
import { applyFeatures } from "../../../src/steps/cluster/prepare.ts";
import { sampleRows } from "../../../src/steps/cluster/in-engine/sample-rows.ts";
import type { ClusterModel } from "../../../src/steps/cluster/model.ts";
import { readNumbers } from "../../../src/steps/cluster/read-numbers.ts";
import type { Extra } from "../../../src/steps/cluster/settings.ts";
import { outputQueries } from "../../../src/steps/reading/values.ts";
import { bumpRows } from "../../model/cluster/data.ts";
import { asItIs, eighths, tableOf, withBoth } from "./in-engine/with-points.ts";

const both = withBoth();

const options: FitOptions = {
  ...usualOptions,
  method: "k-medoids",
  k: { asked: "one", candidates: [4] },
  seed: 42,
  judged: true,
};

/** Rows of three columns, of which every 50th lacks a value, and a column of weights. */
function rowsWithGaps(): number[][] {
  const weights = eighths(6000, 31);
  return bumpRows(6000, 3, 30).map((row, i) => [
    ...row.map((x, j) => (i % 50 === 7 && j === 1 ? Number.NaN : x)),
    weights[i]!,
  ]);
}

/** A fit as where rows stay: `most` of them are here. */
async function fitOf(
  most: number,
  weights: string | null,
  given: Partial<FitOptions> = {},
  extras: readonly Extra[] = [],
) {
  const { engine, compute } = both();
  const rows = rowsWithGaps();
  const table = await tableOf(engine, rows);
  const here = await sampleRows(engine, table, most, 42);
  const names = ["v_1", "v_2", "v_3"];
  const features = names.map((name) => asItIs(name));
  const numbers = await readNumbers(engine, compute, here, [...names, "v_4"]);
  const prepared = applyFeatures(
    compute,
    features,
    names.map((name) => numbers.get(name)!),
    here.rows,
  );
  const kept = prepared.kept ?? Int32Array.from(prepared.matrix.values.subarray(0, prepared.matrix.rows).keys());
  const own: FittedTable = {
    table,
    features,
    categories: [],
    embedding: null,
    weights,
    rows: prepared,
    space: prepared,
    rowWeights: weights === null ? null : Float64Array.from(kept, (row) => numbers.get("v_4")![row]!),
    isSample: here !== table,
    miniBatch: false,
    isKept: false,
    name: "segment",
    extras,
  };
  const found = await fitTable({ engine: { ...engine, rowsStay: true }, compute }, own, { ...options, ...given });
  return { rows, table, features, here, found };
}

/** Sums of weights of the rows without a gap by nearest centre. */
function sizesOf(rows: readonly (readonly number[])[], centres: Float64Array, isWeighted: boolean): number[] {
  const { compute } = both();
  const whole = rows.filter((row) => !row.some(Number.isNaN));
  const values = compute.f64(3 * whole.length);
  whole.forEach((row, i) => [0, 1, 2].forEach((j) => (values[j * whole.length + i] = row[j]!)));
  const labels = assign(compute, { rows: whole.length, columns: ["a", "b", "c"], values }, centres, centres.length / 3);
  const sizes = Array.from({ length: centres.length / 3 }, () => 0);
  labels.forEach((label, i) => (sizes[label]! += isWeighted ? whole[i]![3]! : 1));
  return sizes;
}

test.each([
  ["rows", null],
  ["weights", "v_4"],
] as const)("fitted on a sample, the sizes are those of all rows: %s", async (_, weights) => {
  const { rows, here, found } = await fitOf(1500, weights);
  expect(here.rows).toBeLessThan(1700);
  expect(found.isSampleFit).toBe(true);
  const { chosen } = found.fit;
  expect([...chosen.sizes]).toEqual(sizesOf(rows, chosen.result.centres, weights !== null));
  expect(found.counts).toEqual({ unassigned: 120, noise: 0 });
});

test("all rows here: not a sample's fit, sizes as SQL finds them", async () => {
  const { rows, found } = await fitOf(6000, null);
  expect(found.isSampleFit).toBe(false);
  expect([...found.fit.chosen.sizes]).toEqual(sizesOf(rows, found.fit.chosen.result.centres, false));
});

test("k-means and mixtures are of all rows, whatever is here", async () => {
  for (const method of ["k-means", "gmm"] as const) {
    const seeding = method === "k-means" ? { seeding: "parallel" as const } : {};
    const { found } = await fitOf(1500, null, { method, ...seeding });
    expect(found.isSampleFit).toBe(false);
    expect(found.fit.chosen.sizes.reduce((sum, size) => sum + size, 0)).toBe(5880);
    expect(found.counts).toEqual({ unassigned: 120, noise: 0 });
    expect(found.rule?.kind ?? null).toBe(method === "gmm" ? "mixture" : null);
  }
});

test("rows that a model assigns by those it holds are kept with their segments, and written as by SQL anew", async () => {
  const { engine } = both();
  const extras = ["name", "distance", "second"] as const;
  const { table, features, found } = await fitOf(1500, null, { method: "hierarchical" }, extras);
  expect(found.rule?.kind).toBe("nearest-row");
  expect(found.assigned).not.toBeNull();
  const { centres, k } = found.fit.chosen.result;
  const numbers = [7, 2, 9, 4];
  const model: ClusterModel = {
    version: "0.0.0",
    seed: 42,
    method: "hierarchical",
    name: "segment",
    features,
    segments: Array.from({ length: k }, (_, c) => ({
      segment: numbers[c]!,
      centre: [...centres.subarray(3 * c, 3 * c + 3)],
      size: found.fit.chosen.sizes[c]!,
      share: 0,
      centroid: [],
      name: `number ${numbers[c]}`,
      description: "",
    })),
    highestNumber: 9,
    inertia: 0,
    rule: found.rule,
    limits: null,
    embedding: null,
    parameters: usualParameters,
  };
  const read = async (of: Table): Promise<readonly unknown[]> => {
    const { query } = outputQueries(of);
    return engine.rows(sql`select * from (${query}) order by all`, 6000);
  };
  const written = writtenBySql(found.assigned, table, model, extras);
  const anew = writtenBySql(null, table, model, extras);
  expect(written.columns.map(({ name, type }) => [name, type])).toEqual(
    anew.columns.map(({ name, type }) => [name, type]),
  );
  const rows = await read(written);
  expect(rows).toHaveLength(6000);
  expect(rows).toEqual(await read(anew));
});

test("so many rows come here as the method takes in some ten seconds", () => {
  expect(mostFitRows("hdbscan", "ward")).toBe(50_000);
  expect(mostFitRows("hierarchical", "ward")).toBe(50_000);
  expect(mostFitRows("hierarchical", "average")).toBe(10_000);
  expect(mostFitRows("k-medoids", "ward")).toBe(19_000);
  expect(mostFitRows("gmm", "ward")).toBe(100_000);
});
