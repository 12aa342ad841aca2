import { expect, test } from "vitest";
import { permutation } from "../../../src/steps/sample/permutation.ts";

test.each([1, 2, 3, 5, 16, 17, 1000, 4097])("a shuffle of %i places gives every place once", (size) => {
  const place = permutation(size, 7, "rows");
  const seen = Array.from({ length: size }, (_, i) => place(i)).sort((a, b) => a - b);
  expect(seen).toEqual(Array.from({ length: size }, (_, i) => i));
});

test("another seed and another purpose shuffle differently", () => {
  const order = (seed: number, purpose: string): string =>
    Array.from({ length: 50 }, (_, i) => permutation(50, seed, purpose)(i)).join();
  expect(new Set([order(1, "rows"), order(2, "rows"), order(1, "blank")]).size).toBe(3);
});
