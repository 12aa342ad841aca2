import { afterEach, describe, expect, test, vi } from "vitest";
import { columnOf } from "../../../src/core/matrix.ts";
import { quantiles } from "../../../src/model/stats/quantile.ts";
import { identifier, sql } from "../../../src/sql/template.ts";
import { doubleSql } from "../../../src/steps/cluster/in-engine/column-moments.ts";
import { engineQuantiles } from "../../../src/steps/in-engine/engine-quantiles.ts";
import { lcg } from "../../model/cluster/data.ts";
import { withContext } from "../cluster/with-context.ts";

const here = withContext();
const probabilities = [0, 0.001, 0.2, 0.25, 0.5, 0.6, 0.75, 0.999, 1];

/** Uniform draws as `rows` numbers of a distribution. */
function draws(rows: number, seed: number, of: (u: number, i: number) => number): Float64Array {
  return Float64Array.from(lcg(rows, seed), of);
}

const dataSets: Readonly<Record<string, Float64Array>> = {
  "one row": Float64Array.of(7.25),
  "two rows": Float64Array.of(3, -1),
  "three rows with a gap": Float64Array.of(0.1, Number.NaN, 0.2, 0.3),
  "five rows": Float64Array.of(5, 1e-300, 1e300, 2, 2),
  "one value": new Float64Array(20_000).fill(0.1),
  "heavy ties": draws(40_000, 1, (u) => Math.floor(u * u * 6)),
  "mostly zero, then a tail": draws(60_000, 2, (u) => (u < 0.9 ? 0 : 1 / (1.0001 - u))),
  "from 1e-300 to 1e300": draws(50_000, 3, (u) => 10 ** (600 * u - 300)),
  "both signs": draws(50_000, 4, (u, i) => (i % 2 === 0 ? 1 : -1) * 10 ** (8 * u - 4)),
  "far from zero and narrow": draws(30_000, 5, (u) => 1e9 + u / 1024),
  "two values at the ends of the doubles": draws(20_000, 6, (u) => (u < 0.5 ? -1.7e308 : 1.7e308)),
  "the least doubles there are": draws(20_000, 8, (u) => Math.floor(u * 50) * Number.MIN_VALUE),
  "from zero to the least doubles": draws(30_000, 9, (u) => 10 ** (-325 * u)),
  "one neighbour of a value": draws(20_000, 7, (u) => (u < 0.3 ? 1 : 1 + Number.EPSILON)),
};

/** A table of `i, v_1 …, w` and what stands for its columns. */
async function stored(columns: readonly Float64Array[], weights: Float64Array | null) {
  const names = [...columns.map((_, j) => `v${j}`), "w", "n"];
  const lines = Array.from(columns[0]!, (_, i) =>
    [...columns.map((column) => (Number.isNaN(column[i]) ? "" : column[i])), weights?.[i] ?? 1, `row ${i}`].join(","),
  );
  const table = await here().table(`${names.join(",")}\n${lines.join("\n")}\n`);
  return {
    relation: table.relation,
    columns: columns.map((_, j) => ({ value: doubleSql(table, `v${j}`), probabilities })),
    weight: weights === null ? null : doubleSql(table, "w"),
  };
}

afterEach(() => vi.restoreAllMocks());

describe("quantiles found by the engine are those of the kernel", () => {
  test.each(Object.entries(dataSets))("%s", async (_, values) => {
    const { relation, columns } = await stored([values], null);
    const [found] = await engineQuantiles(here().context.engine, relation, columns);
    expect(found).toEqual(quantiles(values, probabilities));
  });

  test.each(Object.entries(dataSets))("%s, with numbers of rows as weights, some of them 0", async (_, values) => {
    const weights = Float64Array.from(
      values,
      (_x, i) => (i % 7 === 0 && values.length > 1 ? 0 : (i * i) % 5) + (i === 1 ? 1 : 0),
    );
    if (values.length === 1) weights[0] = 3;
    const { relation, columns, weight } = await stored([values], weights);
    const [found] = await engineQuantiles(here().context.engine, relation, columns, weight);
    expect(found).toEqual(quantiles(values, probabilities, weights));
  });

  test("weights in parts of a row", async () => {
    const values = draws(30_000, 8, (u) => u * 100);
    const weights = draws(30_000, 9, (u) => Math.round(1024 * u) / 1024);
    const { relation, columns, weight } = await stored([values], weights);
    const [found] = await engineQuantiles(here().context.engine, relation, columns, weight);
    const expected = quantiles(values, probabilities, weights);
    found!.forEach((one, i) => expect(one).toBeCloseTo(expected[i]!, 9));
  });

  test("a column without values has none", async () => {
    const { relation, columns } = await stored([Float64Array.of(1, 2, 3)], null);
    const none = [{ value: sql`cast(null as double)`, probabilities: [0.5] }, columns[0]!];
    const [nothing, found] = await engineQuantiles(here().context.engine, relation, none);
    expect(nothing).toEqual([Number.NaN]);
    expect(found).toEqual(quantiles(Float64Array.of(1, 2, 3), probabilities));
  });
});

describe("a million rows", () => {
  test("several columns come from few scans, of which few rows come back", async () => {
    const { engine, compute } = here().context;
    const u = sql`cast(number * 2654435761 % 4294967296 as double) / 4294967296`;
    const names = ["even", "growing", "tailed", "whole"];
    const stored = await engine.store(sql`
      select u as even, exp(12 * u * u) as growing, 1 / (1.0000001 - u) as tailed, floor(40 * u) as whole
      from (select ${u} as u from (select unnest(generate_series(1, 1000000)) as number))
    `);
    const matrix = await engine.matrix(sql`select * from ${stored.relation}`, names, stored.rows, compute);
    const counts: number[] = [];
    const plain = engine.rows.bind(engine);
    vi.spyOn(engine, "rows").mockImplementation(async (query, maximum) => {
      const found = await plain(query, maximum);
      counts.push(found.length);
      return found;
    });
    const wanted = names.map((name) => ({ value: identifier(name), probabilities }));
    const found = await engineQuantiles(engine, stored.relation, wanted);
    expect(found).toEqual(names.map((_, j) => quantiles(columnOf(matrix, j), probabilities)));
    expect(counts.length).toBeLessThanOrEqual(8);
    expect(Math.max(...counts)).toBeLessThanOrEqual(65_536);
  });
});
