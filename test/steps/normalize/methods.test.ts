import { expect, test } from "vitest";
import { SegmentError } from "../../../src/core/errors.ts";
import { methodWords, readMethods } from "../../../src/steps/normalize/methods.ts";

function refused(...items: string[]): SegmentError {
  try {
    readMethods(items);
  } catch (error) {
    if (error instanceof SegmentError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

test("without a word the method is auto; one word is for all, COL=METHOD for one, a name may hold =", () => {
  expect(readMethods([])).toEqual({ all: "auto", byColumn: new Map(), details: { ddof: 0, quantiles: 1000 } });
  const methods = readMethods(["robust", "a=b=log1p+zscore", "visits = auto"]);
  expect(methods.all).toEqual({ power: "none", scaler: "robust" });
  expect(methods.byColumn.get("a=b")).toEqual({ power: "log1p", scaler: "zscore" });
  expect(methods.byColumn.get("visits")).toBe("auto");
});

test("hyphens and case are free", () => {
  for (const word of ["z-score", "Z-Score", "zscore"]) {
    expect(readMethods([word]).all).toEqual({ power: "none", scaler: "zscore" });
  }
  expect(readMethods(["BoxCox + min-max"]).all).toEqual({ power: "box-cox", scaler: "minmax" });
  expect(readMethods(["Yeo-Johnson"]).all).toEqual({ power: "yeo-johnson", scaler: "none" });
});

test("an unknown word is met with the one that was meant", () => {
  expect(refused("zcore")).toMatchObject({ code: "unknown-choice", exit: 2, hint: "did you mean zscore?" });
  expect(refused("revenue=log1p+zzscore")).toMatchObject({ code: "unknown-choice", hint: "did you mean zscore?" });
});

test("two methods for the same columns are refused, and the chain that was meant is shown", () => {
  expect(refused("log1p", "zscore").hint).toContain("log1p+zscore");
  expect(refused("a=minmax", "a=robust")).toMatchObject({ code: "bad-option-value" });
});

test("a chain is one transform, then one scaler", () => {
  expect(refused("zscore+log1p").hint).toBe("did you mean log1p+zscore?");
  for (const chain of ["log1p+box-cox", "zscore+robust", "log1p+zscore+minmax", "auto+zscore", "log1p+auto"]) {
    expect(refused(chain)).toMatchObject({ code: "bad-option-value" });
  }
});

test("a method is written as it is read", () => {
  for (const word of ["auto", "minmax", "box-cox", "yeo-johnson+maxabs"]) {
    expect(methodWords(readMethods([word]).all)).toBe(word);
  }
});
