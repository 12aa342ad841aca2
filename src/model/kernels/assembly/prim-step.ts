import { argument } from "./argument";

/** Compiled version of `primStep`; see the TypeScript version for the arguments. */
export function primStep(block: i32, args: usize): void {
  const count = argument(args, 0);
  const columns = argument(args, 1);
  const first = <usize>block * argument(args, 2);
  const end = min<usize>(first + argument(args, 2), count);
  const values = argument(args, 3);
  const joined = argument(args, 4);
  const number = <i32>argument(args, 5);
  const distances = argument(args, 6);
  const nearest = argument(args, 7);
  const out = argument(args, 8) + 16 * <usize>block;
  const stride: usize = 8 * count;
  let lows = f64x2.splat(Infinity);
  let i = first;
  for (; i + 4 <= end; i += 4) {
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let at = values;
    for (let j: usize = 0; j < columns; j++) {
      const origin = v128.load64_splat(at + 8 * joined);
      const x = f64x2.sub(v128.load(at + 8 * i), origin);
      const y = f64x2.sub(v128.load(at + 8 * i, 16), origin);
      a = f64x2.add(a, f64x2.mul(x, x));
      b = f64x2.add(b, f64x2.mul(y, y));
      at += stride;
    }
    let u = v128.load(distances + 8 * i);
    let v = v128.load(distances + 8 * i, 16);
    const nearer0 = f64x2.lt(a, u);
    const nearer1 = f64x2.lt(b, v);
    let lanes = i64x2.bitmask(nearer0) | (i64x2.bitmask(nearer1) << 2);
    if (lanes != 0) {
      u = v128.bitselect(a, u, nearer0);
      v = v128.bitselect(b, v, nearer1);
      v128.store(distances + 8 * i, u);
      v128.store(distances + 8 * i, v, 16);
      while (lanes != 0) {
        store<i32>(nearest + 4 * (i + <usize>ctz(lanes)), number);
        lanes &= lanes - 1;
      }
    }
    // Not where one is NaN: the lower of two numbers, else what was there.
    lows = v128.bitselect(u, lows, f64x2.lt(u, lows));
    lows = v128.bitselect(v, lows, f64x2.lt(v, lows));
  }
  let least = min<f64>(f64x2.extract_lane(lows, 0), f64x2.extract_lane(lows, 1));
  for (; i < end; i++) {
    let squared: f64 = 0;
    for (let j: usize = 0; j < columns; j++) {
      const x = load<f64>(values + j * stride + 8 * i) - load<f64>(values + j * stride + 8 * joined);
      squared += x * x;
    }
    if (squared < load<f64>(distances + 8 * i)) {
      store<f64>(distances + 8 * i, squared);
      store<i32>(nearest + 4 * i, number);
    }
    const now = load<f64>(distances + 8 * i);
    if (now < least) least = now;
  }
  let place: f64 = -1;
  if (least < Infinity) {
    let at = first;
    while (load<f64>(distances + 8 * at) != least) at++;
    place = <f64>at;
  }
  store<f64>(out, least);
  store<f64>(out, place, 8);
}
