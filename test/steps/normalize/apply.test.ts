import { describe, expect, test } from "vitest";
import type { Table } from "../../../src/core/context.ts";
import { scaleValues } from "../../../src/model/stats/column-scaling.ts";
import { readNumbers } from "../../../src/steps/cluster/read-numbers.ts";
import { applyNormalize } from "../../../src/steps/normalize/apply.ts";
import { fitNormalize } from "../../../src/steps/normalize/fit.ts";
import { recoverColumns, recoveredTable } from "../../../src/steps/normalize/inverse.ts";
import { readMethods } from "../../../src/steps/normalize/methods.ts";
import type { NormalizeModel } from "../../../src/steps/normalize/model.ts";
import { inverseSql, normalizeSql } from "../../../src/steps/normalize/transform-sql.ts";
import { openTable, type OpenedTable } from "../../../src/steps/open-table.ts";
import { outputQueries } from "../../../src/steps/reading/values.ts";
import { lcg } from "../../model/cluster/data.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();
let count = 0;

async function open(text: string): Promise<OpenedTable> {
  const { context, put } = surroundings();
  return openTable(context, [put(`apply-${++count}.csv`, text)], {});
}

async function fit(
  opened: OpenedTable,
  method: readonly string[],
  given: { columns?: readonly string[]; inPlace?: boolean } = {},
): Promise<NormalizeModel> {
  const { columns, inPlace = false } = given;
  const options = { columns, exclude: undefined, id: undefined, overwrite: false, inPlace };
  return (await fitNormalize(surroundings().context, opened, { ...options, methods: readMethods(method) })).model;
}

async function rows(table: Table): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return surroundings().context.engine.rows(outputQueries(table).typed, 1000);
}

const odd = 'panier "net" été';

/** 300 rows: a tail with gaps, both signs, counts, yes and no, a name with quotes and a space. */
function text(seed: number): string {
  const u = lcg(300 * 3, seed);
  const lines = Array.from({ length: 300 }, (_, i) => {
    const [a, b, c] = [...u.subarray(3 * i, 3 * i + 3)] as [number, number, number];
    const tail = i % 17 === 3 ? "NA" : (3 / (0.01 + a)).toFixed(2);
    return `${tail},${(20 * b - 8).toFixed(3)},${Math.floor(9 * c)},${c > 0.4 ? "yes" : "no"}`;
  });
  return ['tail,signs,"panier ""net"" été",vip', ...lines, ""].join("\n");
}

const chosen = ["tail", "signs", odd, "vip"];
const methods = [
  ["auto"],
  ["zscore"],
  ["minmax"],
  ["robust"],
  ["maxabs"],
  ["zscore", "tail=log1p"],
  ["robust", "tail=box-cox+zscore", "signs=yeo-johnson"],
  ["yeo-johnson+minmax", "tail=log1p+robust"],
  ["adaptive"],
  ["quantile", "tail=log", "signs=quantile-normal+zscore"],
  ["none", "tail=log10+zscore", "signs=quantile+robust"],
];

