import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Table } from "../../../src/core/context.ts";
import { applyNormalize } from "../../../src/steps/normalize/apply.ts";
import { fitNormalize, type FitOptions } from "../../../src/steps/normalize/fit.ts";
import { recoverColumns, recoveredTable } from "../../../src/steps/normalize/inverse.ts";
import { learnBySql } from "../../../src/steps/normalize/learn-by-sql.ts";
import { readMethods } from "../../../src/steps/normalize/methods.ts";
import { readNormalizeModel, toFitted, type NormalizeModel } from "../../../src/steps/normalize/model.ts";
import { scaledBySql, tableWith, unitOf } from "../../../src/steps/normalize/apply.ts";
import { inverseSql, normalizeSql } from "../../../src/steps/normalize/transform-sql.ts";
import { readModelFile } from "../../../src/steps/model-file.ts";
import { openTable, type OpenedTable } from "../../../src/steps/open-table.ts";
import { outputQueries } from "../../../src/steps/reading/values.ts";
import { withContext } from "../cluster/with-context.ts";

const here = withContext();
let count = 0;

async function open(text: string): Promise<OpenedTable> {
  return openTable(here().context, [here().put(`groups-${++count}.csv`, text)], {});
}

type Given = Partial<Pick<FitOptions, "columns" | "by" | "unitRows" | "inPlace">>;

async function fit(opened: OpenedTable, method: readonly string[], given: Given): Promise<NormalizeModel> {
  const usual = { columns: undefined, exclude: undefined, id: undefined, overwrite: false, inPlace: false };
  return (await fitNormalize(here().context, opened, { ...usual, methods: readMethods(method), ...given })).model;
}

async function rows(table: Table): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return here().context.engine.rows(outputQueries(table).typed, 10_000);
}

function near(found: unknown, expected: unknown, tolerance: number): void {
  if (found === null || expected === null) expect(found).toBe(expected);
  else
    expect(Math.abs(Number(found) - Number(expected))).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(Number(expected))),
    );
}

const shops = ["Pau", "Évry", "Albi"];
const lines = Array.from({ length: 240 }, (_, i) => {
  const shop = i % 23 === 0 ? "" : shops[(5 * i) % 3]!;
  const spend = i % 17 === 5 ? "" : String(((7919 * i) % 1009) ** 2 / 4000 + 1 + 50 * ((5 * i) % 3));
  return `${shop},${spend},${(31 * i) % 57},${(i * i) % 3}`;
});
const text = ["shop,spend,visits,floor", ...lines, ""].join("\n");

describe.each([
  ["zscore"],
  ["robust,spend=box-cox+zscore"],
  ["auto"],
  ["quantile-normal,visits=quantile"],
  ["yeo-johnson+minmax,visits=none"],
])("by group, method %s", (method) => {
  test("each group is scaled as if it stood alone, rows without a group as all rows", async () => {
    const opened = await open(text);
    const methods = method.split(",");
    const given = { columns: ["spend", "visits"] };
    const model = await fit(opened, methods, { ...given, by: "shop" });
    const { table, groups, warnings } = await applyNormalize(here().context, opened, model);
    const found = await rows(table);
    expect(groups).toEqual({ unseen: 0, missing: lines.filter((line) => line.startsWith(",")).length });
    expect(warnings.map(({ code }) => code)).toEqual(["unseen-groups"]);
    for (const shop of [...shops, ""]) {
      const at = lines.map((_, i) => i).filter((i) => lines[i]!.split(",")[0] === shop);
      const all = await fit(opened, methods, given);
      const alone = await open(["shop,spend,visits,floor", ...at.map((i) => lines[i]!), ""].join("\n"));
      const own = shop === "" ? all : await fit(alone, methods, given);
      const expected = await rows((await applyNormalize(here().context, alone, own)).table);
      expected.forEach((row, k) => {
        for (const name of ["spend_scaled", "visits_scaled"]) expect(found[at[k]!]![name]).toEqual(row[name]);
      });
    }
  });

  test("its SQL gives the same table, the way back the values, and the file the model", async () => {
    const opened = await open(text);
    const model = await fit(opened, method.split(","), { columns: ["spend", "visits"], by: "shop" });
    expect(readNormalizeModel(readModelFile(JSON.stringify(toFitted(model)), "m.json"))).toEqual(model);
    const { table } = await applyNormalize(here().context, opened, model);
    const expected = await rows(table);
    (await rows(normalizeSql(opened.table, model))).forEach((row, i) => {
      expect(Object.keys(row)).toEqual(Object.keys(expected[i]!));
      for (const name of ["spend_scaled", "visits_scaled"]) near(row[name], expected[i]![name], 1e-12);
    });
    const recovered = await recoverColumns(here().context, { ...opened, table }, model, true);
    const back = await rows(await recoveredTable(here().context, table, recovered));
    const bySql = await rows(inverseSql(table, model));
    (await rows(opened.table)).forEach((row, i) => {
      for (const name of ["spend", "visits"]) {
        near(back[i]![name], row[name], 1e-9);
        near(bySql[i]![name], row[name], 1e-9);
      }
    });
  });
});

