import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { normalize } from "../../src/commands/normalize.ts";
import type { Block } from "../../src/core/report.ts";
import { withDefaults } from "../../src/core/options.ts";
import { callCommand } from "../../src/wire.ts";
import { withContext } from "../steps/cluster/with-context.ts";

const surroundings = withContext();

const csv = "id,revenue,visits,note\n1,0,2,a\n2,3,2,b\n3,6,8,c\n4,,8,d\n";

test("the JSON report: rows accounted for, each column with its method, centre, scale and skewness, each dropped with its reason", async () => {
  const { put } = surroundings();
  const table = put("report.csv", csv);
  const { report, exit } = await callCommand(
    normalize,
    [table],
    { columns: ["revenue", "visits"], method: ["zscore", "visits=log1p"] },
    "1.2.3",
  );
  expect(exit).toBe(0);
  expect(report).toEqual({
    schema: "segment/normalize@1",
    version: "1.2.3",
    input: { rows: 4, used: 4, quarantined: 0 },
    merged: 0,
    grouped: 0,
    removed: 0,
    output: { rows: 4 },
    warnings: [
      {
        code: "unlike-scales",
        message:
          "a transform alone leaves visits on a scale of its own; to compare columns, chain a scaler: --method log1p+zscore",
      },
    ],
    inverse: false,
    in_place: false,
    ddof: 0,
    encoded: [],
    columns: [
      {
        column: "revenue",
        target: "revenue_scaled",
        method: "zscore",
        why: "by --method",
        lambda: null,
        // 0, 3, 6: the variance of three values, ddof 0, is 6.
        center: 3,
        scale: Math.sqrt(6),
        skewness_before: 0,
        skewness_after: 0,
        missing: 1,
        below_fit: 0,
        above_fit: 0,
      },
      {
        column: "visits",
        target: "visits_scaled",
        method: "log1p",
        why: "by --method",
        lambda: null,
        center: null,
        scale: null,
        skewness_before: 0,
        skewness_after: expect.closeTo(0, 12),
        missing: 0,
        below_fit: 0,
        above_fit: 0,
      },
    ],
    dropped: [
      { column: "id", reason: "not in --columns" },
      { column: "note", reason: "not in --columns" },
    ],
  });
});

test("a model written from a program scales the next file, and the way back ends where it began", async () => {
  const { path, put } = surroundings();
  const table = put("program.csv", csv);
  const [model, scaled, back] = [path("p.json"), path("p.csv"), path("p-back.csv")];
  const columns = ["revenue", "visits"];
  await callCommand(normalize, [table], { columns, method: ["minmax"], saveModel: model, output: scaled }, "0.0.0");
  expect(readFileSync(scaled, "utf8")).toBe(
    "id,revenue,visits,note,revenue_scaled,visits_scaled\n1,0,2,a,0.0,0.0\n2,3,2,b,0.5,0.0\n3,6,8,c,1.0,1.0\n4,,8,d,,1.0\n",
  );
  const { report } = await callCommand(
    normalize,
    [scaled],
    { model, inverse: true, overwrite: true, output: back },
    "0.0.0",
  );
  expect(report).toMatchObject({
    inverse: true,
    columns: [
      { column: "revenue", source: "revenue_scaled", minimum: 0, maximum: 6, missing: 1 },
      { column: "visits", source: "visits_scaled", minimum: 2, maximum: 8, missing: 0 },
    ],
  });
  expect(readFileSync(back, "utf8").split("\n")[2]).toBe("2,3.0,2.0,b,0.5,0.0");
});

test("the drawn report has one row per column, what was left out, and the rule of auto", async () => {
  const { context, put } = surroundings();
  const rows = Array.from(
    { length: 50 },
    (_, i) => `${Math.round(3000 / (1 + ((31 * i) % 50)))},${(31 * i) % 53},t${i}`,
  );
  const table = put("drawn.csv", ["spend,visits,note", ...rows, ""].join("\n"));
  const { report } = await normalize.run(context, [table], withDefaults(normalize.options, {}));
  const texts = report.blocks.flatMap((block: Block) => ("text" in block ? [block.text] : []));
  expect(report.blocks[0]).toEqual({ kind: "title", parts: ["normalize", "50 rows", "2 columns scaled"] });
  expect(texts).toContain("rows: 50 in = 50 out");
  expect(texts.some((text) => text.startsWith("auto: log1p where"))).toBe(true);
  const tables = report.blocks.flatMap((block: Block) => (block.kind === "table" ? [block.table] : []));
  expect(tables.map(({ name }) => name)).toEqual(["columns", "columns-left-out"]);
  expect(tables[0]!.rows.map(({ cells }) => cells.slice(0, 2))).toEqual([
    ["spend", "log1p+zscore"],
    ["visits", "zscore"],
  ]);
});
