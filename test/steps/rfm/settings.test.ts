import { describe, expect, test } from "vitest";
import { readAsOf, readCuts, readWeights } from "../../../src/steps/rfm/settings.ts";

const refusal = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string };
    return `${code}: ${message}; ${hint}`;
  }
  return "";
};

describe("--as-of is a day that exists", () => {
  test("a leap day", () => expect(readAsOf("2024-02-29")).toBe("2024-02-29"));
  test("without it nothing is assumed", () => expect(readAsOf(undefined)).toBeUndefined());
  test.each(["2023-02-29", "31/12/2024", "2024-1-1", "today", "", "2024-12-31T10:00:00Z", "0024-01-01"])(
    "%j is refused",
    (text) => {
      expect(refusal(() => readAsOf(text))).toMatch(/^bad-option-value: --as-of .*not a day; write it like 2024-12-31/);
    },
  );
});

describe("--cuts are four rising numbers for a measure", () => {
  test("for two measures, with signs, fractions and spaces", () => {
    const cuts = readCuts(["recency=30,60,90,180", "monetary = -1.5, 0,2e2 ,300.25"]);
    expect([...cuts]).toEqual([
      ["recency", [30, 60, 90, 180]],
      ["monetary", [-1.5, 0, 200, 300.25]],
    ]);
  });

  test.each([
    ["recency", /not MEASURE=CUTS/],
    ["recencey=1,2,3,4", /^unknown-choice: .*did you mean recency\?/],
    ["recency=1,2,3", /3 cuts; five scores need four/],
    ["recency=1,2,2,4", /do not rise/],
    ["recency=4,3,2,1", /do not rise/],
    ["recency=1,2,x,4", /not all are numbers/],
    ["recency=1,2,,4", /not all are numbers/],
    ["recency=1,2,3,1e999", /not all are numbers/],
  ])("%s is refused", (item, words) => {
    expect(refusal(() => readCuts([item]))).toMatch(words);
  });

  test("a measure cannot have two sets of cuts", () => {
    expect(refusal(() => readCuts(["recency=1,2,3,4", "recency=1,2,3,5"]))).toMatch(/has cuts already/);
  });
});

describe("--weights name r, f and m", () => {
  test("in any order, zero among them", () => {
    expect(readWeights(["m=2", "r=0.5", "f=0"])).toEqual({ r: 0.5, f: 0, m: 2 });
    expect(readWeights(undefined)).toBe(null);
  });

  test.each([
    [["r=1", "f=1"], /m is missing/],
    [["r=1", "f=1", "m=-1"], /-1 is no number of zero or more/],
    [["r=0", "f=0", "m=0"], /all weights are zero/],
    [["r=1", "f=1", "x=1"], /not a weight each for r, f and m/],
    [["r=1", "r=1", "f=1", "m=1"], /r stands twice/],
    [["1", "1", "2"], /not a weight each/],
    [["r=1e308", "f=1e308", "m=1e308"], /too large/],
  ])("%j is refused", (items, words) => {
    expect(refusal(() => readWeights(items))).toMatch(words);
  });
});
