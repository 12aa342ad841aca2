import { describe, expect, test } from "vitest";
import { applyCluster } from "../../../../src/steps/cluster/apply.ts";
import { assignSql } from "../../../../src/steps/cluster/assign-sql.ts";
import { openTable } from "../../../../src/steps/open-table.ts";
import { withContext } from "../with-context.ts";
import { extrasOf, fitCase, laterText, ruleCases } from "./cases.ts";

const surroundings = withContext();

describe("the SQL of a rule gives rows that no fit saw what the program gives them", () => {
  test.each(ruleCases)("$name", async (one) => {
    const { context, path, put } = surroundings();
    const model = await fitCase(one, put, path("model.json"));
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
