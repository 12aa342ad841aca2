import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { optimalAssignment } from "../../../src/model/stats/optimal-assignment.ts";
import { numberBySize, numberLike } from "../../../src/steps/cluster/number-segments.ts";

const floats = (...values: number[]): Float64Array => Float64Array.from(values);
const ints = (...values: number[]): Int32Array => Int32Array.from(values);

/** Every way to give each of the fewer rows or columns one of the others its own. */
function bestTotal(weights: readonly number[], rows: number, columns: number): number {
  if (rows === 0) return 0;
  const place = (row: number, used: ReadonlySet<number>, skips: number): number => {
    if (row === rows) return 0;
    let best = -Infinity;
    for (let column = 0; column < columns; column++) {
      if (used.has(column)) continue;
      best = Math.max(best, weights[row * columns + column]! + place(row + 1, new Set([...used, column]), skips));
    }
    if (skips > 0) best = Math.max(best, place(row + 1, used, skips - 1));
    return best;
  };
  return place(0, new Set(), Math.max(0, rows - columns));
}

test("the optimal assignment has the greatest total of all pairings there are, each column once", () => {
  const tables = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
    .chain(([rows, columns]) =>
      fc.tuple(
        fc.constant(rows),
        fc.constant(columns),
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: rows * columns, maxLength: rows * columns }),
      ),
    );
  fc.assert(
    fc.property(tables, ([rows, columns, weights]) => {
      const pairs = optimalAssignment(Float64Array.from(weights), rows, columns);
      const taken = [...pairs].filter((column) => column >= 0);
      expect(new Set(taken).size).toBe(Math.min(rows, columns));
      expect(taken).toHaveLength(Math.min(rows, columns));
      const total = [...pairs].reduce(
        (sum, column, row) => sum + (column < 0 ? 0 : weights[row * columns + column]!),
        0,
      );
      expect(total).toBe(bestTotal(weights, rows, columns));
    }),
    { numRuns: 200 },
  );
});

test("a pairing that is best in all may be nobody's own best", () => {
  // Taking 10 first leaves 0: 9 + 9 is more.
  expect([...optimalAssignment(floats(10, 9, 9, 0), 2, 2)]).toEqual([1, 0]);
  expect([...optimalAssignment(floats(5, 5, 5, 5), 2, 2)].toSorted()).toEqual([0, 1]);
  expect([...optimalAssignment(floats(1, 7, 3), 3, 1)]).toEqual([-1, 0, -1]);
});

describe("numbers by size", () => {
  test("the largest segment is 1", () => {
    expect([...numberBySize(floats(10, 50, 30), floats(1, 2, 3))]).toEqual([3, 1, 2]);
  });
  test("equal sizes go by the centroid, column by column", () => {
    const centres = floats(1, 9, /**/ 1, 2, /**/ 0, 100);
    expect([...numberBySize(floats(5, 5, 5), centres)]).toEqual([3, 2, 1]);
  });
  test("weights need not be whole", () => {
    expect([...numberBySize(floats(0.25, 0.5), floats(0, 1))]).toEqual([2, 1]);
  });
});

describe("numbers of a refit like those of an earlier model", () => {
  test("segments keep the number with which they share most, whatever their size", () => {
    // Old 2 became centre 0, old 1 became centre 1; one row moved.
    const old = ints(1, 1, 1, 2, 2, 2, 2);
    const labels = ints(1, 1, 0, 0, 0, 0, 0);
    const like = numberLike(old, labels, null, ints(1, 2), [1, 2], 2);
    expect({ ...like, numbers: [...like.numbers] }).toEqual({ numbers: [2, 1], moved: 1, added: [], retired: [] });
  });

  test("a new segment takes a number never used, even one that was given up long ago", () => {
    const old = ints(3, 3, 3, 5, 5, 5);
    const labels = ints(0, 0, 0, 1, 1, 2);
    const like = numberLike(old, labels, null, ints(1, 2, 3), [3, 5], 9);
    expect([...like.numbers]).toEqual([3, 5, 10]);
    expect(like).toMatchObject({ added: [10], retired: [], moved: 1 });
  });

  test("a segment that shares no row with an old one is new, though an old number is free", () => {
    const old = ints(1, 1, 0, 0);
    const labels = ints(0, 0, 1, 1);
    const like = numberLike(old, labels, null, ints(1, 2), [1, 2], 2);
    expect([...like.numbers]).toEqual([1, 3]);
    expect(like).toMatchObject({ added: [3], retired: [2], moved: 2 });
  });

  test("weights count rows, also those that moved, and an unassigned row that was assigned has moved", () => {
    const old = ints(1, 1, 2, 2);
    const labels = ints(0, 1, 1, -1);
    const like = numberLike(old, labels, floats(10, 2.5, 7, 4), ints(1, 2), [1, 2], 2);
    expect([...like.numbers]).toEqual([1, 2]);
    expect(like.moved).toBe(6.5);
  });

  test("several new segments are numbered by falling size", () => {
    const like = numberLike(ints(1, 0, 0, 0), ints(0, 1, 2, 2), null, ints(2, 3, 1), [1], 1);
    expect([...like.numbers]).toEqual([1, 3, 2]);
    expect(like.added).toEqual([2, 3]);
  });

  test("the total of rows that stay is the greatest of all numberings", () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 25 }), (pairs) => {
        const old = ints(...pairs.map(([number]) => number));
        const labels = ints(...pairs.map(([, label]) => label));
        const { moved, numbers } = numberLike(old, labels, null, ints(1, 2, 3), [1, 2, 3], 3);
        expect(new Set(numbers).size).toBe(3);
        const overlap = Array.from(
          { length: 9 },
          (_, at) => pairs.filter(([number, label]) => label === Math.floor(at / 3) && number === (at % 3) + 1).length,
        );
        expect(pairs.length - moved).toBe(bestTotal(overlap, 3, 3));
      }),
      { numRuns: 100 },
    );
  });
});
