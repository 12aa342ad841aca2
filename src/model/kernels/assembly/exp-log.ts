const ln2High: f64 = 0.6931471803691238;
const ln2Low: f64 = 1.9082149292705877e-10;
const log2e: f64 = 1.4426950408889634;
const roundToWhole: f64 = 6755399441055744;
const lowestExponent: f64 = -708;

/** Two of `expOf` at once; see the TypeScript version. */
@inline
export function expOfTwo(x: v128): v128 {
  const reached = f64x2.ge(x, f64x2.splat(lowestExponent));
  const within = f64x2.pmax(x, f64x2.splat(lowestExponent));
  const shifted = f64x2.add(f64x2.mul(within, f64x2.splat(log2e)), f64x2.splat(roundToWhole));
  const whole = f64x2.sub(shifted, f64x2.splat(roundToWhole));
  const high = f64x2.sub(within, f64x2.mul(whole, f64x2.splat(ln2High)));
  const low = f64x2.mul(whole, f64x2.splat(ln2Low));
  const r = f64x2.sub(high, low);
  let sum = f64x2.splat(1.0 / 6227020800);
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 479001600));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 39916800));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 3628800));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 362880));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 40320));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 5040));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 720));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 120));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 24));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 6));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(0.5));
  const square = f64x2.mul(f64x2.mul(r, r), sum);
  const y = f64x2.add(f64x2.splat(1), f64x2.add(high, f64x2.sub(square, low)));
  // The whole number stands in the low bits of the shifted one.
  return v128.and(i64x2.add(y, i64x2.shl(shifted, 52)), reached);
}

/** `logOf`; see the TypeScript version. */
@inline
export function logOf(x: f64): f64 {
  const shifted = reinterpret<i64>(x) + 0x95f6200000000;
  const k = <f64>((shifted >> 52) - 1023);
  const f = reinterpret<f64>((shifted & 0xfffffffffffff) + 0x3fe6a09e00000000) - 1;
  const s = f / (2 + f);
  const z = s * s;
  let sum: f64 = 2.0 / 21;
  sum = sum * z + 2.0 / 19;
  sum = sum * z + 2.0 / 17;
  sum = sum * z + 2.0 / 15;
  sum = sum * z + 2.0 / 13;
  sum = sum * z + 2.0 / 11;
  sum = sum * z + 2.0 / 9;
  sum = sum * z + 2.0 / 7;
  sum = sum * z + 2.0 / 5;
  sum = sum * z + 2.0 / 3;
  const half = 0.5 * f * f;
  return k * ln2High - (half - (s * (half + z * sum) + k * ln2Low) - f);
}
