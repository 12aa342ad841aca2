import { expect, test } from "vitest";
import { mode } from "../../../src/model/stats/mode.ts";

const column = (...values: number[]): Float64Array => Float64Array.from(values);

test("the mode is the most frequent value, the least of several as frequent", () => {
  expect(mode(column(3, 1, 3, 2))).toBe(3);
  expect(mode(column(9, 2, 9, 2, 5))).toBe(2);
  expect(mode(column(7, -4, 1.5))).toBe(-4);
  expect(mode(column(Number.NaN, Number.NaN, 4))).toBe(4);
});

test("zero and negative zero are one value, and a column without values has no mode", () => {
  expect(mode(column(-0, 5, 0, 5, 0))).toBe(0);
  expect(mode(column())).toBeNaN();
  expect(mode(column(Number.NaN))).toBeNaN();
});
