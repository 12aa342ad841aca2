import { usualParameters } from "../../../src/model/cluster/refit.ts";
import { expect, test } from "vitest";
import { finalSegments, mergeInModel, numbersByCentre } from "../../../src/steps/cluster/merged-segments.ts";
import { readModel, toFitted, type ClusterModel } from "../../../src/steps/cluster/model.ts";
import { readModelFile } from "../../../src/steps/model-file.ts";

/** Two features: x as log1p z-scores (centre 1, scale 2), and y, which came scaled. */
const model: ClusterModel = {
  version: "1",
  seed: 1,
  method: "k-means",
  name: "segment",
  features: [
    {
      column: "x",
      source: "x",
      missing: "zero",
      fill: 0,
      transform: { kind: "zscore", log1p: true, center: 1, scale: 2 },
    },
    {
      column: "y",
      source: "y_scaled",
      missing: "zero",
      fill: 0,
      transform: { kind: "given", log1p: false, center: 0, scale: 1 },
    },
  ],
  segments: [
    {
      segment: 2,
      centre: [0, 1],
      size: 30,
      share: 0.3,
      centroid: [Math.E - 1, 10],
      z: [0, 1],
      name: "b",
      description: "B",
    },
    {
      segment: 1,
      centre: [1, 0],
      size: 60,
      share: 0.6,
      centroid: [Math.exp(3) - 1, 20],
      z: [2, 0],
      name: "a",
      description: "A",
    },
    {
      segment: 5,
      centre: [4, 3],
      size: 10,
      share: 0.1,
      centroid: [Math.exp(9) - 1, 50],
      z: [4, -3],
      name: "e",
      description: "E",
    },
  ],
  highestNumber: 6,
  inertia: 0,
  rule: null,
  limits: null,
  embedding: null,
  parameters: usualParameters,
};

const texts = () => ({ name: "joint", description: "both" });

test("sizes and shares are sums, centroids and z-scores weighted means, by hand", () => {
  const merged = mergeInModel(model, [2, 5], 2, texts);
  expect(numbersByCentre(merged)).toEqual(Int32Array.of(2, 1, 2));
  const [first, second] = finalSegments(merged);
  expect(first).toMatchObject({ segment: 1, name: "a", size: 60, share: 0.6 });
  expect(second).toMatchObject({ segment: 2, name: "joint", description: "both", size: 40, z: [1, 0] });
  expect(second!.share).toBeCloseTo(0.4, 12);
  // The mean of the logarithms is (30 · 1 + 10 · 9) / 40 = 3; y came in its own unit: (30 · 10 + 10 · 50) / 40.
  expect(second!.centroid[0]).toBeCloseTo(Math.exp(3) - 1, 9);
  expect(second!.centroid[1]).toBe(20);
  expect(finalSegments(merged)).toHaveLength(2);
});

test("where rows are embedded, centroids are means of the parts' own", () => {
  const embedded: ClusterModel = {
    ...model,
    embedding: {
      kind: "pca",
      model: {
        size: 1,
        means: Float64Array.of(0, 0),
        components: Float64Array.of(1, 0),
        variances: Float64Array.of(1),
        ratios: Float64Array.of(1),
      },
    },
    segments: model.segments.map((one) => ({ ...one, centre: [one.segment] })),
  };
  const whole = finalSegments(mergeInModel(embedded, [2, 5], 2, texts)).find(({ segment }) => segment === 2)!;
  expect(whole.centroid[0]).toBeCloseTo((30 * (Math.E - 1) + 10 * (Math.exp(9) - 1)) / 40, 9);
  expect(whole.centroid[1]).toBe(20);
});

test("a whole can be joined again, and take a number of its own", () => {
  const twice = mergeInModel(mergeInModel(model, [2, 5], 2, texts), [1, 2], 9, texts);
  expect(twice.merged).toEqual([{ segment: 9, of: [1, 2, 5], name: "joint", description: "both" }]);
  expect(twice.highestNumber).toBe(9);
  expect(finalSegments(twice)).toMatchObject([{ segment: 9, size: 100 }]);
});

const file = (parameters: object): string => {
  const fitted = toFitted(model);
  return JSON.stringify({ ...fitted, parameters: { ...(fitted.parameters as object), ...parameters } });
};

test("a merged model is read as it was written", () => {
  const merged = mergeInModel(model, [2, 5], 5, texts);
  expect(readModel(readModelFile(JSON.stringify(toFitted(merged)), "m.json"))).toEqual(merged);
});

test.each([
  [3, "merged"],
  [[{ segment: 2, of: [2], description: "" }], "merged[0].of"],
  [[{ segment: 2, of: [2, 3], description: "" }], "merged[0].of"],
  [[{ segment: 2, of: [2, 2], description: "" }], "merged[0].of"],
  [[{ segment: 1, of: [2, 5], description: "" }], "merged (a number stands twice)"],
  [[{ segment: 0, of: [2, 5], description: "" }], "merged[0].segment"],
  [[{ segment: 2, of: [2, 5] }], "merged[0].description"],
])("joined segments that cannot be are refused: %j", (merged, member) => {
  expect(() => readModel(readModelFile(file({ merged }), "m.json"))).toThrow(`${member} is missing or wrong`);
});
