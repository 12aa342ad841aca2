import { describe, expect, test } from "vitest";
import type { ScaleMethod } from "../../../../src/model/stats/scaling.ts";
import { columnFacts } from "../../../../src/steps/column-facts.ts";
import { doubleSql } from "../../../../src/steps/cluster/in-engine/column-moments.ts";
import { wholeFeatures } from "../../../../src/steps/cluster/in-engine/whole-features.ts";
import type { ModelFeature } from "../../../../src/steps/cluster/model.ts";
import { learnFeatures } from "../../../../src/steps/cluster/prepare.ts";
import { readNumbers } from "../../../../src/steps/cluster/read-numbers.ts";
import type { MissingRule } from "../../../../src/steps/cluster/settings.ts";
import { lcg } from "../../../model/cluster/data.ts";
import { withContext } from "../with-context.ts";

const here = withContext();
const names = ["skewed", "even", "debt", "visits", "gappy"];

function table() {
  const u = lcg(5 * 12_000, 31);
  const lines = Array.from({ length: 12_000 }, (_, i) => {
    const [a, b, c, d, e] = u.subarray(5 * i, 5 * i + 5) as unknown as [number, number, number, number, number];
    const gap = e < 0.2 ? "" : String(90 * e - 3);
    return [Math.exp(9 * a * a), b * 1e4, -Math.exp(8 * c), Math.floor(9 * d * d * d), gap, i % 4].join(",");
  });
  return here().table(`${names.join(",")},w\n${lines.join("\n")}\n`);
}

const scales: readonly ScaleMethod[] = ["auto", "zscore", "robust", "minmax", "none"];
const rules: readonly MissingRule[] = ["median", "mean", "zero", "drop"];

describe("fills and scales found by the engine are those that the rows themselves teach", () => {
  test.each(scales.flatMap((scale) => rules.map((missing) => [scale, missing] as const)))(
    "scale %s, missing %s",
    async (scale, missing) => {
      const { engine, compute } = here().context;
      const own = await table();
      const numbers = await readNumbers(engine, compute, own, [...names, "w"]);
      const columns = names.map((name) => numbers.get(name)!);
      const candidates = names.map((name, j) => ({
        name,
        source: name,
        named: false,
        role: null,
        facts: columnFacts(compute, columns[j]!),
      }));
      for (const weighted of [false, true]) {
        const weights = weighted ? numbers.get("w")! : null;
        const how = { missing: { all: missing, byColumn: new Map() }, scale, fillsAll: true };
        const expected = learnFeatures(compute, candidates, columns, weights, how);
        // As of a sample, on which every number is another one.
        const sampled = expected.map((feature): ModelFeature => ({
          ...feature,
          fill: feature.fill === null ? null : feature.missing === "zero" ? 0 : -1,
          transform: { ...feature.transform, log1p: !feature.transform.log1p, center: 77, scale: 5 },
        }));
        const weight = weighted ? doubleSql(own, "w") : null;
        const whole = await wholeFeatures(engine, own, sampled, scale, weight);
        expect(whole.missing).toEqual(candidates.map(({ facts }) => facts.missing));
        whole.features.forEach((feature, j) => {
          const { fill, transform } = expected[j]!;
          if (missing === "mean") expect(near(feature.fill!, fill!)).toBe(true);
          else expect(feature.fill).toBe(fill);
          if (scale === "none") return;
          expect(feature.transform.log1p).toBe(transform.log1p);
          const isExact = (scale === "robust" || scale === "minmax") && missing !== "mean";
          const pairs = [
            [feature.transform.center, transform.center],
            [feature.transform.scale, transform.scale],
          ] as const;
          for (const [found, wanted] of pairs) {
            if (isExact) expect(found).toBe(wanted);
            else expect(near(found, wanted)).toBe(true);
          }
        });
      }
    },
  );
});

/** To 1e-9 of the size. */
function near(found: number, expected: number): boolean {
  return Math.abs(found - expected) <= 1e-9 * Math.abs(expected);
}
