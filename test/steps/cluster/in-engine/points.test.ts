import { column } from "../columns.ts";
import { describe, expect, test } from "vitest";
import { SegmentError } from "../../../../src/core/errors.ts";
import { sql } from "../../../../src/sql/template.ts";
import { storePoints } from "../../../../src/steps/cluster/in-engine/points.ts";
import {
  asItIs,
  eighths,
  gridRows,
  pointsOf,
  shuffled,
  tableOf,
  weightOf,
  withBoth,
  type Rows,
} from "./with-points.ts";

const both = withBoth();

/** The points as rows: values, rows, weight, in the order of their values. */
async function stored(rows: Rows, weights: readonly number[] | null): Promise<number[][]> {
  const points = await pointsOf(both().engine, rows, weights);
  const found = await both().engine.rows(sql`select * from ${points.relation} order by all`, rows.length);
  const names = [...rows[0]!.map((_, j) => `x_${j + 1}`), "rows_1", "w_1"];
  return found.map((row) => names.map((name) => Number(row[name])));
}

const nan = Number.NaN;

test("equal rows are one point that weighs as much as they do together", async () => {
  const rows = [
    [1, 2],
    [0, -0],
    [1, 2],
    [-0, 0],
    [1, 2],
    [1, 2.5],
  ];
  expect(await stored(rows, null)).toEqual([
    [0, 0, 2, 2],
    [1, 2, 3, 3],
    [1, 2.5, 1, 1],
  ]);
  expect(await stored(rows, [0.5, 0.25, 2, 0, 0, 7])).toEqual([
    [0, 0, 2, 0.25],
    [1, 2, 3, 2.5],
    [1, 2.5, 1, 7],
  ]);
});

test("a weight is taken to the nearest 2^-20", async () => {
  const [[, , third] = [], [, , tiny] = []] = await stored([[1], [2]], [1 / 3, 1e-9]);
  expect(Math.abs(third! - 1 / 3)).toBeLessThanOrEqual(2 ** -21);
  expect(tiny).toBe(0);
});

test("what is told of the points: distinct rows, weight, rows, the largest value", async () => {
  const rows = [[3], [3], [-8], [5], [100]];
  const told = { columns: 1, points: 4, weight: 5, rows: 5, largest: 100 };
  expect(await pointsOf(both().engine, rows, null)).toMatchObject(told);
  const weighted = { columns: 1, points: 3, weight: 4.75, rows: 5, largest: 8 };
  expect(await pointsOf(both().engine, rows, [1, 2, 0.25, 1.5, 0])).toMatchObject(weighted);
});

test("a row with a missing value is left out where nothing fills it, and filled where something does", async () => {
  const { engine } = both();
  const rows = [
    [1, nan],
    [nan, 2],
    [3, 4],
    [nan, nan],
  ];
  expect(await stored(rows, null)).toEqual([[3, 4, 1, 1]]);
  const table = await tableOf(engine, rows);
  const features = [asItIs("v_1", { missing: "zero", fill: 0 }), asItIs("v_2")];
  const points = await storePoints(engine, table, features, null);
  expect(points).toMatchObject({ rows: 2, points: 2, weight: 2 });
  const filled = await engine.rows(sql`select x_1, x_2 from ${points.relation} order by x_1`, 2);
  expect(filled.map(({ x_1, x_2 }) => [x_1, x_2])).toEqual([
    [0, 2],
    [3, 4],
  ]);
});

test("a NaN that the engine holds is a missing value", async () => {
  const { engine } = both();
  const values = sql`(select * from (values (1e0, 2e0), (cast('nan' as double), 5e0)) as t(v_1, v_2))`;
  const table = { relation: values, rows: 2, columns: [column("v_1"), column("v_2")] };
  expect(await storePoints(engine, table, [asItIs("v_1"), asItIs("v_2")], null)).toMatchObject({ rows: 1, points: 1 });
  const filled = [asItIs("v_1", { missing: "zero", fill: 0 }), asItIs("v_2")];
  expect(await storePoints(engine, table, filled, null)).toMatchObject({ rows: 2, points: 2, largest: 5 });
});

test("values are scaled as the model says, the logarithm first", async () => {
  const { engine } = both();
  const table = await tableOf(engine, [[Math.E - 1], [1 - Math.E], [nan]]);
  const transform = { kind: "zscore", log1p: true, center: 0.5, scale: 0.25 } as const;
  const points = await storePoints(engine, table, [asItIs("v_1", { missing: "mean", fill: 0, transform })], null);
  const found = await engine.rows(sql`select x_1 from ${points.relation} order by x_1`, 3);
  const expected = [-6, -2, 2];
  found.forEach(({ x_1 }, i) => expect(Number(x_1)).toBeCloseTo(expected[i]!, 14));
  expect(found).toHaveLength(3);
});

describe("what cannot be clustered is refused", () => {
  async function refusal(rows: Rows): Promise<unknown> {
    return pointsOf(both().engine, rows, null).then(
      () => null,
      (error: unknown) => error,
    );
  }

  test.each([[2 ** 43], [-(2 ** 43)], [1e300], [Infinity], [-Infinity]])("a scaled value of %d", async (x) => {
    const error = await refusal([[1], [x], [3]]);
    expect(error).toBeInstanceOf(SegmentError);
    expect(error).toMatchObject({ code: "not-finite" });
  });

  test("a table in which every row has a gap", async () => {
    expect(await refusal([[nan], [nan]])).toMatchObject({ code: "too-few-rows" });
  });

  test("the largest that may be, just below 2^43, is not", async () => {
    expect(await refusal([[2 ** 43 - 1], [1]])).toBeNull();
  });
});

test("the order of the rows changes nothing", async () => {
  const rows = gridRows(3000, 2, 5, 4);
  const weights = eighths(3000, 5);
  const pairs = shuffled(
    rows.map((row, i) => ({ row, weight: weights[i]! })),
    6,
  );
  expect(
    await stored(
      pairs.map(({ row }) => row),
      pairs.map(({ weight }) => weight),
    ),
  ).toEqual(await stored(rows, weights));
});

test("a weight column of the table is read beside the features", async () => {
  const { engine } = both();
  const table = await tableOf(engine, [
    [1, 3],
    [2, 4],
  ]);
  expect(await storePoints(engine, table, [asItIs("v_1")], weightOf(table))).toMatchObject({ weight: 7 });
});
