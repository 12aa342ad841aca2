import fc from "fast-check";
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { classOf, leavesOf } from "../../../src/model/explain/decision-tree.ts";
import { learnSegmentRules } from "../../../src/model/explain/segment-rules.ts";
import { type Box, simplifyBoxes } from "../../../src/model/explain/simplify-boxes.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg } from "../cluster/data.ts";

const compute = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => compute.close());

function isIn(box: Box, row: readonly number[]): boolean {
  return box.every(({ column, above, atMost }) => {
    const x = row[column]!;
    return (above === null || x > above) && (atMost === null || x <= atMost);
  });
}

const file = new URL("../../../fixtures/reference/decision-tree/reference.json", import.meta.url);
const { data } = JSON.parse(readFileSync(file, "utf8")) as {
  data: Readonly<Record<string, { rows: readonly (readonly number[])[]; classes: readonly number[] }>>;
};

test("iris by two questions: petals at most 0.8 wide, and at most 1.75, give 96% of the rows their species", async () => {
  const { rows, classes } = data["iris"]!;
  const columns = rows[0]!.map((_, j) => Float64Array.from(rows, (row) => row[j]!));
  const labels = Int32Array.from(classes);
  const found = await learnSegmentRules(compute, columns, { labels, classes: 3 }, null, { seed: 1 });
  // scikit-learn's tree of depth 2: 0.96, three leaves; counts by hand from its confusion of 1 and 5 rows.
  expect(found.fidelity).toBeCloseTo(0.96, 12);
  expect(found.sample).toBeNull();
  expect(found.rules.map(({ boxes }) => boxes.length)).toEqual([1, 1, 1]);
  expect(found.rules[0]).toMatchObject({ share: 50 / 150, precision: 1, recall: 1 });
  expect(found.rules[1]).toMatchObject({ share: 54 / 150, precision: 49 / 54, recall: 49 / 50 });
  expect(found.rules[2]).toMatchObject({ share: 46 / 150, precision: 45 / 46, recall: 45 / 50 });
  for (const [i, row] of rows.entries()) {
    const said = found.rules.findIndex(({ boxes }) => boxes.some((box) => isIn(box, row)));
    const leaf = leavesOf(found.tree, columns, rows.length)[i]!;
    expect(said).toBe(classOf(found.tree, leaf));
  }
});

test("weights stand for repeated rows, and rows of weight 0 for none", async () => {
  const draws = lcg(600, 5);
  const columns = [0, 1].map((j) => Float64Array.from({ length: 300 }, (_, i) => draws[2 * i + j]!));
  const labels = Int32Array.from({ length: 300 }, (_, i) =>
    columns[0]![i]! > 0.7 ? 0 : columns[1]![i]! > 0.5 + 0.05 * (i % 3) ? 1 : 2,
  );
  const weights = Float64Array.from(labels, (_, i) => i % 4);
  const repeated = Array.from(labels, (_, i) => i).flatMap((i) => Array<number>(i % 4).fill(i));
  const how = { seed: 1 };
  const weighted = await learnSegmentRules(compute, columns, { labels, classes: 3 }, weights, how);
  const plain = await learnSegmentRules(
    compute,
    columns.map((column) => Float64Array.from(repeated, (i) => column[i]!)),
    { labels: Int32Array.from(repeated, (i) => labels[i]!), classes: 3 },
    null,
    how,
  );
  expect(weighted.rules).toEqual(plain.rules);
  expect(weighted.fidelity).toBe(plain.fidelity);
});

test("classes that no question of five tells apart are said to be so by the fidelity, and a class without a leaf has no rule", async () => {
  const draws = lcg(3000, 9);
  const columns = [draws.slice(0, 1500), draws.slice(1500)];
  const labels = Int32Array.from({ length: 1500 }, (_, i) => (i % 100 === 0 ? 2 : (i * 7919) % 13 < 6 ? 0 : 1));
  const found = await learnSegmentRules(compute, columns, { labels, classes: 4 }, null, { seed: 1 });
  expect(found.fidelity).toBeLessThan(0.95);
  expect(found.fidelity).toBeGreaterThan(0.5);
  expect(found.rules[3]).toEqual({ boxes: [], share: 0, precision: null, recall: null });
});

const condition = fc.record({
  column: fc.integer({ min: 0, max: 2 }),
  above: fc.option(fc.integer({ min: 0, max: 5 })),
  atMost: fc.option(fc.integer({ min: 0, max: 5 })),
});
const box = fc.uniqueArray(condition, { selector: ({ column }) => column, maxLength: 3 });

test("boxes in fewer words hold the same rows", () => {
  const grid = Array.from({ length: 7 ** 3 }, (_, i) => [i % 7, Math.floor(i / 7) % 7, Math.floor(i / 49)]);
  const words = (boxes: readonly Box[]): number =>
    boxes
      .flat()
      .reduce((n, { above, atMost }) => n + (above === null ? 0 : 1) + (atMost === null ? 0 : 1), boxes.length);
  fc.assert(
    fc.property(fc.array(box, { maxLength: 6 }), (boxes) => {
      const simple = simplifyBoxes(boxes);
      expect(words(simple)).toBeLessThanOrEqual(words(boxes));
      for (const row of grid) {
        expect(simple.some((one) => isIn(one, row))).toBe(boxes.some((one) => isIn(one, row)));
      }
    }),
    { numRuns: 200 },
  );
});

test("a bound that only keeps out what another box holds is left out", () => {
  const boxes: readonly Box[] = [
    [{ column: 0, above: null, atMost: 6 }],
    [
      { column: 0, above: 6, atMost: null },
      { column: 1, above: 0, atMost: 3 },
    ],
  ];
  expect(simplifyBoxes(boxes)).toEqual([[{ column: 0, above: null, atMost: 6 }], [{ column: 1, above: 0, atMost: 3 }]]);
  const halves: readonly Box[] = [[{ column: 0, above: null, atMost: 6 }], [{ column: 0, above: 6, atMost: null }]];
  expect(simplifyBoxes(halves)).toEqual([[]]);
});
