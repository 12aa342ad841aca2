import { describe, expect, test } from "vitest";
import {
  outlierRules,
  readOutlierActions,
  readOutliers,
  ruleParameters,
  ruleText,
} from "../../../src/steps/clean/outlier-rules.ts";

const limits = { iqrFactor: 1.5, zLimit: 3 };
const read = (item: string) => readOutliers([item], limits).all!;
const readColumn = (rule: string) => readOutliers([`spend=${rule}`], limits).byColumn.get("spend")!;

describe("a rule of outliers is written with its numbers or without", () => {
  test.each([
    ["iqr", { rule: "iqr", limit: 1.5 }, "iqr:1.5"],
    ["iqr:3", { rule: "iqr", limit: 3 }, "iqr:3"],
    ["zscore", { rule: "zscore", limit: 3 }, "zscore:3"],
    ["zscore:2.5", { rule: "zscore", limit: 2.5 }, "zscore:2.5"],
    ["mad", { rule: "mad", limit: 3.5 }, "mad:3.5"],
    ["percentile", { rule: "percentile", low: 1, high: 99 }, "percentile:1:99"],
    ["percentile:0.5:", { rule: "percentile", low: 0.5, high: 100 }, "percentile:0.5:100"],
    ["percentile::95", { rule: "percentile", low: 0, high: 95 }, "percentile:0:95"],
    ["xmr", { rule: "xmr" }, "xmr"],
    ["bounds:0:10000", { rule: "bounds", low: 0, high: 10_000 }, "bounds:0:10000"],
    ["bounds:-5.5:", { rule: "bounds", low: -5.5, high: null }, "bounds:-5.5:"],
    ["bounds::1e3", { rule: "bounds", low: null, high: 1000 }, "bounds::1000"],
  ] as const)("%s", (written, rule, text) => {
    const found = readColumn(written);
    expect(found).toEqual(rule);
    expect(ruleText(found.rule, ruleParameters(found))).toBe(text);
    if (found.rule !== "bounds") expect(read(written)).toEqual(rule);
  });

  test.each([
    ["iqr:-1", "one number, 0 or more"],
    ["iqr:", "one number, 0 or more"],
    ["mad:2:3", "one number, 0 or more"],
    ["iqr:1.5.1", "decimal point"],
    ["bounds:0x10:20", "decimal point"],
    ["percentile:5", "two percents"],
    ["percentile:99:1", "two percents"],
    ["percentile:-1:99", "two percents"],
    ["xmr:3", "takes no number"],
    ["bounds", "two values"],
    ["bounds:5", "two values"],
    ["bounds::", "two values"],
    ["bounds:9:1", "two values"],
  ])("%s is refused: %s", (written, said) => {
    expect(() => readColumn(written)).toThrow(said);
  });

  test("bounds of all columns are refused, an unknown rule or action is corrected", () => {
    expect(() => read("bounds:0:10")).toThrow("bounds are those of a column");
    const error = (run: () => unknown): unknown => {
      try {
        run();
      } catch (thrown) {
        return thrown;
      }
      return null;
    };
    expect(error(() => read("percentil:1:99"))).toMatchObject({
      code: "unknown-choice",
      hint: "did you mean percentile?",
    });
    expect(error(() => readOutlierActions(["winsorize"]))).toMatchObject({ hint: "did you mean winsorise?" });
    expect(outlierRules).toHaveLength(6);
  });

  test("actions are for all columns and for some", () => {
    const { all, byColumn } = readOutlierActions(["clip", "spend=null"]);
    expect(all).toBe("clip");
    expect([...byColumn]).toEqual([["spend", "null"]]);
  });
});
