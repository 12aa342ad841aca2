import { describe, expect, test } from "vitest";
import { daysBetween, isDay, plainNumber, readBounds } from "../../../src/steps/validate/bounds.ts";

describe("LOW..HIGH", () => {
  test.each([
    ["18..99", "numbers", "18", "99"],
    ["-1.5..2e3", "numbers", "-1.5", "2e3"],
    ["0..", "numbers", "0", undefined],
    ["..99", "numbers", undefined, "99"],
    ["2020-01-01..2024-02-29", "dates", "2020-01-01", "2024-02-29"],
    ["2024-01-01 10:30..", "dates", "2024-01-01 10:30:00", undefined],
    ["2024-01-01T23:59:59..2024-01-01", "dates", "2024-01-01 23:59:59", "2024-01-01"],
    [" 5 .. 5 ", "numbers", "5", "5"],
  ] as const)("%s", (text, kind, low, high) => {
    const bounds = readBounds(text);
    expect(bounds).toMatchObject({ kind });
    if (typeof bounds === "string") return;
    expect([bounds.low?.text, bounds.high?.text]).toEqual([low, high]);
  });

  test.each([
    ["18", "not LOW..HIGH"],
    ["..", "a range needs at least one end"],
    ["x..9", "x is neither a number nor a date"],
    ["1...5", ".5 is neither a number nor a date"],
    ["9..2", "the range is reversed: 2..9"],
    ["2024-02-30..", "2024-02-30 is neither a number nor a date"],
    ["2024-01-01 25:00..", "2024-01-01 25:00 is neither a number nor a date"],
    ["2024-01-02..2024-01-01", "the range is reversed: 2024-01-01..2024-01-02"],
    ["1..2024-01-01", "one end is a number and the other a date"],
    ["1e999..", "1e999 is neither a number nor a date"],
  ])("%s is refused: %s", (text, why) => expect(readBounds(text)).toBe(why));
});

test("a day is one of the calendar", () => {
  expect(["2024-02-29", "2000-12-31"].every(isDay)).toBe(true);
  expect(["2023-02-29", "2024-1-1", "24-01-01", "0001-01-01", "2024-13-01", ""].some(isDay)).toBe(false);
});

test("days are counted over leap days and years", () => {
  expect(daysBetween("2024-02-28", "2024-03-01")).toBe(2);
  expect(daysBetween("2023-12-31", "2024-12-31")).toBe(366);
  expect(daysBetween("2024-01-02", "2024-01-01")).toBe(-1);
});

test("a number has digits before and after its point", () => {
  expect(["7", "-7.50", "+1e3"].map(plainNumber)).toEqual([7, -7.5, 1000]);
  expect(["", ".5", "5.", "1,5", "0x10", "inf", "1_0"].map(plainNumber)).toEqual(Array(7).fill(null));
});
