import { describe, expect, test } from "vitest";
import { cellCount, cellOf, scoreOf, scoresOf, type Cuts } from "../../../src/model/rfm/score.ts";

const cuts: Cuts = { at: [10, 20, 30, 40], constant: false };

describe("a score is 1 + the cuts strictly below the value", () => {
  test.each([
    [9, 1],
    [10, 1],
    [10.5, 2],
    [20, 2],
    [30, 3],
    [40, 4],
    [41, 5],
    [Number.NaN, 0],
  ])("%d scores %d", (value, score) => {
    expect(scoreOf(value, cuts, "monetary")).toBe(score);
    expect(scoreOf(value, cuts, "frequency")).toBe(score);
  });
});

describe("for recency it is 1 + the cuts strictly above the value", () => {
  test.each([
    [0, 5],
    [10, 4],
    [20, 3],
    [30, 2],
    [40, 1],
    [400, 1],
  ])("%d days score %d", (value, score) => {
    expect(scoreOf(value, cuts, "recency")).toBe(score);
  });
});

test("equal cuts leave scores out: nine of ten customers with one order score 1, the tenth 5", () => {
  const tied: Cuts = { at: [1, 1, 1, 1], constant: false };
  expect([scoreOf(1, tied, "frequency"), scoreOf(7, tied, "frequency")]).toEqual([1, 5]);
});

test("the one value of a constant measure scores 3, and later values lie on its sides", () => {
  const constant: Cuts = { at: [7, 7, 7, 7], constant: true };
  expect([6, 7, 8].map((value) => scoreOf(value, constant, "monetary"))).toEqual([1, 3, 5]);
  expect([6, 7, 8].map((value) => scoreOf(value, constant, "recency"))).toEqual([5, 3, 1]);
});

test("every combination of scores has one place", () => {
  const all = Array.from({ length: cellCount }, (_, cell) => scoresOf(cell));
  expect(all.map((scores) => cellOf(...scores))).toEqual(all.map((_, cell) => cell));
  expect(new Set(all.map((scores) => scores.join(""))).size).toBe(125);
});
