import { argument } from "./argument";

/** Compiled version of `medoidGain`; see the TypeScript version for the arguments. */
export function medoidGain(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const first = <usize>block * blockRows;
  const end = min<usize>(first + blockRows, rows);
  const values = argument(args, 3);
  const weights = argument(args, 4);
  const candidate = argument(args, 5);
  const k = argument(args, 6);
  const nearest = argument(args, 7);
  const own = argument(args, 8);
  const second = argument(args, 9);
  const distances = argument(args, 10);
  const out = argument(args, 11) + 8 * <usize>block * (k + 1);
  memory.fill(out, 0, 8 * (k + 1));
  const stride: usize = 8 * rows;
  let i = first;
  for (; i + 4 <= end; i += 4) {
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let at = values;
    for (let j: usize = 0; j < columns; j++) {
      const centre = v128.load64_splat(at + 8 * candidate);
      const x = f64x2.sub(v128.load(at + 8 * i), centre);
      const y = f64x2.sub(v128.load(at + 8 * i, 16), centre);
      a = f64x2.add(a, f64x2.mul(x, x));
      b = f64x2.add(b, f64x2.mul(y, y));
      at += stride;
    }
    v128.store(distances + 8 * i, f64x2.sqrt(a));
    v128.store(distances + 8 * i, f64x2.sqrt(b), 16);
  }
  for (; i < end; i++) {
    let squared: f64 = 0;
    for (let j: usize = 0; j < columns; j++) {
      const x = load<f64>(values + j * stride + 8 * i) - load<f64>(values + j * stride + 8 * candidate);
      squared += x * x;
    }
    store<f64>(distances + 8 * i, sqrt(squared));
  }
  for (let row = first; row < end; row++) {
    const distance = load<f64>(distances + 8 * row);
    const to2 = load<f64>(second + 8 * row);
    if (!(distance < to2)) continue;
    const to1 = load<f64>(own + 8 * row);
    const weight = weights == 0 ? 1.0 : load<f64>(weights + 8 * row);
    const slot = out + 8 * (1 + <usize>load<u32>(nearest + 4 * row));
    if (distance < to1) {
      store<f64>(out, load<f64>(out) + (distance - to1) * weight);
      store<f64>(slot, load<f64>(slot) + (to1 - to2) * weight);
    } else {
      store<f64>(slot, load<f64>(slot) + (distance - to2) * weight);
    }
  }
}
