import { expect, test } from "vitest";
import { readExtras, readK, readMissing } from "../../../src/steps/cluster/settings.ts";

test.each([
  ["5", "one", [5]],
  [" 5 ", "one", [5]],
  ["2..4", "range", [2, 3, 4]],
  ["2 .. 4", "range", [2, 3, 4]],
  ["2...4", "range", [2, 3, 4]],
  ["7..7", "range", [7]],
  ["auto", "auto", [2, 3, 4, 5, 6, 7, 8, 9, 10]],
] as const)("--k %j tries %s: %j", (text, asked, candidates) => expect(readK(text)).toEqual({ asked, candidates }));

test.each([
  ["1", "at least 2 segments"],
  ["0", "at least 2 segments"],
  ["-3", "at least 2 segments"],
  ["1..4", "at least 2 segments"],
  ["12..2", "the range is reversed: 2..12"],
  ["2..5000", "at most 1000 candidates in a range"],
  ["2000000", "at most 1000000 segments"],
  ["99999999999999999999", "at most 1000000 segments"],
  ["", "write a number, a range such as 2..12, or auto"],
  ["2.5", "write a number, a range such as 2..12, or auto"],
  ["2-5", "write a number, a range such as 2..12, or auto"],
  ["Auto", "write a number, a range such as 2..12, or auto"],
  ["2..", "write a number, a range such as 2..12, or auto"],
])("--k %j is refused: %s", (text, hint) => {
  expect(() => readK(text)).toThrowError(
    expect.objectContaining({ code: "bad-option-value", exit: 2, message: `--k ${text}`, hint }),
  );
});

test("--missing takes a rule for all, and rules for columns, whatever signs their names hold", () => {
  expect(readMissing([])).toEqual({ all: "median", byColumn: new Map() });
  const { all, byColumn } = readMissing(["basket=zero", "mean", "a=b=drop", "__proto__=error"]);
  expect(all).toBe("mean");
  expect([...byColumn]).toEqual([
    ["basket", "zero"],
    ["a=b", "drop"],
    ["__proto__", "error"],
  ]);
});

test.each([
  ["medain", "did you mean median?"],
  ["basket=zer", "did you mean zero?"],
  ["constructor", ""],
])("--missing %s is no rule", (item, hint) => {
  expect(() => readMissing([item])).toThrowError(expect.objectContaining({ code: "unknown-choice", exit: 2, hint }));
});

test("--with gives its columns once each, in the order of the table that it makes", () => {
  expect(readExtras([])).toEqual([]);
  expect(readExtras(["second", "silhouette", "second"])).toEqual(["silhouette", "second"]);
  expect(() => readExtras(["distances"])).toThrowError(
    expect.objectContaining({ code: "unknown-choice", hint: "did you mean distance?" }),
  );
});
