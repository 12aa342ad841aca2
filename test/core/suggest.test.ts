import fc from "fast-check";
import { expect, test } from "vitest";
import { didYouMean, nearest } from "../../src/core/suggest.ts";

test.each([
  ["revenu", ["orders", "revenue", "visits"], "revenue"],
  ["reveneu", ["orders", "revenue"], "revenue"],
  ["Revenue", ["orders", "revenue"], "revenue"],
  ["wieghts", ["weights", "with"], "weights"],
  ["colums", ["columns", "color"], "columns"],
  ["ca", ["cb", "orders"], "cb"],
])("%s is a slip of the finger for the name next to it", (word, names, expected) => {
  expect(nearest(word, names)).toBe(expected);
});

test.each([
  ["revenue", ["orders", "visits"]],
  ["x", ["y", "z"]],
  ["", ["k"]],
  ["abc", []],
])("%s is like none of the names, so none is suggested", (word, names) => {
  expect(nearest(word, names)).toBeNull();
  expect(didYouMean(word, names)).toBe("");
});

test("of equally near names the first is suggested", () => {
  expect(nearest("cat", ["car", "bat"])).toBe("car");
  expect(didYouMean("cat", ["car", "bat"])).toBe("did you mean car?");
});

test("names of thousands of letters are compared by their beginning, at once", () => {
  const long = "a".repeat(10_000);
  expect(nearest(long, ["a".repeat(9_999)])).toBe("a".repeat(9_999));
});

/** Optimal string alignment by its recursive definition. */
function alignment(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const change = a.at(-1) === b.at(-1) ? 0 : 1;
  const ways = [
    alignment(a.slice(0, -1), b) + 1,
    alignment(a, b.slice(0, -1)) + 1,
    alignment(a.slice(0, -1), b.slice(0, -1)) + change,
  ];
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)) {
    ways.push(alignment(a.slice(0, -2), b.slice(0, -2)) + 1);
  }
  return Math.min(...ways);
}

test("what is suggested is the nearest by the definition of the distance, within a third of the letters", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 4 }), (typed, names) => {
      const distances = names.map((name) => alignment(typed, name));
      const near = names.filter((name, i) => {
        const limit = Math.max(1, Math.floor(Math.max(typed.length, name.length) / 3));
        return distances[i]! <= limit && distances[i]! < name.length;
      });
      const best = near.toSorted((a, b) => alignment(typed, a) - alignment(typed, b))[0];
      expect(nearest(typed, names)).toBe(best ?? null);
    }),
    { numRuns: 60 },
  );
});
