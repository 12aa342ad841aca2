import { usualParameters } from "../../../src/model/cluster/refit.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SegmentError } from "../../../src/core/errors.ts";
import { readModel, toFitted, type ClusterModel } from "../../../src/steps/cluster/model.ts";
import { readModelFile } from "../../../src/steps/model-file.ts";

const model: ClusterModel = {
  version: "1.2.3",
  seed: 7,
  method: "k-means",
  name: "groupe",
  features: [
    {
      column: "revenue",
      source: "revenue",
      missing: "median",
      fill: 12.5,
      transform: { kind: "zscore", log1p: true, center: 3.25, scale: 0.1 },
    },
    {
      column: "orders",
      source: "orders_scaled",
      missing: "drop",
      fill: null,
      transform: { kind: "given", log1p: false, center: 0, scale: 1 },
    },
  ],
  segments: [
    { segment: 4, centre: [0.1, 1 / 3], size: 10, share: 0.625, centroid: [25.5, 2], description: "high revenue" },
    { segment: 1, centre: [-1e-300, -2], size: 6, share: 0.375, centroid: [1, 0], description: "" },
  ],
  highestNumber: 5,
  inertia: 0.1 + 0.2,
  rule: null,
  limits: null,
  embedding: null,
  parameters: usualParameters,
};

const text = (value: unknown): string => JSON.stringify(value);
const plain = (): Record<string, unknown> => JSON.parse(text(toFitted(model))) as Record<string, unknown>;

