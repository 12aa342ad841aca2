/**
 * Exponential and logarithm from operations that IEEE 754 rounds the same everywhere, with the same bits in the
 * compiled kernels (`assembly/exp-log.ts`); `Math.exp` and `Math.log` may differ from these and from machine to
 * machine in the last bit.
 */

/** ln 2 in two parts; the first ends in 32 zero bits, so that whole multiples of it are exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
/** Adding and subtracting it rounds to the nearest whole number, of two to the even. */
const roundToWhole = 6755399441055744;
const lowestExponent = -708;

const number = new Float64Array(1);
const words = new Int32Array(number.buffer);

/** eˣ for x ≤ 708 with an error below 1 ulp; 0 for x < -708. Taylor's series about the nearest multiple of ln 2. */
export function expOf(x: number): number {
  if (x < lowestExponent) return 0;
  const whole = x * Math.LOG2E + roundToWhole - roundToWhole;
  const high = x - whole * ln2High;
  const low = whole * ln2Low;
  const r = high - low;
  let sum = 1 / 6227020800;
  sum = sum * r + 1 / 479001600;
  sum = sum * r + 1 / 39916800;
  sum = sum * r + 1 / 3628800;
  sum = sum * r + 1 / 362880;
  sum = sum * r + 1 / 40320;
  sum = sum * r + 1 / 5040;
  sum = sum * r + 1 / 720;
  sum = sum * r + 1 / 120;
  sum = sum * r + 1 / 24;
  sum = sum * r + 1 / 6;
  sum = sum * r + 0.5;
  number[0] = 1 + (high + (r * r * sum - low));
  words[1]! += whole << 20;
  return number[0]!;
}

/**
 * ln x for a positive normal number with an error below 1 ulp: x = 2ᵏ(1 + f) with 1 + f in [√½, √2), and
 * ln(1 + f) = 2 artanh(f / (2 + f)) by its series.
 */
export function logOf(x: number): number {
  number[0] = x;
  const shifted = words[1]! + (0x3ff00000 - 0x3fe6a09e);
  const k = (shifted >> 20) - 1023;
  words[1] = (shifted & 0xfffff) + 0x3fe6a09e;
  const f = number[0]! - 1;
  const s = f / (2 + f);
  const z = s * s;
  let sum = 2 / 21;
  sum = sum * z + 2 / 19;
  sum = sum * z + 2 / 17;
  sum = sum * z + 2 / 15;
  sum = sum * z + 2 / 13;
  sum = sum * z + 2 / 11;
  sum = sum * z + 2 / 9;
  sum = sum * z + 2 / 7;
  sum = sum * z + 2 / 5;
  sum = sum * z + 2 / 3;
  const half = 0.5 * f * f;
  return k * ln2High - (half - (s * (half + z * sum) + k * ln2Low) - f);
}
