import { expect, test } from "vitest";
import { errorTable, isOutOfMemory, SegmentError } from "../../src/core/errors.ts";

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

test("the runtime's refusals of memory are told from other failures", () => {
  for (const message of [
    "WebAssembly.Memory(): could not allocate memory",
    "Array buffer allocation failed",
    "Invalid typed array length: 99999999999",
  ]) {
    expect(isOutOfMemory(new RangeError(message))).toBe(true);
    expect(isOutOfMemory(new Error(message))).toBe(false);
  }
  expect(isOutOfMemory(Object.assign(new Error("spawn"), { code: "ENOMEM" }))).toBe(true);
  expect(isOutOfMemory(new RangeError("Maximum call stack size exceeded"))).toBe(false);
  expect(isOutOfMemory("out of memory")).toBe(false);
});
