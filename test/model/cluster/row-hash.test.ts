import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { drawKey, mix, uniformDraw, writeRowIds } from "../../../src/model/cluster/row-hash.ts";
import { bumpRows } from "./data.ts";

interface Reference {
  readonly mix: readonly (readonly [number, number])[];
  readonly ids: readonly (readonly [readonly number[], readonly [number, number]])[];
  readonly keys: readonly (readonly [number, number, number])[];
  readonly draws: readonly (readonly [readonly number[], number, number, number])[];
}

// Made in Python's whole numbers of any size by make.py of the same folder.
const file = new URL("../../../fixtures/reference/seed-parallel/reference.json", import.meta.url);
const reference = JSON.parse(readFileSync(file, "utf8")) as Reference;

function idsOf(rows: readonly (readonly number[])[]): { first: Int32Array; second: Int32Array } {
  const columns = rows[0]!.length;
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => row.forEach((x, j) => (values[j * rows.length + i] = x)));
  const ids = { first: new Int32Array(rows.length), second: new Int32Array(rows.length) };
  writeRowIds(values, rows.length, columns, ids);
  return ids;
}

describe("the hash is that of plain whole numbers", () => {
  test.each(reference.mix)("mix of %d is %d", (value, expected) => expect(mix(value)).toBe(expected));

  test.each(reference.ids)("the ids of row %j", (row, expected) => {
    const { first, second } = idsOf([row]);
    expect([first[0]! >>> 0, second[0]! >>> 0]).toEqual(expected);
  });

  test.each(reference.keys)("the key of seed %d, step %d", (seed, step, expected) =>
    expect(drawKey(seed, step)).toBe(expected),
  );

  test.each(reference.draws)("the draw of row %j with seed %d in step %d", (row, seed, step, expected) => {
    const { first, second } = idsOf([row]);
    expect(uniformDraw(first[0]!, second[0]!, drawKey(seed, step))).toBe(expected);
  });
});

test("minus zero has the ids of zero, and only the lower 32 bits of a seed count", () => {
  expect(idsOf([[-0, 1]])).toEqual(idsOf([[0, 1]]));
  expect(drawKey(2 ** 40 + 42, 3)).toBe(drawKey(42, 3));
});

/** Pearson's chi-square of draws over 100 equal classes: 99 degrees of freedom, of which 1 in 10,000 is above 160. */
function chiSquare(draws: readonly number[]): number {
  const counts = new Float64Array(100);
  for (const u of draws) counts[Math.floor(u * 100)]! += 1;
  const expected = draws.length / 100;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("draws are uniform, step by step", () => {
  const tables: [string, number[][]][] = [
    ["counting numbers", Array.from({ length: 50_000 }, (_, i) => [i])],
    ["counting numbers in the last of four columns", Array.from({ length: 50_000 }, (_, i) => [1, 0, -1, i])],
    ["a grid of halves", Array.from({ length: 50_000 }, (_, i) => [(i % 250) / 2, Math.floor(i / 250) / 2])],
    ["neighbours 2⁻²⁰ apart", Array.from({ length: 50_000 }, (_, i) => [i * 2 ** -20])],
    [
      "scores of 1 to 40 in three columns",
      Array.from({ length: 50_000 }, (_, i) => [i % 40, ((i / 40) % 40) | 0, (i / 1600) | 0]),
    ],
    ["eight clusters", bumpRows(50_000, 3, 12)],
  ];
  test.each(tables)("%s", (_, rows) => {
    const { first, second } = idsOf(rows);
    for (const [seed, step] of [
      [42, 0],
      [42, 1],
      [0, 0],
    ] as const) {
      const key = drawKey(seed, step);
      const draws = Array.from(first, (id, i) => uniformDraw(id, second[i]!, key));
      expect(chiSquare(draws)).toBeLessThan(160);
      expect(chiSquare(draws.map((u) => (u * 2 ** 20) % 1))).toBeLessThan(160);
      // Draws of two steps are not alike: differences are uniform on the circle.
      const next = drawKey(seed, step + 1);
      expect(chiSquare(draws.map((u, i) => (u - uniformDraw(first[i]!, second[i]!, next) + 1) % 1))).toBeLessThan(160);
      // Nor those of neighbours.
      expect(chiSquare(draws.slice(1).map((u, i) => (u - draws[i]! + 1) % 1))).toBeLessThan(160);
    }
  });
});
