import { expect, test } from "vitest";
import { drawKey, uniformDraw } from "../../../../src/model/cluster/row-hash.ts";
import { sampleRows } from "../../../../src/steps/cluster/in-engine/sample-rows.ts";
import { sql } from "../../../../src/sql/template.ts";
import { tableOf, withBoth } from "./with-points.ts";

const both = withBoth();
const rows = 20_000;
const most = 2000;
const table = () =>
  tableOf(
    both().engine,
    Array.from({ length: rows }, (_, i) => [i, i % 10]),
  );

async function drawn(seed: number): Promise<number[]> {
  const sample = await sampleRows(both().engine, await table(), most, seed);
  const found = await both().engine.rows(
    sql`select ${sample.columns[0]!.ref} as first_1, ${sample.columns[1]!.ref} as second_1 from ${sample.relation} order by 1`,
    rows,
  );
  expect(sample.rows).toBe(found.length);
  expect(found.every((row) => Number(row["first_1"]) % 10 === Number(row["second_1"]))).toBe(true);
  return found.map((row) => Number(row["first_1"]));
}

test("rows are drawn by a hash of their number and the seed", async () => {
  // The second id of a row is a fixed step away from its number.
  for (const seed of [42, 43]) {
    const key = drawKey(seed, 0);
    const expected = Array.from({ length: rows }, (_, i) => i).filter(
      (i) => uniformDraw(i, i + 0x85ebca77, key) < most / rows,
    );
    expect(await drawn(seed)).toEqual(expected);
  }
});

test("about as many as were asked for, the same again, others with another seed", async () => {
  const sample = await drawn(42);
  // Five standard deviations of the binomial.
  expect(Math.abs(sample.length - most)).toBeLessThan(5 * Math.sqrt(most * 0.9));
  expect(await drawn(42)).toEqual(sample);
  const others = new Set(await drawn(1));
  const shared = sample.filter((row) => others.has(row)).length;
  expect(Math.abs(shared - most / 10)).toBeLessThan(5 * Math.sqrt(most / 10));
});

test("a table that is small enough is taken as it is", async () => {
  const whole = await table();
  expect(await sampleRows(both().engine, whole, rows, 42)).toBe(whole);
});
