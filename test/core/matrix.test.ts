import { expect, test } from "vitest";
import { columnOf } from "../../src/core/matrix.ts";

test("a column of a matrix is a window on it, not a copy", () => {
  const matrix = { rows: 2, columns: ["a", "b"], values: Float64Array.of(1, 2, 3, 4) };
  const column = columnOf(matrix, 1);
  expect([...column]).toEqual([3, 4]);
  column[0] = 9;
  expect([...matrix.values]).toEqual([1, 2, 9, 4]);
});
