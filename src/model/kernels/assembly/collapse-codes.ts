import { argument } from "./argument";

/** Adding it to a whole number from 0 to 2^31 leaves that number in the lower half of the bits. */
const magic: f64 = 4503599627370496;

/** Compiled version of `collapseCodes`; see the TypeScript version for the arguments. */
export function collapseCodes(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const domain = argument(args, 3);
  const values = argument(args, 4);
  const weights = argument(args, 5);
  const lowest = argument(args, 6);
  const sizes = argument(args, 7);
  const codes = argument(args, 8);
  const firstRows = argument(args, 9) + 4 * <usize>block * domain;
  const sums = argument(args, 10) + 8 * <usize>block * domain;
  const fits = argument(args, 11) + 4 * <usize>block;
  const first = <usize>block * blockRows;
  const end = first + min<usize>(blockRows, rows - first);

  const step = rows << 3;
  const lastColumn = columns << 3;
  let ok = i64x2.splat(-1);
  for (let row: usize = first; row < end; row += 2) {
    let code = f64x2.splat(0);
    let at = values + (row << 3);
    // A last row without a neighbour is taken twice.
    const pair = row + 1 < end;
    for (let j: usize = 0; j < lastColumn; j += 8) {
      const x = pair ? v128.load(at) : v128.load64_splat(at);
      const size = v128.load64_splat(sizes + j);
      const place = f64x2.sub(x, v128.load64_splat(lowest + j));
      ok = v128.and(ok, f64x2.eq(f64x2.trunc(x), x));
      ok = v128.and(ok, v128.and(f64x2.ge(place, f64x2.splat(0)), f64x2.lt(place, size)));
      code = f64x2.add(f64x2.mul(code, size), place);
      at += step;
    }
    code = f64x2.add(code, f64x2.splat(magic));
    store<u32>(codes + (row << 2), <u32>i64x2.extract_lane(code, 0));
    if (pair) store<u32>(codes + (row << 2), <u32>i64x2.extract_lane(code, 1), 4);
  }
  const whole = i64x2.all_true(ok);
  store<i32>(fits, <i32>whole);
  if (!whole) return;

  memory.fill(firstRows, 0xff, 4 * domain);
  memory.fill(sums, 0, 8 * domain);
  for (let row: usize = first; row < end; row++) {
    const code = <usize>load<u32>(codes + 4 * row);
    if (load<i32>(firstRows + 4 * code) < 0) store<u32>(firstRows + 4 * code, <u32>row);
    const sum = sums + 8 * code;
    store<f64>(sum, load<f64>(sum) + (weights == 0 ? 1 : load<f64>(weights + 8 * row)));
  }
}
