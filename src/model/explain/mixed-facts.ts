import type { CentreFacts } from "./centre-facts.ts";

/** Centres of numbers and words, and what a row's distance to them costs, column by column. */
export interface MixedSpace {
  /** k × numeric columns, row-major. */
  readonly centres: Float64Array;
  /** k × columns of words, row-major: codes. */
  readonly words: Int32Array;
  /** What an absolute difference of 1 costs in each numeric column (Gower); null: squared differences (k-prototypes). */
  readonly prices: Float64Array | null;
  /** What an unlike word costs in each column of words. */
  readonly wordPrices: Float64Array;
}

export interface MixedFacts extends CentreFacts {
  /** By segment: what unlike words cost of that. */
  readonly unlike: readonly number[];
  /** By column of words, as `contributions`. */
  readonly wordContributions: readonly number[] | null;
}

/**
 * What a row costs beside each centre, `distances` here: squared distance plus that of unlike words, or Gower's distance; the next
 * centre by it, and what each column adds to the difference of the two. `own` is -1 for none.
 */
export function mixedFacts(point: Float64Array, codes: Int32Array, space: MixedSpace, own: number): MixedFacts {
  const { centres, words, prices, wordPrices } = space;
  const [d, m] = [point.length, wordPrices.length];
  const k = d > 0 ? centres.length / d : words.length / m;
  const numberCost = (c: number, j: number): number => {
    const difference = point[j]! - centres[c * d + j]!;
    return prices === null ? difference * difference : Math.abs(difference) * prices[j]!;
  };
  const wordCost = (c: number, j: number): number => (codes[j] === words[c * m + j] ? 0 : wordPrices[j]!);
  const sumOver = (count: number, cost: (j: number) => number): number => {
    let sum = 0;
    for (let j = 0; j < count; j++) sum += cost(j);
    return sum;
  };
  const unlike = Array.from({ length: k }, (_, c) => sumOver(m, (j) => wordCost(c, j)));
  const distances = unlike.map((ofWords, c) => sumOver(d, (j) => numberCost(c, j)) + ofWords);
  const second = distances.reduce(
    (best, cost, c) => (c !== own && (best < 0 || cost < distances[best]!) ? c : best),
    -1,
  );
  const isAlone = own < 0 || second < 0;
  return {
    distances,
    second,
    unlike,
    contributions: isAlone ? null : Array.from(point, (_, j) => numberCost(second, j) - numberCost(own, j)),
    wordContributions: isAlone ? null : Array.from(wordPrices, (_, j) => wordCost(second, j) - wordCost(own, j)),
  };
}
