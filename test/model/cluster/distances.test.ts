import { afterAll, expect, test } from "vitest";
import { assign } from "../../../src/model/cluster/assign.ts";
import { ownDistances, secondDistances } from "../../../src/model/cluster/distances.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { cloudRows, matrixOf } from "./data.ts";

const computes = [openCompute({ threads: 2, backend: "wasm" }), openCompute({ threads: 1, backend: "typescript" })];
afterAll(() => Promise.all(computes.map((compute) => compute.close())));

test.each(computes)("distances on a line can be checked by hand, $backend", (compute) => {
  const matrix = matrixOf(compute, [[0], [1], [4], [6], [10]]);
  const centres = Float64Array.from([0, 5, 12]);
  const labels = assign(compute, matrix, centres, 3);
  expect([...labels]).toEqual([0, 0, 1, 1, 2]);
  expect([...ownDistances(compute, matrix, centres, labels)]).toEqual([0, 1, 1, 1, 2]);
  const second = secondDistances(compute, matrix, centres, labels);
  expect([...second.segments]).toEqual([1, 1, 0, 0, 1]);
  expect([...second.distances]).toEqual([5, 4, 4, 6, 5]);
});

test.each([3, 4097, 12_345])("compiled and TypeScript distances of %i rows agree to the bit", (rows) => {
  const table = cloudRows(rows, 5, rows);
  const centres = Float64Array.from(cloudRows(6, 5, 2).flat());
  const [compiled, plain] = computes.map((compute) => {
    const matrix = matrixOf(compute, table);
    const labels = assign(compute, matrix, centres, 6);
    const { segments, distances } = secondDistances(compute, matrix, centres, labels);
    return [labels, ownDistances(compute, matrix, centres, labels), segments, distances].map((list) => list.slice());
  });
  expect(compiled).toEqual(plain);
});
