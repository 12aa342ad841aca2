import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { OutputTable } from "../../../src/core/command.ts";
import { readCleanModel } from "../../../src/steps/clean/model.ts";
import { readModelFile } from "../../../src/steps/model-file.ts";
import { withClean } from "./with-clean.ts";

const { run, surroundings } = withClean();

/** A model document to be spoilt. */
interface Loose {
  schema: string;
  parameters: {
    columns: Record<string, unknown>[];
    outliers: Record<string, unknown>[];
    fills: Record<string, unknown>[];
    [member: string]: unknown;
  };
}

const dirty =
  "id;mail;town;spend;visits;since;ok\n" +
  "1; A@b.co ;PARIS;1 234,5;3;01/02/2024;oui\n" +
  "2;c@d;lyon;12,25;inconnu;13/02/2024;1\n" +
  "3;e@f.fr;NA;;400;;non\n" +
  "4;;  nice;7,5;5;02/03/2024;0\n" +
  "5;g@h.de;nice;8;4;03/03/2024;inconnu\n";
const everything = {
  null: ["inconnu", "NA"],
  case: ["title"],
  emailCheck: "flag",
  outliers: ["spend=iqr", "visits=zscore"],
  zLimit: 1,
  outlierAction: ["clip"],
  impute: ["spend=median", "visits=mean", "town=mode", "ok=constant:no"],
  imputeFlag: true,
  saveModel: "model.json",
};

async function written(table: unknown, name: string): Promise<string> {
  const { context, path } = surroundings();
  await context.engine.write((table as OutputTable).query, path(name), "csv");
  return readFileSync(path(name), "utf8");
}

describe("a saved model", () => {
  test.each(["flag", "clip", "winsorise", "null", "drop"])(
    "gives the rows of the fit byte for byte, outliers %s",
    async (outlierAction) => {
      const { put } = surroundings();
      const fit = await run(dirty, { ...everything, outlierAction: [outlierAction] });
      const fitted = await written(fit.outcome.table, "fit.csv");
      const model = put("model.json", fit.outcome.files![0]!.text);
      const applied = await run(dirty, { model });
      expect(await written(applied.outcome.table, "applied.csv")).toBe(fitted);
      expect(applied.json).toEqual(fit.json);
    },
  );

  test("is applied to other rows without a second look: bounds, fills, types and words are the old ones", async () => {
    const { put } = surroundings();
    const fit = await run("town,spend,code,ok\nParis,1,A1,yes\nLyon,2,B2,no\nLyon,3,C3,1\nNice,10,D4,0\n", {
      null: ["unknown"],
      outliers: ["spend=iqr"],
      outlierAction: ["clip"],
      impute: ["spend=mean", "town=mode"],
      saveModel: "m.json",
    });
    // Quartiles 1.75 and 4.75: the fences are -2.75 and 9.25, and the mean of 1, 2, 3, 9.25 is 3.8125.
    const model = put("m.json", fit.outcome.files![0]!.text);
    const { rows } = await run("ok,code,spend,town,new\n1,17,1000,Unknown, x \n0,18,,Paris,y\n1,19,-50,,z\n", {
      model,
    });
    expect(rows).toEqual([
      ["true", "17", "9.25", "Lyon", " x "],
      ["false", "18", "3.8125", "Paris", "y"],
      ["true", "19", "-2.75", "Lyon", "z"],
    ]);
  });

  test("refuses a table that does not fit, with the difference", async () => {
    const { put } = surroundings();
    const fit = await run("a,b\nx,1\ny,2\n", { saveModel: "m.json" });
    const model = put("m.json", fit.outcome.files![0]!.text);
    await expect(run("a,b\nx,1\ny,many\nz,3\n", { model })).rejects.toMatchObject({
      code: "model-mismatch",
      message: expect.stringContaining("b is text (such as “many”), not numbers") as unknown,
    });
    await expect(run("a,c\nx,1\n", { model })).rejects.toMatchObject({ code: "model-mismatch" });
    const yes = await run("a,ok\nx,yes\ny,no\n", { saveModel: "m.json" });
    const ofYes = put("yes.json", yes.outcome.files![0]!.text);
    await expect(run("a,ok\nx,yes\ny,2\nz,3\n", { model: ofYes })).rejects.toMatchObject({
      code: "model-mismatch",
      place: { line: 3, column: "ok" },
    });
  });

  test("without gaps at the fit fills those of other rows, and adds no column for it", async () => {
    const { put } = surroundings();
    const text = `visits,town\n${Array.from({ length: 9 }, (_, i) => `${i * i},t${i}`).join("\n")}\n`;
    const fit = await run(text, { impute: ["median"], imputeFlag: true, saveModel: "m.json" });
    expect(fit.header).toEqual(["visits", "town"]);
    const model = put("m.json", fit.outcome.files![0]!.text);
    const { rows } = await run("visits,town\n,x\n5,y\n", { model });
    expect(rows).toEqual([
      ["16", "x"],
      ["5", "y"],
    ]);
  });
});

