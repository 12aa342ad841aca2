/**
 * Counter-based draws: the n-th draw is a hash of (seed, purpose, index, n), so any record can be made again at any
 * time, in any order, without the ones before it. Integer arithmetic only: the same numbers on every machine.
 *
 * Two 32-bit lanes of key and a counter, mixed twice by the `lowbias32` finaliser (C. Wellons, hash-prospector, 2018);
 * a row of customers takes about 45 draws, which Philox would make the greater part of its cost.
 */
export class Draws {
  readonly #low: number;
  #high = 0;
  #base = 0;
  #counter = 0;

  /** `purpose` keeps independent uses of one seed apart. */
  constructor(seed: number, purpose: string) {
    let low = mix((seed >>> 0) ^ 0x9e3779b9);
    for (let i = 0; i < purpose.length; i++) low = mix(low ^ Math.imul(purpose.charCodeAt(i) + i, 0x85ebca6b));
    this.#low = low;
    this.#base = mix(low ^ mix(seed + 0x632be5ab));
    this.at(0);
  }

  /** Starts the stream of draws of one record; `index` is an integer from 0 to 2³² - 1. */
  at(index: number): this {
    this.#high = mix(this.#base ^ mix(index ^ this.#low));
    this.#counter = index;
    return this;
  }

  /** The next integer of 0 … 2³² - 1. */
  integer(): number {
    this.#counter = (this.#counter + 0x9e3779b9) | 0;
    return mix(mix(this.#counter ^ this.#low) ^ this.#high) >>> 0;
  }

  /** The next integer of 0 … count - 1; count up to 2²¹, beyond which rounding would show. */
  below(count: number): number {
    return Math.floor((this.integer() * count) / 4294967296);
  }

  /** The next number in [0, 1). */
  unit(): number {
    return this.integer() / 4294967296;
  }

  /** True with the probability given. */
  chance(probability: number): boolean {
    return this.integer() < probability * 4294967296;
  }

  /** One of a list, each as likely; the list must not be empty. */
  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** A bijection of the 32-bit integers in which every input bit sways every output bit. */
export function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}
