/**
 * Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2,
 * 3, SC'11): the four 32-bit words that belong to a counter of four words and a key of two. No state, so any
 * draw can be made in any order.
 */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low0 = Math.imul(0xd2511f53, c0);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/** Upper 32 bits of the product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const cross = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + Math.floor(middle / 65_536) + Math.floor(cross / 65_536);
}

/** Numbers drawn for one purpose of one run. */
export interface Random {
  /** The draw that belongs to a counter (an integer from 0 to 2^53 - 1): uniform on [0, 1), 53 bits. */
  uniform(counter: number): number;
  /** Standard normal, by Box and Muller (1958). */
  normal(counter: number): number;
}

/** What tells the draws of a seed and a purpose from all others: the key of Philox and the third word of its counter. */
export function randomKey(seed: number, purpose: string): { readonly key: [number, number]; readonly stream: number } {
  return { key: [seed | 0, Math.floor(seed / 2 ** 32) | 0], stream: hashText(purpose) };
}

/** The generator of a purpose (such as `k-means 5 0`): same seed and purpose, same numbers, on every machine. */
export function createRandom(seed: number, purpose: string): Random {
  const { key, stream } = randomKey(seed, purpose);
  const draw = (counter: number, lane: number): number => {
    const words = philox([counter | 0, Math.floor(counter / 2 ** 32) | 0, stream, lane], key);
    return ((words[0] >>> 5) * 2 ** 26 + (words[1] >>> 6)) / 2 ** 53;
  };
  return {
    uniform: (counter) => draw(counter, 0),
    normal: (counter) => Math.sqrt(-2 * Math.log(1 - draw(counter, 1))) * Math.cos(2 * Math.PI * draw(counter, 2)),
  };
}

/** FNV-1a of the text's UTF-16 units. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
