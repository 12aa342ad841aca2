import { describe, expect, test } from "vitest";
import { readModelFile } from "../../../src/steps/model-file.ts";
import { defaultGrid } from "../../../src/steps/rfm/default-grid.ts";
import { readRfmModel, toFitted, type RfmModel } from "../../../src/steps/rfm/model.ts";

const model: RfmModel = {
  version: "1.2.3",
  columns: [
    { name: "client", type: "text" },
    { name: "d", type: "date" },
    { name: "a", type: "number" },
  ],
  roles: { kind: "transactions", customer: "client", date: "d", amount: "a" },
  cuts: {
    recency: { at: [1, 2, 3.5, 400], constant: false },
    frequency: { at: [1, 1, 1, 1], constant: true },
    monetary: { at: [-5, 0.1, 0.1, 7], constant: false },
  },
  weights: { r: 1, f: 0, m: 2.5 },
  grid: defaultGrid,
};

const text = JSON.stringify(toFitted(model));

test("a model is read back as it was saved", () => {
  expect(readRfmModel(readModelFile(text, "m.json"))).toEqual(model);
  const plain = { ...model, weights: null };
  expect(readRfmModel(readModelFile(JSON.stringify(toFitted(plain)), "m.json"))).toEqual(plain);
});

describe("a damaged model is refused by the member that is wrong", () => {
  test.each([
    ["cuts.recency", '"at":[1,2,3.5,400]', '"at":[1,2,400,3.5]'],
    ["cuts.recency", '"at":[1,2,3.5,400]', '"at":[1,2,3.5]'],
    ["cuts.frequency", '"constant":true', '"constant":1'],
    ["cuts.monetary", '"at":[-5,0.1,0.1,7],"constant":false', '"at":[-5,0.1,0.1,7],"constant":true'],
    ["weights.m", '"m":2.5', '"m":-2.5'],
    ["weights", '"weights":{"r":1,"f":0,"m":2.5}', '"weights":{"r":0,"f":0,"m":0}'],
    ["roles.kind", '"kind":"transactions"', '"kind":"orders"'],
    ["roles.amount", ',"amount":"a"', ""],
    ["columns", '{"name":"a","type":"number"}', '{"name":"b","type":"number"}'],
    ["grid[0]", '"name":"champions","r":[5,5]', '"name":"champions","r":[5,6]'],
    ["grid (each", '"name":"champions","r":[5,5]', '"name":"champions","r":[4,5]'],
  ])("%s", (member, from, to) => {
    expect(text).toContain(from);
    expect(() => readRfmModel(readModelFile(text.replace(from, to), "m.json"))).toThrow(`${member}`);
  });

  test("and so is a model of another step", () => {
    const other = text.replace("segment/model/rfm@1", "segment/model/cluster@1");
    expect(() => readRfmModel(readModelFile(other, "m.json"))).toThrow(/holds segment\/model\/cluster@1/);
  });
});
