import { expect, test } from "vitest";
import { createRandom, philox } from "../../src/model/random.ts";

// Known-answer vectors of Random123 1.14 (kat_vectors, philox4x32 10).
test.each([
  [[0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
  [[~0, ~0, ~0, ~0], [~0, ~0], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
  [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], "d16cfe09 94fdcceb 5001e420 24126ea1"],
] as const)("Philox gives the published words for %j", (counter, key, expected) => {
  const words = philox([...counter], [...key]);
  expect(words.map((word) => word.toString(16).padStart(8, "0")).join(" ")).toBe(expected);
});

test("draws are uniform, or standard normal, and belong to seed, purpose and counter", () => {
  const random = createRandom(42, "test");
  const n = 20_000;
  const uniform = Array.from({ length: n }, (_, i) => random.uniform(i));
  const normal = Array.from({ length: n }, (_, i) => random.normal(i));
  const mean = (list: number[]): number => list.reduce((sum, x) => sum + x, 0) / n;
  expect(mean(uniform)).toBeCloseTo(0.5, 2);
  expect(mean(uniform.map((x) => x * x))).toBeCloseTo(1 / 3, 2);
  expect(Math.abs(mean(normal))).toBeLessThan(0.03);
  expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
  expect(Math.max(...uniform)).toBeLessThan(1);
  expect(createRandom(42, "test").uniform(7)).toBe(uniform[7]);
  expect(createRandom(43, "test").uniform(7)).not.toBe(uniform[7]);
  expect(createRandom(42, "other").uniform(7)).not.toBe(uniform[7]);
  expect(random.uniform(2 ** 40)).not.toBe(random.uniform(0));
});
