import { argument } from "./argument";

/** Compiled version of `squaredErrors`; see the TypeScript version for the arguments. */
export function squaredErrors(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const first = <usize>block * blockRows;
  const count = min<usize>(blockRows, rows - first);
  const values = argument(args, 3) + 8 * first;
  const weights = argument(args, 4);
  const centres = argument(args, 5);
  const labels = argument(args, 6) + 4 * first;
  const scale = load<f64>(args + 8 * 7);
  const distances = argument(args, 9);
  const factor = f64x2.splat(scale);
  const stride: usize = 8 * columns;
  const step: usize = 8 * rows;
  let sum = f64x2.splat(0);
  let sum2 = f64x2.splat(0);
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const c0 = centres + <usize>load<u32>(labels + 4 * i) * stride;
    const c1 = centres + <usize>load<u32>(labels + 4 * i, 4) * stride;
    const c2 = centres + <usize>load<u32>(labels + 4 * i, 8) * stride;
    const c3 = centres + <usize>load<u32>(labels + 4 * i, 12) * stride;
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let at = values + 8 * i;
    for (let j: usize = 0; j < stride; j += 8) {
      const x = f64x2.mul(f64x2.sub(v128.load(at), v128.load64_lane(c1 + j, v128.load64_zero(c0 + j), 1)), factor);
      const y = f64x2.mul(f64x2.sub(v128.load(at, 16), v128.load64_lane(c3 + j, v128.load64_zero(c2 + j), 1)), factor);
      a = f64x2.add(a, f64x2.mul(x, x));
      b = f64x2.add(b, f64x2.mul(y, y));
      at += step;
    }
    if (distances != 0) {
      const to = distances + 8 * (first + i);
      v128.store(to, f64x2.div(f64x2.sqrt(a), factor));
      v128.store(to, f64x2.div(f64x2.sqrt(b), factor), 16);
    }
    if (weights != 0) {
      a = f64x2.mul(a, v128.load(weights + 8 * (first + i)));
      b = f64x2.mul(b, v128.load(weights + 8 * (first + i), 16));
    }
    sum = f64x2.add(sum, a);
    sum2 = f64x2.add(sum2, b);
  }
  let total =
    f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1) + (f64x2.extract_lane(sum2, 0) + f64x2.extract_lane(sum2, 1));
  for (; i < count; i++) {
    const centre = centres + <usize>load<u32>(labels + 4 * i) * stride;
    let a: f64 = 0;
    for (let j: usize = 0; j < columns; j++) {
      const x = (load<f64>(values + 8 * i + j * step) - load<f64>(centre + 8 * j)) * scale;
      a += x * x;
    }
    if (distances != 0) store<f64>(distances + 8 * (first + i), sqrt(a) / scale);
    total += weights == 0 ? a : a * load<f64>(weights + 8 * (first + i));
  }
  store<f64>(argument(args, 8) + 8 * <usize>block, total);
}