test("groups that the fit did not see take the parameters of all rows, and are counted", async () => {
  const opened = await open("g,x\na,1\na,3\nb,10\nb,20\n");
  const model = await fit(opened, ["zscore"], { columns: ["x"], by: "g" });
  const later = await applyNormalize(here().context, await open("x,g\n2,a\n8.5,c\n15,b\n8.5,\n30,b\n"), model);
  expect(later.groups).toEqual({ unseen: 1, missing: 1 });
  expect(later.columns[0]).toMatchObject({ below: 0, above: 1 });
  expect((await rows(later.table)).map((row) => row["x_scaled"])).toEqual([0, 0, 0, 0, 3]);
  const gone = applyNormalize(here().context, await open("x\n1\n2\n"), model);
  await expect(gone).rejects.toMatchObject({ code: "model-mismatch" });
});

test("what cannot be a group is refused", async () => {
  const opened = await open("g,x,y,day\na,1,2.5,2024-01-05\nb,3,3.5,2024-02-06\n");
  const wrong = async (by: string): Promise<unknown> => fit(opened, ["zscore"], { columns: ["x"], by });
  await expect(wrong("y")).rejects.toMatchObject({ code: "bad-option-value" });
  await expect(wrong("day")).rejects.toMatchObject({ code: "bad-option-value" });
  await expect(wrong("h")).rejects.toMatchObject({ code: "unknown-column" });
});

interface ReferenceSet {
  readonly set: string;
  readonly columns: Readonly<Record<string, readonly number[]>>;
  readonly unit: Readonly<Record<"l1" | "l2" | "max", readonly (readonly number[])[]>>;
}

const { sets } = JSON.parse(
  readFileSync(new URL("../../../fixtures/reference/normalize/quantiles.json", import.meta.url), "utf8"),
) as { sets: readonly ReferenceSet[] };

describe.each(sets)("rows of unit length, $set", ({ columns, unit }) => {
  test.each(["l1", "l2", "max"] as const)("by %s are scikit-learn's", async (norm) => {
    const all = Object.values(columns);
    const size = Math.min(...all.map((column) => column.length));
    const lines_ = Array.from({ length: size }, (_, i) => all.map((column) => column[i]).join(","));
    const opened = await open([all.map((_, j) => `v${j}`).join(","), ...lines_, ""].join("\n"));
    const model = await fit(opened, ["none"], { columns: ["v0", "v1", "v2"], unitRows: norm });
    const { table, unit: facts } = await applyNormalize(here().context, opened, model);
    const found = (await rows(table)).filter((_, i) => i % 3 === 0);
    expect(found.length).toBe(unit[norm].length);
    found.forEach((row, i) => unit[norm][i]!.forEach((x, j) => near(row[`v${j}_scaled`], x, 1e-15)));
    expect(facts!.zeros).toBe(lines_.filter((line) => line.split(",").every((x) => Number(x) === 0)).length);
  });
});

test("unit rows: zeros stay zeros, a row with a gap has no length, scaled values are what is measured, in place too", async () => {
  const opened = await open("x,y\n3,4\n0,0\n5,\n-6,8\n");
  const model = await fit(opened, ["none"], { columns: ["x", "y"], unitRows: "l2" });
  const { table, warnings } = await applyNormalize(here().context, opened, model);
  expect((await rows(table)).map((row) => [row["x_scaled"], row["y_scaled"]])).toEqual([
    [0.6, 0.8],
    [0, 0],
    [null, null],
    [-0.6, 0.8],
  ]);
  expect(warnings.map(({ code }) => code)).toEqual(["rows-without-length", "rows-of-zeros"]);
  await expect(recoverColumns(here().context, { ...opened, table }, model, true)).rejects.toMatchObject({
    code: "usage",
  });
  const scaled = await fit(opened, ["maxabs"], { columns: ["x", "y"], unitRows: "max", inPlace: true });
  expect(readNormalizeModel(readModelFile(JSON.stringify(toFitted(scaled)), "m.json"))).toEqual(scaled);
  const placed = await applyNormalize(here().context, opened, scaled);
  expect((await rows(placed.table)).map((row) => [row["x"], row["y"]])).toEqual([
    [1, 1],
    [0, 0],
    [null, null],
    [-1, 1],
  ]);
});

test("unit rows are the same where the engine scales all columns itself", async () => {
  const opened = await open(text);
  const columns = ["spend", "visits"];
  const model = await fit(opened, ["zscore"], { columns, unitRows: "l1" });
  const expected = await rows((await applyNormalize(here().context, opened, model)).table);
  const { engine } = here().context;
  const bySql = await scaledBySql(engine, opened, model);
  const unit = await unitOf(engine, opened.table, model);
  const table = await tableWith(here().context, opened.table, model, { ...bySql, encoded: [], unit });
  expect(await rows(table)).toEqual(expected);
  const learned = await learnBySql(here().context, opened, [], readMethods([]));
  expect(learned.columns).toEqual([]);
});
