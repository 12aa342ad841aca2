import { describe, expect, test } from "vitest";
import { engineKept } from "../../../src/steps/clean/engine-kept.ts";
import { groupNames } from "../../../src/steps/clean/groups.ts";
import { readKept, type AskedBounds, type LearnedLimits } from "../../../src/steps/clean/kept-numbers.ts";
import type { CleanModel } from "../../../src/steps/clean/model.ts";
import type { Bounds } from "../../../src/steps/clean/numbers-model.ts";
import { isNumeric } from "../../../src/steps/clean/plain-values.ts";
import { lcg } from "../../model/cluster/data.ts";
import { withContext } from "../cluster/with-context.ts";

const here = withContext();

function table() {
  const u = lcg(4 * 10_000, 21);
  const lines = Array.from({ length: 10_000 }, (_, i) => {
    const [a, b, c, d] = u.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
    const mail = d < 0.1 ? "nobody" : `a${i}@example.com`;
    const town = b < 0.02 ? "" : ["Lyon", "Évry", "Nice"][Math.floor(3 * c * d)];
    const day = (7919 * i) % 3000;
    return [i, mail, town, day, Math.exp(6 * a * a), b < 0.1 ? "" : b * 100 - 40, Math.floor(8 * c * c), 3].join(",");
  });
  return here().table(`id,mail,town,day,spent,balance,visits,same\n${lines.join("\n")}\n`);
}

const actions = ["clip", "winsorise", "null", "drop", "quarantine", "flag"] as const;
const asked = (grouped: boolean): readonly AskedBounds[] => [
  { name: "spent", rule: { rule: "iqr", limit: 1.5 }, ends: true, grouped },
  { name: "balance", rule: { rule: "zscore", limit: 1.2 }, ends: true, grouped },
  { name: "visits", rule: { rule: "mad", limit: 1 }, ends: true, grouped },
  { name: "same", rule: { rule: "zscore", limit: 3 }, ends: true, grouped },
  { name: "day", rule: { rule: "percentile", low: 2.5, high: 99 }, ends: true, grouped },
  { name: "id", rule: { rule: "xmr" }, ends: true, grouped },
];

function expectNear(found: number | null, expected: number | null): void {
  if (found === null || expected === null || Number.isNaN(expected)) expect(found).toEqual(expected);
  else expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
}

/** The rows' limits and the engine's, of all and by group. */
function expectLimits(found: LearnedLimits, expected: LearnedLimits): void {
  for (const end of ["low", "high"] as const) expectNear(found[end], expected[end]);
  expect([found.least, found.most]).toEqual([expected.least, expected.most]);
  expect(found.groups?.length).toBe(expected.groups?.length);
  found.groups?.forEach((own, g) => {
    for (const end of ["low", "high"] as const) expectNear(own![end], expected.groups![g]![end]);
    expect([own!.least, own!.most]).toEqual([expected.groups![g]!.least, expected.groups![g]!.most]);
  });
}

describe("bounds and fills found by the engine are those of the rows", () => {
  test.each(actions)("outliers: %s", async (action) => {
    const { context } = here();
    const own = await table();
    const columns = own.columns.filter(({ type }) => isNumeric(type));
    const grouped = action === "winsorise" || action === "null";
    const town = own.columns.find(({ name }) => name === "town")!;
    const by = grouped ? { column: "town", names: await groupNames(context.engine, own, town) } : null;
    const model: CleanModel = {
      version: "0",
      columns: own.columns.map(({ name, type }) => ({
        name,
        type,
        email: name === "mail",
        case: null,
        order: null,
        decimal: null,
      })),
      nullWords: null,
      emailCheck: null,
      outliers: [],
      fills: [],
      by,
      orderBy: null,
    };
    const learning = { groups: by, orderBy: "day" };
    const expected = await readKept(context, own, columns, learning);
    const found = await engineKept(context, own, columns, learning);
    for (const [name, facts] of expected.facts) expect(found.facts.get(name)).toEqual({ ...facts, risesByOne: false });
    const asks = asked(grouped);
    const [wanted, bounds] = [await expected.boundsOf(asks), await found.boundsOf(asks)];
    bounds.forEach((one, i) => expectLimits(one, wanted[i]!));
    expect(wanted.map(({ groups }) => groups?.length)).toEqual(asks.map(() => (grouped ? 3 : undefined)));
    const outliers = asks.map(({ name, rule }, i): Bounds => ({
      column: name,
      rule: rule.rule,
      parameters: [],
      action,
      ...wanted[i]!,
    }));
    const bounded = { ...model, outliers };
    const [here_, there] = [await expected.left(bounded), await found.left(bounded)];
    for (const { name } of columns) expect(there.hasGap(name)).toBe(here_.hasGap(name));
    const fills = ["spent", "balance", "visits", "same"].flatMap((name) =>
      (["mean", "median", "mode"] as const).map((how) => ({ name, how })),
    );
    const [fill, filled] = [await here_.fillsOf(fills), await there.fillsOf(fills)];
    fills.forEach(({ how }, i) => {
      const pairs = [filled[i]!.all, ...filled[i]!.groups].map((one, g) => [
        one,
        [fill[i]!.all, ...fill[i]!.groups][g]!,
      ]);
      expect(filled[i]!.groups).toHaveLength(fill[i]!.groups.length);
      for (const [one, other] of pairs as [number, number][]) {
        if (how === "mean") expectNear(one, other);
        else expect(one).toBe(other);
      }
    });
  });
});
