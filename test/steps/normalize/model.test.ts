import { expect, test } from "vitest";
import { SegmentError } from "../../../src/core/errors.ts";
import { readModelFile } from "../../../src/steps/model-file.ts";
import { readNormalizeModel, toFitted, type NormalizeModel } from "../../../src/steps/normalize/model.ts";

const model: NormalizeModel = {
  version: "0.0.0",
  inPlace: false,
  encodings: [],
  columns: [
    {
      column: "revenue",
      type: "number",
      scaling: {
        power: "yeo-johnson",
        lambda: -0.3212234131902209,
        knots: null,
        scaler: "zscore",
        center: 1.5,
        scale: 0.1 + 0.2,
      },
      minimum: 0,
      maximum: 9.75,
    },
    {
      column: "visits",
      type: "integer",
      scaling: { power: "none", lambda: null, knots: null, scaler: "maxabs", center: 0, scale: 12 },
      minimum: -3,
      maximum: 12,
    },
  ],
};

interface Members {
  schema: string;
  columns: Record<string, unknown>[];
  parameters: { columns: Record<string, unknown>[]; in_place?: boolean };
}

function read(change: (document: Members) => void = () => undefined): NormalizeModel {
  const document = JSON.parse(JSON.stringify(toFitted(model))) as Members;
  change(document);
  return readNormalizeModel(readModelFile(JSON.stringify(document), "m.json"));
}

test("a model is read back as it was written, every bit of its numbers", () => {
  expect(read()).toEqual(model);
});

test.each<readonly [string, string, (document: Members) => void]>([
  ["no columns", "parameters.columns", (d) => (d.parameters.columns = [])],
  ["a column too many", "parameters.columns", (d) => d.columns.pop()],
  ["another name", "parameters.columns[0].column", (d) => (d.parameters.columns[0]!.column = "x")],
  ["an unknown power", "parameters.columns[0].power", (d) => (d.parameters.columns[0]!.power = "sqrt")],
  ["an unknown scaler", "parameters.columns[1].scaler", (d) => (d.parameters.columns[1]!.scaler = "l2")],
  ["a missing λ", "parameters.columns[0].lambda", (d) => (d.parameters.columns[0]!.lambda = null)],
  ["a λ too many", "parameters.columns[1].lambda", (d) => (d.parameters.columns[1]!.lambda = 1)],
  ["a scale of 0", "parameters.columns[1].scale", (d) => (d.parameters.columns[1]!.scale = 0)],
  ["a centre of text", "parameters.columns[0].center", (d) => (d.parameters.columns[0]!.center = "1")],
  ["a range turned round", "parameters.columns[0].minimum", (d) => (d.parameters.columns[0]!.minimum = 10)],
  ["a scale without a scaler", "parameters.columns[1].scaler", (d) => (d.parameters.columns[1]!.scaler = "none")],
  ["a text column", "columns[0].type", (d) => (d.columns[0]!.type = "text")],
  ["no word on the place", "parameters.in_place", (d) => delete d.parameters.in_place],
])("a model with %s is refused by the name of the member", (_, member, change) => {
  expect(() => read(change)).toThrow(
    expect.objectContaining({ code: "bad-model", message: expect.stringContaining(member) }),
  );
});

test("a column that stands twice, and a model of another step, are refused", () => {
  const twice = (d: Members): void => {
    d.columns[1]!.name = "revenue";
    d.parameters.columns[1]!.column = "revenue";
  };
  expect(() => read(twice)).toThrow(SegmentError);
  expect(() => read((d) => (d.schema = "segment/model/cluster@1"))).toThrow(/not segment\/model\/normalize@1/);
});
