import { argument } from "./argument";

const blockRows: i32 = 8192;

/** Compiled version of `columnSums`; see the TypeScript version for the arguments. */
export function columnSums(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const first = <usize>(block * blockRows);
  const count = min<usize>(blockRows, rows - first);
  const values = argument(args, 2);
  const weights = argument(args, 3);
  const shift = argument(args, 4);
  const squared = argument(args, 5) == 2;
  const out = argument(args, 6) + 8 * <usize>block * columns;
  for (let j: usize = 0; j < columns; j++) {
    const column = values + 8 * (j * rows + first);
    const origin = f64x2.splat(load<f64>(shift + 8 * j));
    let s01 = f64x2.splat(0);
    let s23 = f64x2.splat(0);
    let s45 = f64x2.splat(0);
    let s67 = f64x2.splat(0);
    let i: usize = 0;
    for (; i + 8 <= count; i += 8) {
      const at = column + 8 * i;
      s01 = f64x2.add(s01, pair(at, weights, first + i, origin, squared));
      s23 = f64x2.add(s23, pair(at + 16, weights, first + i + 2, origin, squared));
      s45 = f64x2.add(s45, pair(at + 32, weights, first + i + 4, origin, squared));
      s67 = f64x2.add(s67, pair(at + 48, weights, first + i + 6, origin, squared));
    }
    let s0 = f64x2.extract_lane(s01, 0);
    let s1 = f64x2.extract_lane(s01, 1);
    let s2 = f64x2.extract_lane(s23, 0);
    let s3 = f64x2.extract_lane(s23, 1);
    let s4 = f64x2.extract_lane(s45, 0);
    let s5 = f64x2.extract_lane(s45, 1);
    let s6 = f64x2.extract_lane(s67, 0);
    const s7 = f64x2.extract_lane(s67, 1);
    const left = count - i;
    const rest = column + 8 * i;
    if (left > 0) s0 += one(rest, weights, first + i, shift + 8 * j, squared);
    if (left > 1) s1 += one(rest + 8, weights, first + i + 1, shift + 8 * j, squared);
    if (left > 2) s2 += one(rest + 16, weights, first + i + 2, shift + 8 * j, squared);
    if (left > 3) s3 += one(rest + 24, weights, first + i + 3, shift + 8 * j, squared);
    if (left > 4) s4 += one(rest + 32, weights, first + i + 4, shift + 8 * j, squared);
    if (left > 5) s5 += one(rest + 40, weights, first + i + 5, shift + 8 * j, squared);
    if (left > 6) s6 += one(rest + 48, weights, first + i + 6, shift + 8 * j, squared);
    store<f64>(out + 8 * j, s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7)));
  }
}

@inline
function pair(at: usize, weights: usize, row: usize, origin: v128, squared: bool): v128 {
  const x = f64x2.sub(v128.load(at), origin);
  const term = squared ? f64x2.mul(x, x) : x;
  return weights == 0 ? term : f64x2.mul(term, v128.load(weights + 8 * row));
}

@inline
function one(at: usize, weights: usize, row: usize, shift: usize, squared: bool): f64 {
  const x = load<f64>(at) - load<f64>(shift);
  const term = squared ? x * x : x;
  return weights == 0 ? term : term * load<f64>(weights + 8 * row);
}
