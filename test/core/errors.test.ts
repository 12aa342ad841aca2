import { expect, test } from "vitest";
import { errorTable, SegmentError } from "../../src/core/errors.ts";

test("every failure ends in one of the exit codes that the manual lists", () => {
  expect([...new Set(Object.values(errorTable))].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 70, 130]);
});

test.each([
  ["gate-failed", 1],
  ["unknown-option", 2],
  ["column-exists", 2],
  ["no-numeric-column", 3],
  ["ambiguous-input", 3],
  ["disk-full", 4],
  ["bug", 70],
  ["interrupted", 130],
] as const)("%s ends in %i", (code, exit) => expect(new SegmentError(code, "").exit).toBe(exit));

test("a failure carries what, where and the way out, and its cause", () => {
  const cause = new Error("below");
  const place = { file: "a.csv", line: 3, column: "revenue" };
  const error = new SegmentError("not-finite", "too large", { place, hint: "correct it", cause });
  expect(error).toMatchObject({ name: "SegmentError", message: "too large", place, hint: "correct it", cause });
  expect(new SegmentError("usage", "no details")).toMatchObject({ place: {}, hint: "" });
  expect(new SegmentError("usage", "no details").cause).toBeUndefined();
});
