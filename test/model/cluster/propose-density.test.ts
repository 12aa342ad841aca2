import { expect, test } from "vitest";
import { proposeMinSamples, proposeSizes } from "../../../src/model/cluster/propose-density.ts";

test("minimum sizes grow with the columns and with the table", () => {
  expect([proposeMinSamples(100, 2), proposeMinSamples(1e6, 3), proposeMinSamples(500, 200)]).toEqual([9, 28, 50]);
  expect(proposeSizes(10_000, 4)).toEqual({ minClusterSize: 100, minSamples: 18 });
  expect(proposeSizes(20, 4)).toEqual({ minClusterSize: 5, minSamples: 5 });
});
