import { expect, test } from "vitest";
import { blocksOf } from "../../../../src/steps/cluster/rule-sql/blocks.ts";
import { lcg } from "../../../model/cluster/data.ts";

test("every row is in the box of its block, once, and a block has as many rows as are asked for", () => {
  const rows = 333;
  // Whole numbers, so that many values are equal.
  const values = Array.from(lcg(2 * rows, 5), (u, i) => Math.floor(u * (i < rows ? 8 : 30)));
  const { count, blockOf, placeOf, lows, highs } = blocksOf(values, rows, 20);
  const sizes = Array.from({ length: count }, (_, block) => blockOf.filter((own) => own === block).length);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(20);
  expect(Math.max(...sizes)).toBeLessThan(40);
  expect(new Set(blockOf.map((block, row) => `${block} ${placeOf[row]}`)).size).toBe(rows);
  for (const [j, low] of lows.entries()) {
    const own = values.slice(j * rows, (j + 1) * rows);
    for (let block = 0; block < count; block++) {
      const ofBlock = own.filter((_, row) => blockOf[row] === block);
      expect([low[block], highs[j]![block]]).toEqual([Math.min(...ofBlock), Math.max(...ofBlock)]);
    }
  }
});

test("fewer rows than twice as many as are asked for are one block", () => {
  expect(blocksOf([3, 1, 2], 3, 2)).toEqual({
    count: 1,
    blockOf: [0, 0, 0],
    placeOf: [0, 1, 2],
    lows: [[1]],
    highs: [[3]],
  });
});
