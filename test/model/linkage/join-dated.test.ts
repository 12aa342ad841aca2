import { describe, expect, test } from "vitest";
import { disjointSets } from "../../../src/model/linkage/disjoint-sets.ts";
import { datesDiffer, joinDated } from "../../../src/model/linkage/join-dated.ts";

const links = (...pairs: readonly (readonly [number, number])[]) => pairs.map(([a, b]) => ({ a, b }));

describe("links that bring no two dates of birth together", () => {
  test("all hold where no dates differ", () => {
    const births = Float64Array.of(19500304, 0, 19500305);
    expect(joinDated(3, disjointSets(3), links([0, 1], [1, 2]), births)).toEqual([true, true]);
  });

  test("a row without a date that fits two people stays apart", () => {
    const births = Float64Array.of(19500304, 19801120, 0);
    expect(joinDated(3, disjointSets(3), links([0, 2], [1, 2]), births)).toEqual([false, false]);
  });

  test("sets that hang together already count as one", () => {
    const before = disjointSets(4);
    before.union(0, 2);
    const births = Float64Array.of(19500304, 19801120, 0, 19801120);
    expect(joinDated(4, before, links([1, 2], [1, 3]), births)).toEqual([false, true]);
  });

  test("of more than 200 sets the links hold in their order", () => {
    const births = new Float64Array(300);
    births[0] = 19500304;
    births[299] = 19801120;
    const chain = Array.from({ length: 299 }, (_, i) => ({ a: i, b: i + 1 }));
    const kept = joinDated(300, disjointSets(300), chain, births);
    expect(kept.filter((holds) => !holds)).toHaveLength(1);
    expect(kept[298]).toBe(false);
  });
});

test("one slip in a date, and day and month swapped, are one date", () => {
  expect(datesDiffer(19500304, 19500305)).toBe(false);
  expect(datesDiffer(19500304, 19500403)).toBe(false);
  expect(datesDiffer(19500304, 0)).toBe(false);
  expect(datesDiffer(19500304, 19510305)).toBe(true);
});