/** The model file with the member at `path` replaced, or left out. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const document = plain();
  let holder: Record<string | number, unknown> = document;
  for (const step of path.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return text(document);
}

function refusal(file: string): SegmentError {
  try {
    readModel(readModelFile(file, "m.json"));
  } catch (error) {
    if (error instanceof SegmentError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

test("what is written is read again, to the last bit", () => {
  expect(readModel(readModelFile(text(toFitted(model)), "m.json"))).toEqual(model);
  expect(text(toFitted(readModel(readModelFile(text(toFitted(model)), "m.json"))))).toBe(text(toFitted(model)));
});

test("the file says its schema, version, seed and columns at the top", () => {
  expect(toFitted(model)).toMatchObject({
    schema: "segment/model/cluster@1",
    version: "1.2.3",
    seed: 7,
    columns: [
      { name: "revenue", type: "number" },
      { name: "orders_scaled", type: "number" },
    ],
  });
});

test("a centroid without a value in the column's own unit survives as none", () => {
  const bare = { ...model, segments: [{ ...model.segments[0]!, centroid: [Number.NaN, 2] }, model.segments[1]!] };
  expect(readModel(readModelFile(text(toFitted(bare)), "m.json"))).toEqual(bare);
});

test("the sample that a model was fitted on is kept; a wrong one is refused by its member", () => {
  const sampled: ClusterModel = { ...model, sample: { rows: 50_000, of: 3_000_000, seed: 7 } };
  expect(readModel(readModelFile(text(toFitted(sampled)), "m.json"))).toEqual(sampled);
  for (const [sample, member] of [
    [3, "sample"],
    [{ rows: 10, seed: 7 }, "sample.of"],
    [{ rows: 11, of: 10, seed: 7 }, "sample.rows"],
    [{ rows: 10, of: 10, seed: -1 }, "sample.seed"],
  ] as const) {
    expect(refusal(changed(["parameters", "sample"], sample)).message).toBe(`${member} is missing or wrong`);
  }
});

test("names, z-scores, the language and what a person chose are kept, and models without them are read", () => {
  const [first, second] = [model.segments[0]!, model.segments[1]!];
  const named: ClusterModel = {
    ...model,
    lang: "fr",
    segments: [
      { ...first, z: [1.5, -0.25], name: "Gros acheteurs", given: "name" },
      { ...second, z: [0, 0.1], name: "Clients moyens" },
    ],
  };
  expect(readModel(readModelFile(text(toFitted(named)), "m.json"))).toEqual(named);
});

describe("a damaged member is refused by its name", () => {
  const feature = ["parameters", "features", 0] as const;
  const segment = ["parameters", "segments", 1] as const;
  const wrong: [readonly (string | number)[], readonly unknown[], string][] = [
    [["version"], [undefined, 3, null], "version"],
    [["seed"], [undefined, "7", -1, 1.5, 2 ** 32, null], "seed"],
    [["parameters"], [undefined, [], 3, null], "parameters"],
    [["parameters", "method"], [undefined, "birch", 1], "method"],
    [["parameters", "rule"], [{ kind: "nearest-row" }, {}, [], 3], "rule"],
    [["parameters", "name"], [undefined, "", 1], "name"],
    [["parameters", "highest_number"], [undefined, 3, 4.5, "5", 2 ** 31], "highest_number"],
    [["parameters", "inertia"], [undefined, -1, null, "0"], "inertia"],
    [["parameters", "features"], [undefined, {}, []], "features"],
    [[...feature], [null, 3, []], "features[0]"],
    [[...feature, "column"], [undefined, 1], "features[0].column"],
    [[...feature, "source"], [undefined, null], "features[0].source"],
    [[...feature, "source"], ["orders_scaled"], "features (a column stands twice)"],
    [[...feature, "missing"], [undefined, "mode"], "features[0].missing"],
    [[...feature, "missing"], ["drop"], "features[0].fill"],
    [[...feature, "fill"], [undefined, null, "0"], "features[0].fill"],
    [[...feature, "transform"], [undefined, []], "features[0].transform"],
    [[...feature, "transform", "kind"], [undefined, "rank"], "features[0].transform.kind"],
    [[...feature, "transform", "log1p"], [undefined, 1], "features[0].transform.log1p"],
    [[...feature, "transform", "center"], [undefined, null], "features[0].transform.center"],
    [[...feature, "transform", "scale"], [undefined, 0, -1, null], "features[0].transform.scale"],
    [["parameters", "segments"], [undefined, {}, []], "segments"],
    [[...segment], [null, "x"], "segments[1]"],
    [[...segment, "segment"], [undefined, 0, -1, 1.5, "1", 2 ** 31], "segments[1].segment"],
    [[...segment, "segment"], [4], "segments (a number stands twice)"],
    [[...segment, "centre"], [undefined, [], [1], [1, 2, 3], [1, null]], "segments[1].centre"],
    [[...segment, "size"], [undefined, -1], "segments[1].size"],
    [[...segment, "share"], [undefined, "1"], "segments[1].share"],
    [[...segment, "share"], [0.3], "segments (their shares do not sum to 1)"],
    [[...segment, "centre"], [[0.1, 0.3333333333333333]], "segments (two have one centre)"],
    [[...segment, "centroid"], [undefined, [1], [1, "2"]], "segments[1].centroid"],
    [[...segment, "description"], [undefined, 3], "segments[1].description"],
    [[...segment, "name"], ["", 3, null], "segments[1].name"],
    [[...segment, "given"], [true, "all"], "segments[1].given"],
    [[...segment, "z"], [[1], [1, null], 3], "segments[1].z"],
    [["parameters", "lang"], ["de", 1], "lang"],
  ];
  test.each(wrong)("%j", (path, values, name) => {
    for (const value of values) {
      const error = refusal(changed(path, value));
      expect(error, text(value)).toMatchObject({ code: "bad-model", exit: 3, place: { file: "m.json" } });
      expect(error.message, text(value)).toBe(`${name} is missing or wrong`);
    }
  });
});

test.each([
  ["", "is not JSON", "give a file that --save-model wrote"],
  ["{", "is not JSON", "give a file that --save-model wrote"],
  ["customer_id,revenue\n1,2\n", "is not JSON", "give a file that --save-model wrote"],
  ["[]", "the document is missing or wrong", "save the model again"],
  ["null", "the document is missing or wrong", "save the model again"],
  ["{}", "holds no schema, not a model of segment", "give a file that --save-model wrote"],
  [
    changed(["schema"], "segment/model/clean@1"),
    "holds segment/model/clean@1, not segment/model/cluster@1",
    "give a file that segment cluster --save-model wrote",
  ],
  [
    changed(["schema"], "segment/cluster@1"),
    "holds segment/cluster@1, not a model of segment",
    "give a file that --save-model wrote",
  ],
  [
    changed(["schema"], "segment/model/cluster@2"),
    "holds segment/model/cluster@2, not segment/model/cluster@1",
    "it needs another version of segment",
  ],
])("the file %j is no model", (file, message, hint) => {
  expect(refusal(file)).toMatchObject({ code: "bad-model", message, hint });
});

test("any JSON at all, and a model with any member exchanged, is a model or is refused, never a crash", () => {
  const paths: (readonly (string | number)[])[] = [];
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (path.length > 0) paths.push(path);
    if (Array.isArray(value)) value.forEach((item, i) => walk(item, [...path, i]));
    else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
    }
  };
  walk(plain(), []);
  const read = (file: string): void => {
    try {
      readModel(readModelFile(file, "m.json"));
    } catch (error) {
      expect(error).toBeInstanceOf(SegmentError);
      expect((error as SegmentError).code).toBe("bad-model");
    }
  };
  fc.assert(
    fc.property(fc.jsonValue(), (value) => read(text(value))),
    { numRuns: 100 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.oneof(fc.jsonValue(), fc.double()), (path, value) =>
      read(changed(path, value)),
    ),
    { numRuns: 500 },
  );
  const whole = text(plain());
  fc.assert(
    fc.property(fc.nat(whole.length), (length) => read(whole.slice(0, length))),
    { numRuns: 50 },
  );
});
