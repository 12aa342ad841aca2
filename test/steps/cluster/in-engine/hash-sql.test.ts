import { expect, test } from "vitest";
import { drawKey, uniformDraw, writeRowIds } from "../../../../src/model/cluster/row-hash.ts";
import { sql } from "../../../../src/sql/template.ts";
import { withDraws, withRowIds } from "../../../../src/steps/cluster/in-engine/hash-sql.ts";
import { bumpRows, lcg } from "../../../model/cluster/data.ts";
import { tableOf, withBoth, type Rows } from "./with-points.ts";

const both = withBoth();

/** Ids and draws of rows, from the engine's SQL and from the numeric core. */
async function hashed(rows: Rows, key: number): Promise<Record<"found" | "expected", number[][]>> {
  const width = rows[0]!.length;
  const table = await tableOf(
    both().engine,
    rows.map((row, i) => [...row, i]),
  );
  const refs = table.columns.map(({ ref }) => ref);
  const numbered = sql`select *, ${refs[width]!} as row_1 from ${table.relation}`;
  const query = withDraws(withRowIds(numbered, refs.slice(0, width), [sql`row_1`]), key);
  const found = await both().engine.rows(sql`select id_1, id_2, draw_1 from (${query}) order by row_1`, rows.length);
  const values = new Float64Array(rows.length * width);
  rows.forEach((row, i) => row.forEach((x, j) => (values[j * rows.length + i] = x)));
  const ids = { first: new Int32Array(rows.length), second: new Int32Array(rows.length) };
  writeRowIds(values, rows.length, width, ids);
  return {
    found: found.map((row) => [Number(row["id_1"]), Number(row["id_2"]), Number(row["draw_1"])]),
    expected: rows.map((_, i) => {
      const [first, second] = [ids.first[i]!, ids.second[i]!];
      return [first >>> 0, second >>> 0, uniformDraw(first, second, key)];
    }),
  };
}

const huge = 2 ** 43 - 2 ** -9;
const tables: [string, number[][]][] = [
  ["negative whole numbers", Array.from({ length: 500 }, (_, i) => [-i, i - 250])],
  ["the two zeros", [[0], [-0], [2 ** -30], [-(2 ** -30)]]],
  ["about 2^40 and the largest there may be", [[2 ** 40], [-(2 ** 40)], [2 ** 40 + 2 ** -12], [huge], [-huge]]],
  ["fractions at the half of a step", Array.from({ length: 99 }, (_, i) => [(i - 49) * 2 ** -21, (i - 49) / 3])],
  ["three columns", bumpRows(500, 3, 3)],
  ["60 columns", Array.from({ length: 40 }, (_, i) => [...lcg(60, i)].map((u) => (u - 0.5) * 1e6))],
];

test.each(tables)("the ids and draws of %s are those of the numeric core", async (_, rows) => {
  for (const [seed, step] of [
    [42, 0],
    [7, 5],
    [2 ** 31, 99],
  ] as const) {
    const { found, expected } = await hashed(rows, drawKey(seed, step));
    expect(found).toEqual(expected);
  }
});

test("every key from 0 to 2^32 - 1 may be drawn with", async () => {
  for (const key of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
    const { found, expected } = await hashed([[0], [1], [-1], [0.1]], key);
    expect(found).toEqual(expected);
  }
});
