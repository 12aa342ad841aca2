import { Draws, mix } from "./draws.ts";

/**
 * A shuffle of 0 … size - 1 that is computed, not stored: element by element, in no memory. Four Feistel rounds on
 * the next even number of bits, walked until the value falls below `size` (Black and Rogaway, CT-RSA 2002);
 * about 1.5 walks, 4 at most on average. `size` is at most 2³⁰.
 */
export function permutation(size: number, seed: number, purpose: string): (index: number) => number {
  const draws = new Draws(seed, purpose);
  const [a, b, c, d] = [draws.integer(), draws.integer(), draws.integer(), draws.integer()];
  let half = 1;
  while (4 ** half < size) half++;
  const mask = 2 ** half - 1;
  return (index) => {
    let x = index;
    do {
      let left = x >>> half;
      let right = x & mask;
      left ^= mix(right ^ a) & mask;
      right ^= mix(left ^ b) & mask;
      left ^= mix(right ^ c) & mask;
      right ^= mix(left ^ d) & mask;
      x = (left << half) | right;
    } while (x >= size);
    return x;
  };
}
