import { describe, expect, test } from "vitest";
import type { AssignmentRule } from "../../../../src/model/cluster/assignment-rule.ts";
import { usualParameters } from "../../../../src/model/cluster/refit.ts";
import { applyCluster } from "../../../../src/steps/cluster/apply.ts";
import { assignSql } from "../../../../src/steps/cluster/assign-sql.ts";
import type { ClusterModel } from "../../../../src/steps/cluster/model.ts";
import { openTable } from "../../../../src/steps/open-table.ts";
import { withContext } from "../with-context.ts";
import { extrasOf, fitCase, laterText, ruleCases } from "./cases.ts";

const surroundings = withContext();

describe("the SQL of a rule gives rows that no fit saw what the program gives them", () => {
  test.each(ruleCases)("$name", async (one) => {
    const { context, path, put } = surroundings();
    const model = await fitCase(one, put, path("model.json"));
    const { rule } = model;
    if (rule?.kind === "core-rows" || rule?.kind === "density-tree") {
      expect(rule.model.reaches !== null).toBe(one.table === "cloud");
    }
    const later = laterText(one.table);
    const opened = await openTable(context, [put(`later-${one.table}.csv`, later)], {});
    const extras = extrasOf(model);
    const { columns } = await applyCluster(context, opened, model, { extras, overwrite: false });
    const rows = await context.engine.rows(assignSql(opened.table, model, extras), opened.table.rows);
    const [header = "", ...lines] = later.trimEnd().split("\n");
    const names = header.split(",");
    expect(Object.keys(rows[0]!)).toEqual([...names, ...columns!.map(({ name }) => name)]);
    expect(rows.map((row) => names.map((name) => row[name] ?? "").join())).toEqual(lines);
    for (const { name, values, words } of columns!) {
      const wanted = Array.from(values, (value) =>
        words === undefined ? (Number.isNaN(value) ? null : value) : (words.get(value) ?? null),
      );
      const found = rows.map((row) => row[name]);
      if (values instanceof Int32Array) {
        expect([name, found]).toEqual([name, wanted]);
        continue;
      }
      expect(found.map((value) => value === null)).toEqual(wanted.map((value) => value === null));
      const gaps = found.map(
        (value, i) => Math.abs(Number(value) - Number(wanted[i])) / Math.max(1, Number(wanted[i])),
      );
      expect(Math.max(...gaps)).toBeLessThan(1e-9);
    }
    expect(new Set(columns![0]!.values).size).toBeGreaterThan(1);
  });
});

/** A model of one column x as it stands, with segments 1, 2 … about their centres. */
function byHand(rule: AssignmentRule, k: number): ClusterModel {
  const segments = Array.from({ length: k }, (_, c) => ({
    segment: c + 1,
    centre: [c],
    size: 1,
    share: 1 / k,
    centroid: [c],
    description: "",
  }));
  const transform = { kind: "none", log1p: false, center: 0, scale: 1 } as const;
  return {
    version: "0",
    seed: 1,
    method: "genie",
    name: "segment",
    features: [{ column: "x", source: "x", missing: "drop", fill: null, transform }],
    segments,
    highestNumber: k,
    inertia: 0,
    rule,
    limits: null,
    embedding: null,
    parameters: usualParameters,
  };
}

const held = { rows: 4, values: [4, 0, 2, 2], labels: [2, 0, 1, 2] };

/** Below a root that is in no segment, one cluster up to a distance of 4 and one up to 1.5. */
const tree = {
  minSamples: 1,
  rows: 3,
  values: [0, 2, 10],
  weights: null,
  coreDistances: [1, 1, 0.5],
  clusterOf: [1, 2, 0],
  leaves: [1, 1, 5],
  reaches: null,
  parents: [-1, 0, 0],
  begins: [0, 4, 1.5],
  segmentOf: [-1, 0, 1],
  ends: [0.5, 1],
};

test.each([
  // 1 and 3 are as near to two rows: the first held counts. -5 is beyond every limit, a gap is in none.
  ["the nearest row", { kind: "nearest-row", model: { ...held, limits: null } }, [1, 2, 1, 3, 1, 0]],
  ["one within its limit", { kind: "nearest-row", model: { ...held, limits: [1, 1, 0, 3] } }, [1, 2, 1, 3, 0, 0]],
  ["core rows within 1", { kind: "core-rows", model: { ...held, epsilon: 1, reaches: null } }, [1, 2, 1, 2, 0, 0]],
  // 3 joins the row at 2 at distance 1; 1 joins that at 0, of two equals the lower row; -5 joins at 5, where nothing holds.
  ["a tree of densities", { kind: "density-tree", model: tree }, [1, 2, 1, 2, 0, 0]],
] as const)("by hand, ties and limits among them: %s", async (_, rule, wanted) => {
  const { context, table } = surroundings();
  const described = await table("x\n0\n2\n1\n3\n-5\nNA\n");
  const rows = await context.engine.rows(assignSql(described, byHand(rule, 3)), 6);
  expect(rows.map(({ segment }) => Number(segment))).toEqual(wanted);
});

test("a model that is too wide for a query is refused with the ways out", async () => {
  const { table } = surroundings();
  const columns = 80;
  const covariances = Float64Array.from({ length: columns ** 2 }, (_, i) => (i % (columns + 1) === 0 ? 1 : 0));
  const mixture = { k: 9, columns, covarianceType: "tied", covariances } as const;
  const weights = new Float64Array(9).fill(1 / 9);
  const rule: AssignmentRule = {
    kind: "mixture",
    model: { ...mixture, weights, means: new Float64Array(9 * columns) },
  };
  const wide = byHand(rule, 9);
  const features = Array.from({ length: columns }, () => wide.features[0]!);
  const described = await table("x\n0\n");
  expect(() => assignSql(described, { ...wide, features })).toThrow("29160 products");
});

test("rows beyond what a mixture's densities can hold are refused here, and have no number in SQL", async () => {
  const { context, path, put } = surroundings();
  const one = ruleCases.find(({ name }) => name === "a mixture with joined segments");
  const model = await fitCase(one!, put, path("beyond.json"));
  const opened = await openTable(context, [put("beyond.csv", "a,b,c\n1,2,3\n1e200,2,3\n,2,3\n")], {});
  const applied = applyCluster(context, opened, model, { extras: [], overwrite: false });
  await expect(applied).rejects.toMatchObject({ code: "out-of-domain" });
  const rows = await context.engine.rows(assignSql(opened.table, model), 3);
  expect(rows.map(({ segment }) => segment !== null)).toEqual([true, false, true]);
});

test.each([
  ["outlier", "no --with outlier"],
  ["silhouette", "not written as SQL"],
] as const)("what no SQL gives of a row is refused by its name: --with %s", async (extra, message) => {
  const { context, path, put } = surroundings();
  const one = ruleCases.find(({ name }) => name === "HDBSCAN with all rows");
  const model = await fitCase(one!, put, path("refused.json"));
  const { table } = await openTable(context, [put("refused.csv", laterText("grid"))], {});
  expect(() => assignSql(table, model, [extra])).toThrow(message);
});
