import { expect, test } from "vitest";
import type { ModelFeature } from "../../../src/steps/cluster/model.ts";
import { readInit } from "../../../src/steps/cluster/read-init.ts";
import { readK } from "../../../src/steps/cluster/settings.ts";
import { withContext } from "./with-context.ts";

const surroundings = withContext();
let files = 0;

const feature = (source: string, transform: Partial<ModelFeature["transform"]> = {}): ModelFeature => ({
  column: source,
  source,
  missing: "median",
  fill: 0,
  transform: { kind: "none", log1p: false, center: 0, scale: 1, ...transform },
});

const read = (
  text: string,
  features: readonly ModelFeature[],
  k = "auto",
): Promise<{ readonly k: number; readonly centres: Float64Array }> => {
  const { context, put } = surroundings();
  return readInit(context, put(`init-${++files}.csv`, text), features, readK(k));
};

test("centres are given in the columns' own units, in any order of columns, and scaled as the data is", async () => {
  const features = [
    feature("a", { kind: "zscore", center: 10, scale: 2 }),
    feature("b", { kind: "zscore", log1p: true, center: 1, scale: 0.5 }),
    feature("c_scaled", { kind: "given" }),
  ];
  const { k, centres } = await read("name,c_scaled,b,a\nfirst,0.5,0,12\nsecond,-3,7,10\n", features);
  expect(k).toBe(2);
  const expected = [1, -2, 0.5, 0, (Math.log1p(7) - 1) / 0.5, -3];
  centres.forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 14));
  expect(centres).toHaveLength(6);
});

test("the rows say how many segments there are, and --k may say the same", async () => {
  expect((await read("a\n1\n2\n5\n", [feature("a")], "3")).k).toBe(3);
});

test.each([
  ["a\n1\n2\n", "3", "2 starting centres for 3 segments", "use --k 2"],
  ["a\n1\n2\n", "2..4", "starting centres need one k, not a range", "use --k 2"],
  ["a\n1\n", "auto", "one starting centre", "give at least two rows"],
  ["x\n1\n2\n", "auto", "the starting centres have no column a", "it needs a"],
  ["a\nlow\nhigh\n", "auto", "column a of the starting centres holds text", "give numbers"],
  ["a,b\n1,1\n,2\n3,3\n", "auto", "row 2, column a: no finite number", "give every coordinate of every centre"],
  ["a\n1\n1e999\n", "auto", "row 2, column a: no finite number", "give every coordinate of every centre"],
])("%j with --k %s: %s", async (text, k, message, hint) => {
  await expect(read(text, [feature("a")], k)).rejects.toMatchObject({ code: "bad-init", exit: 3, message, hint });
});

test("a file of starting centres that is missing is said so", async () => {
  const { context, path } = surroundings();
  await expect(readInit(context, path("none.csv"), [feature("a")], readK("auto"))).rejects.toMatchObject({
    code: "file-missing",
  });
});