describe.each(methods)("method %s %s %s", (...method) => {
  test("the table holds what the kernels give, to the bit, and missing stays missing", async () => {
    const { context } = surroundings();
    const opened = await open(text(1));
    const model = await fit(opened, method, { columns: chosen });
    const { table, columns, warnings } = await applyNormalize(context, opened, model);
    expect(columns.map(({ target }) => target)).toEqual(chosen.map((name) => `${name}_scaled`));
    expect(table.columns.map(({ name }) => name)).toEqual([...chosen, ...chosen.map((name) => `${name}_scaled`)]);
    const found = await rows(table);
    const numbers = await readNumbers(context.engine, context.compute, opened.table, chosen);
    for (const { column, scaling } of model.columns) {
      const own = context.compute.f64(300);
      scaleValues(context.compute, scaling, numbers.get(column)!, own);
      expect(found.map((row) => row[`${column}_scaled`])).toEqual(Array.from(own, (x) => (Number.isNaN(x) ? null : x)));
    }
    expect(found[3]).toMatchObject({ tail: null, tail_scaled: null });
    expect(warnings).toEqual([]);
  });

  test("the SQL of --explain gives the same table: scalers to the bit, powers to 1e-13", async () => {
    const opened = await open(text(1));
    const model = await fit(opened, method, { columns: chosen });
    const found = await rows(normalizeSql(opened.table, model));
    const expected = await rows((await applyNormalize(surroundings().context, opened, model)).table);
    const close = (a: unknown, b: unknown, tolerance: number): boolean =>
      a === b || Math.abs(Number(a) - Number(b)) <= tolerance * Math.max(1, Math.abs(Number(b)));
    for (const { column, scaling } of model.columns) {
      const tolerance = scaling.power === "none" ? 0 : 1e-13;
      found.forEach((row, i) => {
        const [a, b] = [row[`${column}_scaled`], expected[i]![`${column}_scaled`]];
        expect(close(a, b, tolerance), `${column}, row ${i}: ${String(a)}, ${String(b)}`).toBe(true);
      });
    }
    expect(Object.keys(found[0]!)).toEqual(Object.keys(expected[0]!));
  });

  test("the way back gives the values that were scaled, to 1e-12, and so does its SQL", async () => {
    const opened = await open(text(1));
    const model = await fit(opened, method, { columns: chosen });
    const { table } = await applyNormalize(surroundings().context, opened, model);
    const scaled: OpenedTable = { ...opened, table };
    const recovered = await recoverColumns(surroundings().context, scaled, model, true);
    const back = await rows(await recoveredTable(surroundings().context, table, recovered));
    const bySql = await rows(inverseSql(table, model));
    const before = await rows(opened.table);
    before.forEach((row, i) => {
      for (const name of chosen) {
        const value = row[name] === null ? null : Number(row[name]);
        for (const found of [back[i]![name], bySql[i]![name]]) {
          if (value === null) expect(found).toBe(null);
          else expect(Math.abs((found as number) - value)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
        }
      }
    });
    // What is recovered stands where it stood.
    expect(Object.keys(back[0]!)).toEqual(Object.keys((await rows(table))[0]!));
  });
});

test("in place, the scaled values stand where the column stood, and the way back reads them there", async () => {
  const opened = await open(text(1));
  const model = await fit(opened, ["robust", "tail=box-cox+zscore"], { columns: chosen, inPlace: true });
  const { table } = await applyNormalize(surroundings().context, opened, model);
  expect(table.columns.map(({ name, type }) => [name, type])).toEqual(chosen.map((name) => [name, "number"]));
  const beside = await applyNormalize(surroundings().context, opened, { ...model, inPlace: false });
  const scaled = (await rows(beside.table)).map((row) => chosen.map((name) => row[`${name}_scaled`]));
  expect((await rows(table)).map((row) => chosen.map((name) => row[name]))).toEqual(scaled);
  const recovered = await recoverColumns(surroundings().context, { ...opened, table }, model, false);
  const back = await rows(await recoveredTable(surroundings().context, table, recovered));
  expect(back[0]!.signs).toBeCloseTo(Number((await rows(opened.table))[0]!.signs), 12);
});

test("auto learns with gaps counted as the median, as cluster does; zscore from the values that are there", async () => {
  // 1, 2, 3 and a gap: with the median 2 in it the variance is 2/4, without it 2/3.
  const opened = await open("x,y\n1,a\n,b\n2,c\n3,d\n");
  expect((await fit(opened, ["auto"], { columns: ["x"] })).columns[0]!.scaling).toMatchObject({
    center: 2,
    scale: Math.sqrt(2 / 4),
  });
  expect((await fit(opened, ["zscore"], { columns: ["x"] })).columns[0]!.scaling).toMatchObject({
    center: 2,
    scale: Math.sqrt(2 / 3),
  });
});

test("other rows are scaled by what was learned; values outside its range are counted, on both sides", async () => {
  const model = await fit(await open("x,y\n0,1\n5,2\n10,4\n"), ["minmax"]);
  const later = await open("y,x\n1,-5\n2,20\n9,5\n1,\n1,30\n");
  const { columns, table, warnings } = await applyNormalize(surroundings().context, later, model);
  expect((await rows(table)).map((row) => row.x_scaled)).toEqual([-0.5, 2, 0.5, null, 3]);
  expect(columns.map(({ below, above, missing }) => [below, above, missing])).toEqual([
    [1, 2, 1],
    [0, 1, 0],
  ]);
  expect(warnings.map(({ code }) => code)).toEqual(["outside-the-fit", "outside-the-fit"]);
  expect(warnings[0]!.message).toBe("x: values outside the range of the fit, 0 to 10: 1 below, 2 above");
});

test("auto meets negative values as segment assign does: as the mirror image, and says so", async () => {
  const values = Array.from({ length: 60 }, (_, i) => Math.round(1000 / (1 + ((31 * i) % 60))));
  const opened = await open(["x", ...values, ""].join("\n"));
  const model = await fit(opened, ["auto"]);
  const { power, center, scale } = model.columns[0]!.scaling;
  expect(power).toBe("mirrored-log1p");
  const { table, warnings } = await applyNormalize(surroundings().context, await open("x\n-7\n16\n"), model);
  expect((await rows(table))[0]!.x_scaled).toBe((-Math.log1p(7) - center) / scale);
  expect(warnings[0]!.message).toContain("those below 0 were taken as -log(1 - x)");
});

test("a table that does not fit the model is refused: missing or other columns, a domain left, a standing column", async () => {
  const { context } = surroundings();
  const model = await fit(await open("x,y\n1,1\n5,2\n10,4\n"), ["box-cox"]);
  const apply = async (csv: string): Promise<unknown> => applyNormalize(context, await open(csv), model);
  await expect(apply("x\n1\n")).rejects.toMatchObject({
    code: "model-mismatch",
    message: expect.stringMatching(/y is missing/),
  });
  await expect(apply("x,y\na,1\nb,2\n")).rejects.toMatchObject({ code: "model-mismatch" });
  await expect(apply("x,y\n1,1\n2,0\n")).rejects.toMatchObject({
    code: "out-of-domain",
    place: { line: 3, column: "y" },
  });
  await expect(apply("x,y,y_scaled\n1,1,1\n")).rejects.toMatchObject({ code: "column-exists" });
  await expect(apply("x,y\n1,inf\n")).rejects.toMatchObject({ code: "not-finite", place: { line: 2 } });
  const replaced = await applyNormalize(context, await open("y_scaled,x,y\nold,1,1\n"), model, { overwrite: true });
  expect(replaced.table.columns.map(({ name }) => name)).toEqual(["x", "y", "x_scaled", "y_scaled"]);
});

test("a value beyond the reach of the transform has no way back: an error with its line", async () => {
  const { context } = surroundings();
  const model = await fit(await open("x,y\n1,1\n5,2\n10,4\n90,9\n"), ["box-cox"], { columns: ["x"] });
  const { lambda } = model.columns[0]!.scaling;
  const beyond = await open(`x_scaled\n1\n${-2 / lambda!}\n`);
  await expect(recoverColumns(context, beyond, model, false)).rejects.toMatchObject({
    code: "out-of-domain",
    place: { line: 3, column: "x_scaled" },
  });
  const standing = await open("x,x_scaled\n1,1\n");
  await expect(recoverColumns(context, standing, model, false)).rejects.toMatchObject({ code: "column-exists" });
});

test.each([
  ["one row", "x\n5\n"],
  ["all missing but one", "x,z\n5,a\n,b\n,c\n"],
])("%s: scale 1, nothing is NaN", async (_, csv) => {
  const opened = await open(csv);
  for (const method of ["zscore", "robust", "box-cox+zscore", "auto", "maxabs"]) {
    const model = await fit(opened, [method], { columns: ["x"] });
    const { table } = await applyNormalize(surroundings().context, opened, model);
    expect((await rows(table)).map((row) => row.x_scaled)).toEqual(
      (await rows(opened.table)).map((row) => (row.x === null ? null : method === "maxabs" ? 1 : 0)),
    );
  }
});
