/**
 * Exponential, logarithm and normal quantile from +, -, ×, ÷ and square root alone, which IEEE 754 rounds the same
 * everywhere; `Math.exp` and `Math.log` are free to differ in the last bit between engines, and would show in a file.
 */

const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
const powersOfTwo = Float64Array.from({ length: 129 }, (_, i) => {
  let power = 1;
  for (let n = 64; n < i; n++) power *= 2;
  for (let n = i; n < 64; n++) power /= 2;
  return power;
});

const inverseFactorials = Float64Array.from({ length: 14 }, (_, i) => {
  let factorial = 1;
  for (let n = 2; n <= i; n++) factorial *= n;
  return 1 / factorial;
});

/** eˣ for |x| ≤ 44, relative error below 1e-14. */
export function exponential(x: number): number {
  const whole = Math.round(x / Math.LN2);
  const r = x - whole * ln2High - whole * ln2Low;
  let sum = inverseFactorials[13] as number;
  for (let n = 12; n >= 0; n--) sum = sum * r + (inverseFactorials[n] as number);
  return sum * (powersOfTwo[whole + 64] as number);
}

/** ln x for x > 0, relative error below 1e-14 away from 1. */
export function logarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa < Math.SQRT1_2; mantissa *= 2) exponent--;
  for (; mantissa > Math.SQRT2; mantissa /= 2) exponent++;
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let n = 23; n >= 1; n -= 2) sum = 1 / n + square * sum;
  return 2 * s * sum + exponent * ln2Low + exponent * ln2High;
}

/** 1 / (1 + e⁻ˣ) for |x| ≤ 44. */
export function logistic(x: number): number {
  return 1 / (1 + exponential(-x));
}

/**
 * The z below which a standard normal variable falls with probability (n + ½) / 2³², for an integer n of 0 … 2³² - 1.
 * Wichura (1988), algorithm AS 241, PPND7: about 7 digits.
 */
export function normalQuantile(n: number): number {
  const p = (n + 0.5) / 4294967296;
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) /
      (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1)
    );
  }
  const r = Math.sqrt(-logarithm(q < 0 ? p : (4294967295.5 - n) / 4294967296)) - 1.6;
  const z =
    (((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777) /
    ((0.12021132975 * r + 0.7370016425) * r + 1);
  return q < 0 ? -z : z;
}
