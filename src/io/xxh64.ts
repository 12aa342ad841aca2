/** A running XXH64 (seed 0), as zstd frames carry it. */
export interface Xxh64 {
  update(bytes: Uint8Array): void;
  /** The low 32 bits, unsigned. */
  low32(): number;
}

/**
 * XXH64 in 32-bit arithmetic, since JavaScript has no fast 64-bit integers (Y. Collet, xxHash specification 0.1.1,
 * https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md). Every 64-bit word is a pair (high, low).
 */
export function xxh64(): Xxh64 {
  // Four lanes: P1 + P2, P2, 0, -P1.
  const high = new Int32Array(4);
  const low = new Int32Array(4);
  setLane(high, low, 0, add(P1, P2));
  setLane(high, low, 1, P2);
  setLane(high, low, 2, [0, 0]);
  setLane(high, low, 3, add([0, 0], negate(P1)));
  const held = new Uint8Array(32);
  let heldLength = 0;
  let total = 0;

  const stripes = (bytes: Uint8Array, from: number, to: number): void => {
    for (let lane = 0; lane < 4; lane++) {
      let h = high[lane]!;
      let l = low[lane]!;
      for (let at = from + lane * 8; at < to; at += 32) {
        const wl = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
        const wh = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
        // acc += word * P2
        const pl = Math.imul(wl, P2L);
        const ph = (mulHigh(wl, P2L) + Math.imul(wh, P2L) + Math.imul(wl, P2H)) | 0;
        const sl = (l + pl) | 0;
        h = (h + ph + (sl >>> 0 < pl >>> 0 ? 1 : 0)) | 0;
        // acc = rotl(acc, 31) * P1
        const rh = (h << 31) | (sl >>> 1);
        const rl = (sl << 31) | (h >>> 1);
        l = Math.imul(rl, P1L);
        h = (mulHigh(rl, P1L) + Math.imul(rh, P1L) + Math.imul(rl, P1H)) | 0;
      }
      high[lane] = h;
      low[lane] = l;
    }
  };

  return {
    update(bytes) {
      total += bytes.length;
      let at = 0;
      if (heldLength > 0) {
        const take = Math.min(32 - heldLength, bytes.length);
        held.set(bytes.subarray(0, take), heldLength);
        heldLength += take;
        at = take;
        if (heldLength < 32) return;
        stripes(held, 0, 32);
        heldLength = 0;
      }
      const whole = at + Math.floor((bytes.length - at) / 32) * 32;
      if (whole > at) stripes(bytes, at, whole);
      held.set(bytes.subarray(whole), 0);
      heldLength = bytes.length - whole;
    },
    low32() {
      let hash: Word;
      if (total >= 32) {
        const lane = (i: number): Word => [high[i]!, low[i]!];
        hash = add(add(rotate(lane(0), 1), rotate(lane(1), 7)), add(rotate(lane(2), 12), rotate(lane(3), 18)));
        for (let i = 0; i < 4; i++) hash = add(multiply(xor(hash, round([0, 0], lane(i))), P1), P4);
      } else hash = P5;
      hash = add(hash, [Math.floor(total / 2 ** 32) | 0, total | 0]);
      return finish(hash, held.subarray(0, heldLength));
    },
  };
}

function finish(start: Word, tail: Uint8Array): number {
  let hash = start;
  let at = 0;
  const word32 = (i: number): number => tail[i]! | (tail[i + 1]! << 8) | (tail[i + 2]! << 16) | (tail[i + 3]! << 24);
  for (; at + 8 <= tail.length; at += 8) {
    const word: Word = [word32(at + 4), word32(at)];
    hash = add(multiply(rotate(xor(hash, round([0, 0], word)), 27), P1), P4);
  }
  if (at + 4 <= tail.length) {
    hash = add(multiply(rotate(xor(hash, multiply([0, word32(at)], P1)), 23), P2), P3);
    at += 4;
  }
  for (; at < tail.length; at++) hash = multiply(rotate(xor(hash, multiply([0, tail[at]!], P5)), 11), P1);
  hash = multiply(xor(hash, shiftRight(hash, 33)), P2);
  hash = multiply(xor(hash, shiftRight(hash, 29)), P3);
  return xor(hash, shiftRight(hash, 32))[1] >>> 0;
}

type Word = readonly [high: number, low: number];

const P1H = 0x9e3779b1 | 0;
const P1L = 0x85ebca87 | 0;
const P2H = 0xc2b2ae3d | 0;
const P2L = 0x27d4eb4f;
const P1: Word = [P1H, P1L];
const P2: Word = [P2H, P2L];
const P3: Word = [0x165667b1, 0x9e3779f9 | 0];
const P4: Word = [0x85ebca77 | 0, 0xc2b2ae63 | 0];
const P5: Word = [0x27d4eb2f, 0x165667c5];

function setLane(high: Int32Array, low: Int32Array, lane: number, word: Word): void {
  high[lane] = word[0];
  low[lane] = word[1];
}

/** High 32 bits of the unsigned product of two 32-bit numbers. */
function mulHigh(a: number, b: number): number {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const low = Math.imul(al, bl) >>> 16;
  const middle = (Math.imul(ah, bl) >>> 0) + low;
  const middle2 = (Math.imul(al, bh) >>> 0) + (middle & 0xffff);
  return (Math.imul(ah, bh) + Math.floor(middle / 65536) + Math.floor(middle2 / 65536)) | 0;
}

function add(a: Word, b: Word): Word {
  const low = (a[1] + b[1]) | 0;
  return [(a[0] + b[0] + (low >>> 0 < b[1] >>> 0 ? 1 : 0)) | 0, low];
}

function negate(a: Word): Word {
  return add([~a[0], ~a[1]], [0, 1]);
}

function multiply(a: Word, b: Word): Word {
  return [(mulHigh(a[1], b[1]) + Math.imul(a[0], b[1]) + Math.imul(a[1], b[0])) | 0, Math.imul(a[1], b[1])];
}

function xor(a: Word, b: Word): Word {
  return [a[0] ^ b[0], a[1] ^ b[1]];
}

/** Rotation to the left by 1 … 31 bits. */
function rotate([h, l]: Word, by: number): Word {
  return [(h << by) | (l >>> (32 - by)), (l << by) | (h >>> (32 - by))];
}

function shiftRight([h, l]: Word, by: number): Word {
  return by >= 32 ? [0, by === 32 ? h : h >>> (by - 32)] : [h >>> by, (l >>> by) | (h << (32 - by))];
}

function round(accumulator: Word, word: Word): Word {
  return multiply(rotate(add(accumulator, multiply(word, P2)), 31), P1);
}
