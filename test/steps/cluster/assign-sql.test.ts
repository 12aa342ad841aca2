import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { assign } from "../../../src/commands/assign.ts";
import { cluster } from "../../../src/commands/cluster.ts";
import { assignSql } from "../../../src/steps/cluster/assign-sql.ts";
import { readModel } from "../../../src/steps/cluster/model.ts";
import { readModelFile } from "../../../src/steps/model-file.ts";
import { openTable } from "../../../src/steps/open-table.ts";
import { callCommand } from "../../../src/wire.ts";
import { lcg } from "../../model/cluster/data.ts";
import { withContext } from "./with-context.ts";

const surroundings = withContext();

const header = `id,revenue,orders,orders_scaled,"basket ""net""",vip\n`;

/** 400 rows: a long tail, a scaled column, gaps, yes and no. */
function rowsText(seed: number): string {
  const u = lcg(400 * 4, seed);
  const lines = Array.from({ length: 400 }, (_, i) => {
    const [a, b, c, d] = [...u.subarray(4 * i, 4 * i + 4)] as [number, number, number, number];
    const revenue = i % 17 === 3 ? "" : (3 / (0.01 + a) + (i % 2) * 400).toFixed(2);
    const orders = Math.floor(b * 20);
    const basket = i % 13 === 5 ? "NA" : (c * 90 + ((i >> 1) % 2) * 200).toFixed(1);
    return `k${i},${revenue},${orders},${(orders - 9.5) / 5.75},${basket},${d > 0.6 ? "yes" : "no"}\n`;
  });
  return header + lines.join("");
}

const basket = 'basket "net"';

describe("the SQL of a model gives every row the segment that the program gives it", () => {
  test.each([
    ["scaled by the rule", {}],
    ["z-scores", { scale: "zscore" }],
    ["quartiles", { scale: "robust" }],
    ["ranges", { scale: "minmax" }],
    ["own units", { scale: "none" }],
    ["gaps dropped", { missing: ["drop"] }],
    ["gaps filled by zero, one column dropped", { missing: ["zero", `${basket}=drop`] }],
    ["gaps filled by the mean", { missing: ["mean"], scale: "zscore" }],
    ["a flag of yes and no", { columns: ["revenue", "vip", basket] }],
    ["a scaled column alone", { columns: ["orders_scaled"], k: "2" }],
    ["another name for the segment", { name: 'my "group"', k: "5" }],
  ] as const)("%s", async (name, options) => {
    const { context, path, put } = surroundings();
    const table = put(`fit ${name}.csv`, rowsText(1));
    const later = put(`later ${name}.csv`, rowsText(2));
    const model = path(`${name}.json`);
    const output = path(`${name}-out.csv`);
    const assigned = path(`${name}-later.csv`);
    const given = { k: "4", starts: 2, threads: 1, ...options } as const;
    await callCommand(cluster, [table], { ...given, saveModel: model, output }, "0.0.0");
    await callCommand(assign, [later], { model: [model], output: assigned }, "0.0.0");
    const saved = readModel(readModelFile(readFileSync(model, "utf8"), model));
    for (const [input, written] of [
      [table, output],
      [later, assigned],
    ] as const) {
      const opened = await openTable(context, [input], {});
      const rows = await context.engine.rows(assignSql(opened.table, saved), 400);
      const byProgram = readFileSync(written, "utf8")
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((line) => Number(line.slice(line.lastIndexOf(",") + 1)));
      expect(rows.map((row) => Number(row[saved.name]))).toEqual(byProgram);
      expect(new Set(byProgram).size).toBeGreaterThan(1);
      // The table's own columns go along, in the file's own text.
      expect(Object.keys(rows[0]!)).toEqual(["id", "revenue", "orders", "orders_scaled", basket, "vip", saved.name]);
      expect(rows[3]).toMatchObject({ id: "k3", revenue: null });
    }
  });
});

test("a row as near to two centres belongs to the first, a dropped row to none, by hand", async () => {
  const { context, table } = surroundings();
  const segment = (number: number, x: number): unknown => ({
    segment: number,
    centre: [x],
    size: 1,
    share: 0.5,
    centroid: [x],
    description: "",
  });
  const model = readModel(
    readModelFile(
      JSON.stringify({
        schema: "segment/model/cluster@1",
        version: "0",
        seed: 1,
        columns: [],
        parameters: {
          method: "k-means",
          name: "segment",
          features: [
            {
              column: "x",
              source: "x",
              missing: "drop",
              fill: null,
              transform: { kind: "minmax", log1p: false, center: 1, scale: 2 },
            },
          ],
          segments: [segment(2, 1), segment(7, 0)],
          highest_number: 7,
          inertia: 0,
        },
      }),
      "m.json",
    ),
  );
  // Centres at x = 3 (segment 2) and x = 1 (segment 7); 2 lies between them.
  const described = await table("x,segment\n1,a\n2,b\n,c\n3,d\n-900,e\n");
  const rows = await context.engine.rows(assignSql(described, model), 5);
  expect(rows.map((row) => Number(row.segment))).toEqual([7, 2, 0, 2, 7]);
});
