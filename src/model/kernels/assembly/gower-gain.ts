import { argument } from "./argument";
import { addGains } from "./medoid-changes";

/** Compiled version of `gowerGain`; see the TypeScript version for the arguments. */
export function gowerGain(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const categoryColumns = argument(args, 2);
  const blockRows = argument(args, 3);
  const first = <usize>block * blockRows;
  const end = min<usize>(first + blockRows, rows);
  const values = argument(args, 4);
  const codes = argument(args, 5);
  const prices = argument(args, 6);
  const numbers = argument(args, 7);
  const words = argument(args, 8);
  const distances = argument(args, 14);
  const wordPrices = prices + 8 * columns;
  let i = first;
  for (; i + 4 <= end; i += 4) {
    let a = f64x2.splat(0);
    let b = a;
    let at = values + 8 * i;
    for (let j: usize = 0; j < columns; j++, at += 8 * rows) {
      const origin = v128.load64_splat(numbers + 8 * j);
      const price = v128.load64_splat(prices + 8 * j);
      a = f64x2.add(a, f64x2.mul(f64x2.abs(f64x2.sub(v128.load(at), origin)), price));
      b = f64x2.add(b, f64x2.mul(f64x2.abs(f64x2.sub(v128.load(at, 16), origin)), price));
    }
    at = codes + 4 * i;
    for (let j: usize = 0; j < categoryColumns; j++, at += 4 * rows) {
      const unlike = i32x4.ne(v128.load(at), v128.load32_splat(words + 4 * j));
      const price = v128.load64_splat(wordPrices + 8 * j);
      a = f64x2.add(a, v128.and(price, i64x2.extend_low_i32x4_s(unlike)));
      b = f64x2.add(b, v128.and(price, i64x2.extend_high_i32x4_s(unlike)));
    }
    v128.store(distances + 8 * i, a);
    v128.store(distances + 8 * i, b, 16);
  }
  for (; i < end; i++) {
    let distance: f64 = 0;
    for (let j: usize = 0; j < columns; j++) {
      const gap = load<f64>(values + 8 * (j * rows + i)) - load<f64>(numbers + 8 * j);
      distance += abs(gap) * load<f64>(prices + 8 * j);
    }
    for (let j: usize = 0; j < categoryColumns; j++) {
      if (load<i32>(codes + 4 * (j * rows + i)) != load<i32>(words + 4 * j)) distance += load<f64>(wordPrices + 8 * j);
    }
    store<f64>(distances + 8 * i, distance);
  }
  const own = argument(args, 12);
  if (own == 0) return;
  const k = argument(args, 10);
  const out = argument(args, 15) + 8 * <usize>block * (k + 1);
  addGains(first, end, argument(args, 9), argument(args, 11), own, argument(args, 13), distances, out, k);
}
