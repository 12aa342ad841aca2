import { describe, expect, test } from "vitest";
import type { Table } from "../../../../src/core/context.ts";
import { columnMoments, doubleSql } from "../../../../src/steps/cluster/in-engine/column-moments.ts";
import { lcg } from "../../../model/cluster/data.ts";
import { exactMoments } from "./exact-moments.ts";
import { shuffled, tableOf, weightOf, withBoth, type Rows } from "./with-points.ts";

const both = withBoth();

function measured(table: Table, columns: number) {
  return table.columns.slice(0, columns).map(({ name }) => ({ name, value: doubleSql(table, name) }));
}

async function momentsOf(rows: Rows, isWeighted: boolean) {
  const table = await tableOf(both().engine, rows);
  const columns = measured(table, rows[0]!.length - (isWeighted ? 1 : 0));
  return columnMoments(both().engine, table, columns, isWeighted ? weightOf(table) : null);
}

const n = 3000;
const wholes = Array.from(lcg(n, 41), (u) => Math.floor(u * 1000) - 200);
/** A tail: most are small, few are large. */
const tail = Array.from(lcg(n, 42), (u) => Math.floor(20 / (0.001 + u)));
const gaps = wholes.map((whole, i) => (i % 7 === 3 ? null : whole));
const counts = Array.from(lcg(n, 43), (u) => Math.floor(u * 4));

const columns: [string, readonly (number | null)[]][] = [
  ["whole numbers", wholes],
  ["a long tail", tail],
  ["with gaps", gaps],
];

describe.each([1e-12, 1e-6, 0.01, 1, 1000, 1e12])("columns in units of %d", (unit) => {
  test.each([false, true])("weighted: %s", async (isWeighted) => {
    const rows = wholes.map((_, i) => [
      ...columns.map(([, column]) => (column[i] === null ? Number.NaN : column[i]! * unit)),
      ...(isWeighted ? [counts[i]!] : []),
    ]);
    const found = await momentsOf(rows, isWeighted);
    columns.forEach(([name, column], j) => {
      const expected = exactMoments(column, unit, isWeighted ? counts : null);
      const present = column.filter((whole) => whole !== null);
      const [minimum, maximum] = [Math.min(...present) * unit, Math.max(...present) * unit];
      expect(found[j], name).toMatchObject({ missing: n - present.length, minimum, maximum });
      const { mean, standardDeviation } = found[j]!;
      expect(Math.abs(mean - expected.mean), name).toBeLessThanOrEqual(1e-13 * (maximum - minimum));
      expect(Math.abs(standardDeviation / expected.standardDeviation - 1), name).toBeLessThanOrEqual(1e-11);
    });
  });
});

test("a value far from zero loses nothing of its spread", async () => {
  const rows = wholes.map((whole) => [2 ** 40 + whole]);
  const [{ mean, standardDeviation } = { mean: 0, standardDeviation: 0 }] = await momentsOf(rows, false);
  const expected = exactMoments(wholes, 1, null);
  expect(Math.abs(mean - 2 ** 40 - expected.mean)).toBeLessThanOrEqual(2 ** -12);
  expect(Math.abs(standardDeviation / expected.standardDeviation - 1)).toBeLessThanOrEqual(1e-7);
});

test("a constant is its own mean, without spread", async () => {
  const rows = Array.from({ length: 100 }, () => [0.1, -1e12, 0]);
  const found = await momentsOf(rows, false);
  expect(found.map(({ mean, standardDeviation }) => [mean, standardDeviation])).toEqual([
    [0.1, 0],
    [-1e12, 0],
    [0, 0],
  ]);
});

test("weights of an eighth count as eighths", async () => {
  const rows = wholes.map((whole, i) => [whole, counts[i]! / 8]);
  const [found] = await momentsOf(rows, true);
  const expected = exactMoments(wholes, 1, counts);
  expect(Math.abs(found!.mean / expected.mean - 1)).toBeLessThanOrEqual(1e-12);
  expect(Math.abs(found!.standardDeviation / expected.standardDeviation - 1)).toBeLessThanOrEqual(1e-12);
});

test("the order of the rows changes no bit", async () => {
  const rows = wholes.map((whole, i) => [whole * 0.1, tail[i]! / 3, counts[i]! / 8]);
  expect(await momentsOf(shuffled(rows, 44), true)).toEqual(await momentsOf(rows, true));
});

test.each([Infinity, -Infinity])("%d in a column is refused by the column's name", async (x) => {
  await expect(
    momentsOf(
      [
        [1, 2],
        [1, x],
        [1, 3],
      ],
      false,
    ),
  ).rejects.toMatchObject({
    code: "not-finite",
    place: { column: "v_2" },
  });
});