test("a model file with a wrong member is refused by the member's name", async () => {
  const { outcome } = await run(dirty, everything);
  const text = outcome.files![0]!.text;
  const read = (change: (model: Loose) => void): (() => unknown) => {
    const model = JSON.parse(text) as Loose;
    change(model);
    return () => readCleanModel(readModelFile(JSON.stringify(model), "m.json"));
  };
  expect(read(() => undefined)).not.toThrow();
  for (const [change, member] of [
    [(m: Loose) => (m.parameters.columns[0]!.email = 1), "columns[0].email"],
    [(m: Loose) => (m.parameters.columns[0]!.case = "big"), "columns[0].case"],
    [(m: Loose) => m.parameters.columns.pop(), "columns"],
    [(m: Loose) => (m.parameters.null_words = [1]), "null_words[0]"],
    [(m: Loose) => (m.parameters.email_check = "x"), "email_check"],
    [(m: Loose) => (m.parameters.outliers[0]!.low = "x"), "outliers[0].low"],
    [(m: Loose) => (m.parameters.outliers[0]!.low = 1e9), "outliers[0].low"],
    [(m: Loose) => (m.parameters.outliers[0]!.column = "town"), "outliers[0].column"],
    [(m: Loose) => (m.parameters.outliers[0]!.action = "x"), "outliers[0].action"],
    [(m: Loose) => (m.parameters.outliers[0]!.action = "winsorise"), "outliers[0].least"],
    [(m: Loose) => (m.parameters.outliers[0]!.parameters = ["x"]), "outliers[0].parameters"],
    [(m: Loose) => (m.parameters.outliers[0]!.groups = [null]), "outliers[0].groups"],
    [(m: Loose) => (m.parameters.by = { column: "none", names: [] }), "by.column"],
    [(m: Loose) => (m.parameters.by = { column: "town", names: ["Lyon", "Lyon"] }), "by.names"],
    [(m: Loose) => (m.parameters.order_by = "none"), "order_by"],
    [(m: Loose) => (m.parameters.fills[0]!.how = "ffill"), "fills[0].how"],
    [(m: Loose) => (m.parameters.fills[0]!.groups = [1]), "fills[0].groups"],
    [(m: Loose) => (m.parameters.fills[0]!.value = 7), "fills[0].value"],
    [(m: Loose) => (m.parameters.fills[0]!.flag = null), "fills[0].flag"],
    [(m: Loose) => m.parameters.fills.push(m.parameters.fills[0]!), "fills (a column stands twice)"],
    [(m: Loose) => (m.schema = "segment/model/cluster@1"), "segment/model/cluster@1"],
  ] as const) {
    expect(read(change), member).toThrow(member);
  }
});

test("a model of an earlier version, with one action for all columns and no groups, is read", async () => {
  const { outcome } = await run(dirty, everything);
  const model = JSON.parse(outcome.files![0]!.text) as Loose;
  for (const bounds of model.parameters.outliers) {
    for (const member of ["action", "parameters", "groups"]) delete bounds[member];
  }
  for (const fill of model.parameters.fills) delete fill["groups"];
  model.parameters["outlier_action"] = "clip";
  delete model.parameters["by"];
  delete model.parameters["order_by"];
  const read = readCleanModel(readModelFile(JSON.stringify(model), "m.json"));
  expect(read.outliers.map(({ action, groups }) => [action, groups])).toEqual([
    ["clip", null],
    ["clip", null],
  ]);
  expect([read.by, read.orderBy]).toEqual([null, null]);
});
