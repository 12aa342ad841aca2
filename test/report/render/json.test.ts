import { expect, test } from "vitest";
import { renderJson } from "../../../src/report/render/json.ts";
import { sampleReport } from "../sample-report.ts";

test("the envelope comes first in its own order, two spaces deep, with a final line end", () => {
  const { json } = sampleReport();
  const report = { ...sampleReport(), json: { k: 3, ...json, warnings: [], share: 0.25 } };
  expect(renderJson(report)).toBe(`{
  "schema": "segment/cluster@1",
  "version": "0.1.0",
  "input": {
    "rows": 120431,
    "used": 120419,
    "quarantined": 0
  },
  "merged": 0,
  "grouped": 0,
  "removed": 0,
  "output": {
    "rows": 120431
  },
  "warnings": [],
  "k": 3,
  "share": 0.25
}
`);
});

test("a number that is not finite is null, and no control character is left bare", () => {
  const centroid = Object.fromEntries([
    ["__proto__", 1],
    ["a\u009bb", Number.NaN],
    ["c", Number.POSITIVE_INFINITY],
  ]);
  const report = { ...sampleReport(), json: { ...sampleReport().json, centroid } };
  const text = renderJson(report);
  expect(text).toContain('"centroid": {\n    "__proto__": 1,\n    "a\\u009bb": null,\n    "c": null\n  }');
  expect(Object.keys(JSON.parse(text).centroid)).toEqual(["__proto__", "a\u009bb", "c"]);
});
