import { describe, expect, test } from "vitest";
import { measures } from "../../../src/model/rfm/score.ts";
import { defaultGrid } from "../../../src/steps/rfm/default-grid.ts";
import { engineMeasures } from "../../../src/steps/rfm/engine-measures.ts";
import { measuredNumbers } from "../../../src/steps/rfm/measured-numbers.ts";
import { lcg } from "../../model/cluster/data.ts";
import { withContext } from "../cluster/with-context.ts";

const here = withContext();

async function both(line: (u: readonly number[], i: number) => string) {
  const u = lcg(4 * 12_000, 41);
  const lines = Array.from({ length: 12_000 }, (_, i) => line([...u.subarray(4 * i, 4 * i + 4)], i));
  const table = await here().table(`${measures.join(",")}\n${lines.join("\n")}\n`);
  const { context } = here();
  return [await measuredNumbers(context, { table }), await engineMeasures(context.engine, table)] as const;
}

const cases: Readonly<Record<string, (u: readonly number[], i: number) => string>> = {
  "counts and amounts": ([a, b, c]) =>
    `${Math.floor(400 * a! * a!)},${1 + Math.floor(9 * b! ** 4)},${(300 * c!).toFixed(2)}`,
  "gaps and refunds": ([a, b, c, d]) =>
    `${d! < 0.1 ? "" : Math.floor(90 * a!)},${Math.ceil(30 * b!)},${500 * c! - 100}`,
  "one frequency": ([a, , c]) => `${Math.floor(30 * a!)},1,${Math.floor(9 * c!)}`,
};

describe("cuts and segments found by the engine are those of the rows", () => {
  test.each(Object.keys(cases))("%s", async (name) => {
    const [rows, engine] = await both(cases[name]!);
    const cuts = await rows.cuts(new Map());
    expect(await engine.cuts(new Map())).toEqual(cuts);
    const given = new Map([["monetary", [10, 20, 50, 100]]] as const);
    expect(await engine.cuts(given)).toEqual(await rows.cuts(given));
    const model = {
      version: "0",
      columns: [],
      roles: { kind: "columns", recency: "recency", frequency: "frequency", monetary: "monetary" },
      cuts,
      weights: null,
      grid: defaultGrid,
    } as const;
    const [expected, found] = [await rows.summary(model), await engine.summary(model)];
    const plain = (summary: typeof expected): unknown => ({
      ...summary,
      segments: summary.segments.map((segment) => ({ ...segment, monetaryShare: null })),
    });
    expect(plain(found)).toEqual(plain(expected));
    found.segments.forEach(({ monetaryShare }, s) =>
      expect(monetaryShare).toBeCloseTo(expected.segments[s]!.monetaryShare!, 11),
    );
  });
});
