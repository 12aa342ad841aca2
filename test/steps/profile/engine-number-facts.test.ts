import { expect, test } from "vitest";
import { columnOf } from "../../../src/core/matrix.ts";
import { engineNumberFacts } from "../../../src/steps/profile/engine-number-facts.ts";
import { numberFacts } from "../../../src/steps/profile/number-facts.ts";
import { measuredSql } from "../../../src/steps/profile/profile-table.ts";
import { readNumbers } from "../../../src/steps/cluster/read-numbers.ts";
import { lcg } from "../../model/cluster/data.ts";
import { withContext } from "../cluster/with-context.ts";

const here = withContext();

test("figures by aggregates of the engine are those of the columns read whole", async () => {
  const u = lcg(4 * 3000, 17);
  const lines = Array.from({ length: 3000 }, (_, i) => {
    const [a, b, c, d] = u.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
    const gap = d < 0.1 ? "" : 100 * c - 50;
    return [(Math.exp(9 * a * a) - 1).toFixed(2), Math.floor(5 * b * b), gap, d < 0.6 ? 0 : d, 7].join(",");
  });
  const table = await here().table(`skewed,counts,gaps,zeros,same\n${lines.join("\n")}\n`);
  const { engine, compute } = here().context;
  const columns = table.columns.map((column) => ({ column, value: measuredSql(column)! }));
  const found = await engineNumberFacts(engine, table, columns);
  const numbers = await readNumbers(
    engine,
    compute,
    table,
    table.columns.map(({ name }) => name),
  );
  expect(found.length).toBe(5);
  table.columns.forEach(({ name }, i) => {
    const { mean, standardDeviation, skewness, kurtosis, ...exact } = numberFacts(compute, numbers.get(name)!);
    const { mean: m, standardDeviation: sd, skewness: skew, kurtosis: peak, ...same } = found[i]!;
    expect(same).toEqual(exact);
    const range = exact.maximum - exact.minimum;
    expect(Math.abs(m - mean)).toBeLessThanOrEqual(1e-12 * (range || 1));
    expect(Math.abs(sd - standardDeviation)).toBeLessThanOrEqual(1e-10 * (range || 1));
    expect(Math.abs(skew - skewness)).toBeLessThanOrEqual(1e-8);
    expect(Math.abs(peak - kurtosis)).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(kurtosis)));
  });
});

test("infinite values are counted, and nothing else is made of them", () => {
  const { compute } = here().context;
  const values = compute.f64(5);
  values.set([1, Infinity, 3, -Infinity, Number.NaN]);
  const facts = numberFacts(compute, values);
  expect(facts).toMatchObject({ count: 2, infinite: 2, minimum: 1, maximum: 3, mean: 2, standardDeviation: 1 });
  expect(columnOf({ rows: 5, columns: ["v"], values }, 0)[1]).toBeNaN();
});
