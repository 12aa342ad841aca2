import { argument } from "./argument";

/** Compiled version of `packPoints`; see the TypeScript version for the arguments. */
export function packPoints(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const padded = argument(args, 2);
  const blockRows = argument(args, 3);
  const values = argument(args, 4);
  const weights = argument(args, 5);
  const shift = argument(args, 6);
  const scale = load<f64>(args + 8 * 7);
  const packed = argument(args, 8);
  const first = <usize>block * blockRows;
  const count = min<usize>(blockRows, rows - first);
  const out = argument(args, 9) + 8 * <usize>block * (2 * columns + 1);
  const to = packed + 4 * first * padded;
  let largest: f64 = 0;
  for (let j: usize = 0; j < padded; j += 4) {
    for (let i: usize = j; i < min(j + 4, columns); i++) {
      const at = values + 8 * (i * rows + first);
      largest = max(largest, packColumn(at, weights, first, count, load<f64>(shift + 8 * i), scale, out + 16 * i));
    }
    packQuad(values, shift, rows, columns, j, first, count, scale, to + 4 * j, 4 * padded);
  }
  store<f64>(out + 16 * columns, largest);
}

/** Sums of x and x² of one column of the block, about its shift and scaled; returns the largest |x|. */
@inline
function packColumn(at: usize, weights: usize, first: usize, count: usize, shift: f64, scale: f64, out: usize): f64 {
  const origin = f64x2.splat(shift);
  const factor = f64x2.splat(scale);
  let sum = f64x2.splat(0);
  let squares = f64x2.splat(0);
  let sum2 = f64x2.splat(0);
  let squares2 = f64x2.splat(0);
  let largest = f64x2.splat(0);
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const x = f64x2.mul(f64x2.sub(v128.load(at + 8 * i), origin), factor);
    const y = f64x2.mul(f64x2.sub(v128.load(at + 8 * i, 16), origin), factor);
    largest = f64x2.pmax(f64x2.pmax(largest, f64x2.abs(x)), f64x2.abs(y));
    let wx = x;
    let wy = y;
    if (weights != 0) {
      wx = f64x2.mul(x, v128.load(weights + 8 * (first + i)));
      wy = f64x2.mul(y, v128.load(weights + 8 * (first + i), 16));
    }
    sum = f64x2.add(sum, wx);
    squares = f64x2.add(squares, f64x2.mul(wx, x));
    sum2 = f64x2.add(sum2, wy);
    squares2 = f64x2.add(squares2, f64x2.mul(wy, y));
  }
  let big = max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1));
  let s = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1) + (f64x2.extract_lane(sum2, 0) + f64x2.extract_lane(sum2, 1));
  let q =
    f64x2.extract_lane(squares, 0) +
    f64x2.extract_lane(squares, 1) +
    (f64x2.extract_lane(squares2, 0) + f64x2.extract_lane(squares2, 1));
  for (; i < count; i++) {
    const x = (load<f64>(at + 8 * i) - shift) * scale;
    const w = weights == 0 ? x : x * load<f64>(weights + 8 * (first + i));
    big = max(big, abs(x));
    s += w;
    q += w * x;
  }
  store<f64>(out, s);
  store<f64>(out + 8, q);
  return big;
}

/** Columns j … j+3 of the block, rounded to f32, as the j-th quad of each packed row. */
@inline
function packQuad(
  values: usize,
  shift: usize,
  rows: usize,
  columns: usize,
  j: usize,
  first: usize,
  count: usize,
  scale: f64,
  to: usize,
  stride: usize,
): void {
  const factor = f64x2.splat(scale);
  const all = i64x2.splat(-1);
  const none = i64x2.splat(0);
  // A column beyond the last is column j with every bit cleared.
  const a = values + 8 * (j * rows + first);
  const b = j + 1 < columns ? a + 8 * rows : a;
  const c = j + 2 < columns ? a + 16 * rows : a;
  const d = j + 3 < columns ? a + 24 * rows : a;
  const oa = v128.load64_splat(shift + 8 * j);
  const ob = v128.load64_splat(shift + 8 * (j + 1 < columns ? j + 1 : j));
  const oc = v128.load64_splat(shift + 8 * (j + 2 < columns ? j + 2 : j));
  const od = v128.load64_splat(shift + 8 * (j + 3 < columns ? j + 3 : j));
  const mb = j + 1 < columns ? all : none;
  const mc = j + 2 < columns ? all : none;
  const md = j + 3 < columns ? all : none;
  let out = to;
  let i: usize = 0;
  for (; i + 2 <= count; i += 2) {
    const at: usize = 8 * i;
    const fa = f32x4.demote_f64x2_zero(f64x2.mul(f64x2.sub(v128.load(a + at), oa), factor));
    const gb = v128.and(f32x4.demote_f64x2_zero(f64x2.mul(f64x2.sub(v128.load(b + at), ob), factor)), mb);
    const gc = v128.and(f32x4.demote_f64x2_zero(f64x2.mul(f64x2.sub(v128.load(c + at), oc), factor)), mc);
    const gd = v128.and(f32x4.demote_f64x2_zero(f64x2.mul(f64x2.sub(v128.load(d + at), od), factor)), md);
    const ab = v128.shuffle<f32>(fa, gb, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(gc, gd, 0, 4, 1, 5);
    v128.store(out, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(out + stride, v128.shuffle<f64>(ab, cd, 1, 3));
    out += 2 * stride;
  }
  if (i < count) {
    const at: usize = 8 * i;
    store<f32>(out, <f32>((load<f64>(a + at) - f64x2.extract_lane(oa, 0)) * scale));
    if (j + 1 < columns) store<f32>(out, <f32>((load<f64>(b + at) - f64x2.extract_lane(ob, 0)) * scale), 4);
    if (j + 2 < columns) store<f32>(out, <f32>((load<f64>(c + at) - f64x2.extract_lane(oc, 0)) * scale), 8);
    if (j + 3 < columns) store<f32>(out, <f32>((load<f64>(d + at) - f64x2.extract_lane(od, 0)) * scale), 12);
  }
}
