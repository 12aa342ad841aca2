import { describe, expect, test } from "vitest";
import { openTable } from "../../../src/steps/open-table.ts";
import { scaleByModel, tableWith } from "../../../src/steps/normalize/apply.ts";
import { chooseColumns } from "../../../src/steps/normalize/choose-columns.ts";
import { fitNormalize } from "../../../src/steps/normalize/fit.ts";
import { recoverColumns } from "../../../src/steps/normalize/inverse.ts";
import { learnBySql } from "../../../src/steps/normalize/learn-by-sql.ts";
import { readMethods } from "../../../src/steps/normalize/methods.ts";
import { recoverBySql } from "../../../src/steps/normalize/recover-by-sql.ts";
import { scaleBySql } from "../../../src/steps/normalize/scale-by-sql.ts";
import { lcg } from "../../model/cluster/data.ts";
import { withContext } from "../cluster/with-context.ts";

const here = withContext();
const all = { columns: undefined, exclude: undefined, id: undefined, overwrite: false, inPlace: false };

/** Columns of several kinds, some rows without a value. */
function rowsOf(rows: number, seed: number): string {
  const u = lcg(5 * rows, seed);
  const lines = Array.from({ length: rows }, (_, i) => {
    const [a, b, c, d, e] = u.subarray(5 * i, 5 * i + 5) as unknown as [number, number, number, number, number];
    const gap = e < 0.2 ? "" : Math.exp(7 * e * e);
    return [
      i + 1,
      Math.exp(9 * a * a) + 0.5,
      b * 1e4 - 77,
      -Math.exp(8 * c),
      Math.floor(9 * d * d),
      gap,
      5,
      a < 0.5 ? 0 : 1,
    ].join(",");
  });
  return `n,spent,even,debt,visits,gappy,same,flag\n${lines.join("\n")}\n`;
}

const methods = [
  "auto",
  "zscore",
  "robust",
  "minmax",
  "maxabs",
  "yeo-johnson+zscore",
  "yeo-johnson+robust",
  "quantile",
  "adaptive",
  "quantile-normal+zscore,spent=log10,gappy=log+robust",
  "zscore,spent=box-cox,gappy=log1p+minmax,visits=log1p,same=robust,flag=maxabs",
];

describe("what the engine learns of columns is what their rows teach", () => {
  test.each(methods)("%s", async (method) => {
    const { context, put } = here();
    const opened = await openTable(context, [put("fit.csv", rowsOf(9000, 3))], {});
    const options = { ...all, methods: readMethods(method.split(",")) };
    const expected = await fitNormalize(context, opened, options);
    const { chosen, dropped } = chooseColumns(opened.table, { ...options, methods: options.methods.byColumn.keys() });
    const found = await learnBySql(context, opened, chosen, options.methods);
    expect(found.why).toEqual(expected.why);
    expect(new Set([...dropped, ...found.left])).toEqual(new Set(expected.dropped));
    expect(found.sample).toBeNull();
    expected.model.columns.forEach(({ scaling, ...rest }, j) => {
      const { scaling: own, ...others } = found.columns[j]!;
      expect(others).toEqual(rest);
      expect({ ...own, center: 0, scale: 0 }).toEqual({ ...scaling, center: 0, scale: 0 });
      near(own.center, scaling.center, scaling.scale);
      near(own.scale, scaling.scale, scaling.scale);
      const isExact = ["robust", "minmax", "maxabs"].includes(scaling.scaler) && scaling.power === "none";
      if (isExact) expect(own).toEqual(scaling);
    });

    const later = await openTable(context, [put("later.csv", rowsOf(4000, 4))], {});
    const scaled = await scaleByModel(context, later, expected.model, false);
    const bySql = await scaleBySql(context.engine, later, expected.model);
    const table = await tableWith(context, later.table, expected.model, scaled);
    const back = await recoverBySql(context.engine, { ...later, table }, expected.model);
    const rows = await recoverColumns(context, { ...later, table }, expected.model, true);
    rows.columns.forEach(({ lowest, highest, ...rest }, j) => {
      const own = back[j]!;
      expect(own).toEqual({ ...rest, lowest: own.lowest, highest: own.highest });
      near(own.lowest, lowest, 1);
      near(own.highest, highest, 1);
    });
    scaled.columns.forEach(({ skewnessBefore, skewnessAfter, ...rest }, j) => {
      const own = bySql[j]!;
      expect(own).toEqual({ ...rest, skewnessBefore: own.skewnessBefore, skewnessAfter: own.skewnessAfter });
      near(own.skewnessBefore, skewnessBefore, 1);
      near(own.skewnessAfter, skewnessAfter, 1);
    });
  });

  test("a scaled value that no value gives, with its line", async () => {
    const { context, put } = here();
    const opened = await openTable(context, [put("fit.csv", "a\n1\n5\n9\n20\n")], {});
    const { model } = await fitNormalize(context, opened, { ...all, methods: readMethods(["log1p"]) });
    const scaled = await openTable(context, [put("beyond.csv", "a_scaled\n1\n2\n900\n")], {});
    await expect(recoverBySql(context.engine, scaled, model)).rejects.toMatchObject({
      code: "out-of-domain",
      message: "no value is scaled to 900, beyond the reach of the transform",
      place: { line: 4, column: "a_scaled" },
    });
  });

  test("λ of a sample, said to be one", async () => {
    const { context, put } = here();
    const opened = await openTable(context, [put("fit.csv", rowsOf(9000, 5))], {});
    const options = { ...all, columns: ["spent"], methods: readMethods(["box-cox"]) };
    const { chosen } = chooseColumns(opened.table, { ...options, methods: [] });
    const { sample, columns } = await learnBySql(context, opened, chosen, options.methods, 3000);
    const whole = (await fitNormalize(context, opened, options)).model.columns[0]!.scaling.lambda!;
    expect(sample!.columns).toEqual(["spent"]);
    expect(Math.abs(sample!.rows - 3000)).toBeLessThan(5 * Math.sqrt(3000));
    expect(Math.abs(columns[0]!.scaling.lambda! - whole)).toBeLessThan(0.05);
  });

  test("a value that a power does not take, with its line", async () => {
    const { context, put } = here();
    const opened = await openTable(context, [put("zero.csv", "a,b\n1,2\n0,3\n-4,5\n2,2\n")], {});
    const { chosen } = chooseColumns(opened.table, { ...all, columns: ["a"], methods: [] });
    await expect(learnBySql(context, opened, chosen, readMethods(["box-cox"]))).rejects.toMatchObject({
      code: "out-of-domain",
      place: { line: 3, column: "a" },
    });
  });
});

/** To 1e-9 of a size. */
function near(found: number, expected: number, size: number): void {
  if (Number.isNaN(expected)) expect(found).toBeNaN();
  else expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(size, Math.abs(expected)));
}
