import { addGains } from "./medoid-changes";
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
  addGains(first, end, weights, nearest, own, second, distances, out, k);
}
