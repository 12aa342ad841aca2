import { describe, expect, test } from "vitest";
import { engineKept, readKept } from "../../../src/steps/clean/kept-numbers.ts";
import { isNumeric, type CleanModel } from "../../../src/steps/clean/model.ts";
import { lcg } from "../../model/cluster/data.ts";
import { withContext } from "../cluster/with-context.ts";

const here = withContext();

function table() {
  const u = lcg(4 * 10_000, 21);
  const lines = Array.from({ length: 10_000 }, (_, i) => {
    const [a, b, c, d] = u.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
    const mail = d < 0.1 ? "nobody" : `a${i}@example.com`;
    return [i, mail, Math.exp(6 * a * a), b < 0.1 ? "" : b * 100 - 40, Math.floor(8 * c * c), 3].join(",");
  });
  return here().table(`id,mail,spent,balance,visits,same\n${lines.join("\n")}\n`);
}

const actions = ["clip", "null", "drop", "flag"] as const;

describe("bounds and fills found by the engine are those of the rows", () => {
  test.each(actions.flatMap((action) => [null, "drop" as const].map((check) => [action, check] as const)))(
    "outliers: %s, e-mail check: %s",
    async (outlierAction, emailCheck) => {
      const { context } = here();
      const own = await table();
      const columns = own.columns.filter(({ type }) => isNumeric(type));
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
        emailCheck,
        outliers: [],
        outlierAction,
        fills: [],
      };
      const expected = await readKept(context, own, columns, model);
      const found = await engineKept(context, own, columns, model);
      for (const [name, facts] of expected.facts)
        expect(found.facts.get(name)).toEqual({ ...facts, risesByOne: false });
      const asked = [
        { name: "spent", rule: "iqr", limit: 1.5 },
        { name: "balance", rule: "zscore", limit: 1.2 },
        { name: "visits", rule: "iqr", limit: 1 },
        { name: "same", rule: "zscore", limit: 3 },
      ] as const;
      const [wanted, bounds] = [await expected.boundsOf(asked), await found.boundsOf(asked)];
      expect(bounds.filter((_, i) => i !== 1)).toEqual(wanted.filter((_, i) => i !== 1));
      expect(bounds[1]!.low).toBeCloseTo(wanted[1]!.low!, 9);
      expect(bounds[1]!.high).toBeCloseTo(wanted[1]!.high!, 9);
      const outliers = asked.map(({ name, rule }, i) => ({ column: name, rule, ...wanted[i]! }));
      const bounded = { ...model, outliers };
      const [here_, there] = [await expected.left(bounded), await found.left(bounded)];
      for (const { name } of columns) expect(there.hasGap(name)).toBe(here_.hasGap(name));
      const fills = ["spent", "balance", "visits", "same"].flatMap((name) =>
        (["mean", "median", "mode"] as const).map((how) => ({ name, how })),
      );
      const [fill, filled] = [await here_.fillsOf(fills), await there.fillsOf(fills)];
      fills.forEach(({ how }, i) => {
        if (how === "mean") expect(filled[i]).toBeCloseTo(fill[i]!, 9);
        else expect(filled[i]).toBe(fill[i]);
      });
    },
  );
});
