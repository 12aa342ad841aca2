import { expect, test } from "vitest";
import {
  formatChange,
  formatCompact,
  formatCount,
  formatFixed,
  formatHalfWidth,
  formatMeasure,
  formatShare,
  formatSigned,
  measureFormat,
} from "../../src/report/number.ts";

test("counts are grouped by thousands with a space from 1 000 on", () => {
  expect([0, 7, 999, 1000, 120_431, 10_000_000].map(formatCount)).toEqual([
    "0",
    "7",
    "999",
    "1 000",
    "120 431",
    "10 000 000",
  ]);
});

test("fixed decimals never show a negative zero and keep the sign of what is left", () => {
  expect(formatFixed(-0.004, 2)).toBe("0.00");
  expect(formatFixed(-0.006, 2)).toBe("-0.01");
  expect(formatFixed(1204.5, 2)).toBe("1 204.50");
  expect(formatFixed(Number.NaN, 2)).toBe("—");
  expect(formatFixed(Number.NEGATIVE_INFINITY, 2)).toBe("-∞");
});

test("large figures are shortened to three digits and a letter", () => {
  const values = [412_310.5, 15_849, 1_580_000, 999_499, 999_500, 999.6, 41.23, 4.126, 0.4126, 0, -2300, 0.00012];
  expect(values.map(formatCompact)).toEqual([
    "412k",
    "15.8k",
    "1.58M",
    "999k",
    "1.00M",
    "1.00k",
    "41.2",
    "4.13",
    "0.413",
    "0",
    "-2.30k",
    "1.20e-4",
  ]);
});

test("a share that is not nothing is never printed as nothing, nor one that is not all as all", () => {
  expect([0, 0.0004, 0.214, 0.9999, 1].map((share) => formatShare(share))).toEqual([
    "0.0%",
    "<0.1%",
    "21.4%",
    ">99.9%",
    "100.0%",
  ]);
  expect([0.004, 0.34, 0.997].map((share) => formatShare(share, 0))).toEqual(["<1%", "34%", ">99%"]);
});

test("changes and z-scores carry their sign", () => {
  expect([-0.2486, 0.031, 0, Number.NaN].map(formatChange)).toEqual(["-25%", "+3%", "0%", "—"]);
  expect([2.41, -0.36, 0.04, -0.04].map((z) => formatSigned(z))).toEqual(["+2.4", "-0.4", "0.0", "0.0"]);
});

test("the half-width of an interval is short and never shown as zero", () => {
  expect([0.01, 0.0123, 0.0042, 0.00001, 0].map(formatHalfWidth)).toEqual([".01", ".01", ".004", "<.001", ".00"]);
});

test("the values of one column share their decimals, whole numbers stay whole", () => {
  expect([12, 9.75, 330.125].map(measureFormat([12, 9.75, 330.125]))).toEqual(["12", "10", "330"]);
  expect([1.5, 9.75, null].map(measureFormat([1.5, 9.75, null]))).toEqual(["1.50", "9.75", "—"]);
  expect([0.25, 0].map(measureFormat([0.25, 0]))).toEqual(["0.250", "0.000"]);
  expect([3, 12_000].map(measureFormat([3, 12_000]))).toEqual(["3", "12 000"]);
  expect(formatMeasure(0.00002)).toBe("2.00e-5");
  expect(formatMeasure(-41.26)).toBe("-41.3");
});
