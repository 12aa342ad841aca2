import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { csvColumn, withClean } from "./with-clean.ts";

interface Case {
  readonly rule: "iqr" | "zscore";
  readonly size: number;
  readonly action: "flag" | "clip" | "null" | "drop";
  readonly low: number;
  readonly high: number;
  readonly outliers: number;
  readonly left: number;
  readonly gaps: number;
  readonly mean: number;
  readonly median: number;
  readonly mode: number;
}

const { cases } = JSON.parse(
  readFileSync(new URL("../../../fixtures/reference/clean/reference.json", import.meta.url), "utf8"),
) as { cases: readonly Case[] };

const cells = Array.from({ length: 1000 }, (_, k) => {
  const i = k + 1;
  const u = ((7919 * i) % 10007) / 10007;
  return i % 13 === 0 ? "" : String(Math.round((100 * u ** 4 + 3 * (i % 7)) * 100) / 100);
});
const file = csvColumn("spend", cells);
const { run } = withClean();

describe.each(cases)("outliers by $rule with $size, then $action", (one) => {
  test.each(["mean", "median", "mode"] as const)(
    "bounds, counts and the %s are those of NumPy and pandas",
    async (how) => {
      const { json, rows } = await run(file, {
        outliers: [`spend=${one.rule}`],
        outlierAction: [one.action],
        ...(one.rule === "iqr" ? { iqrFactor: one.size } : { zLimit: one.size }),
        impute: [`spend=${how}`],
      });
      const [bounds] = json["outliers"] as { low: number; high: number; count: number }[];
      expect(bounds!.low).toBeCloseTo(one.low, 10);
      expect(bounds!.high).toBeCloseTo(one.high, 10);
      expect(bounds!.count).toBe(one.outliers);
      expect(rows).toHaveLength(one.left);
      const [fill] = json["imputed"] as { value: number; count: number }[];
      expect(fill!.value).toBeCloseTo(one[how], 10);
      expect(fill!.count).toBe(one.gaps);
    },
  );
});
