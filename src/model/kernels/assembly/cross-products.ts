import { argument } from "./argument";

const leftTile: usize = 2;
const rightTile: usize = 4;
const chunkRows: usize = 1024;

/** Compiled version of `crossProducts`; see the TypeScript version for the arguments. */
export function crossProducts(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const values = argument(args, 2);
  const weights = argument(args, 3);
  const means = argument(args, 4);
  const first = argument(args, 5);
  const count = argument(args, 6);
  const out = argument(args, 7);
  const tiles: usize = (columns + rightTile - 1) / rightTile;
  const left: usize = leftTile * (<usize>block / tiles);
  const right: usize = rightTile * (<usize>block % tiles);
  const rightEnd = min<usize>(right + rightTile, columns);
  if (rightEnd <= first + left) return;
  // Columns past the end are read as the last one, and their sums are not stored.
  const i0 = first + left;
  const i1 = first + min<usize>(left + 1, count - 1);
  const j1 = min<usize>(right + 1, columns - 1);
  const j2 = min<usize>(right + 2, columns - 1);
  const j3 = min<usize>(right + 3, columns - 1);
  const x0 = values + 8 * i0 * rows;
  const x1 = values + 8 * i1 * rows;
  const y0 = values + 8 * right * rows;
  const y1 = values + 8 * j1 * rows;
  const y2 = values + 8 * j2 * rows;
  const y3 = values + 8 * j3 * rows;
  const m0 = v128.load64_splat(means + 8 * i0);
  const m1 = v128.load64_splat(means + 8 * i1);
  const n0 = v128.load64_splat(means + 8 * right);
  const n1 = v128.load64_splat(means + 8 * j1);
  const n2 = v128.load64_splat(means + 8 * j2);
  const n3 = v128.load64_splat(means + 8 * j3);
  let t00: f64 = 0;
  let t01: f64 = 0;
  let t02: f64 = 0;
  let t03: f64 = 0;
  let t10: f64 = 0;
  let t11: f64 = 0;
  let t12: f64 = 0;
  let t13: f64 = 0;
  for (let from: usize = 0; from < rows; from += chunkRows) {
    const to = min<usize>(from + chunkRows, rows);
    const whole = from + ((to - from) & ~1);
    let s00 = f64x2.splat(0);
    let s01 = f64x2.splat(0);
    let s02 = f64x2.splat(0);
    let s03 = f64x2.splat(0);
    let s10 = f64x2.splat(0);
    let s11 = f64x2.splat(0);
    let s12 = f64x2.splat(0);
    let s13 = f64x2.splat(0);
    for (let r = from; r < whole; r += 2) {
      const at: usize = 8 * r;
      let a = f64x2.sub(v128.load(x0 + at), m0);
      let b = f64x2.sub(v128.load(x1 + at), m1);
      if (weights != 0) {
        const w = v128.load(weights + at);
        a = f64x2.mul(a, w);
        b = f64x2.mul(b, w);
      }
      const p = f64x2.sub(v128.load(y0 + at), n0);
      s00 = f64x2.add(s00, f64x2.mul(a, p));
      s10 = f64x2.add(s10, f64x2.mul(b, p));
      const q = f64x2.sub(v128.load(y1 + at), n1);
      s01 = f64x2.add(s01, f64x2.mul(a, q));
      s11 = f64x2.add(s11, f64x2.mul(b, q));
      const u = f64x2.sub(v128.load(y2 + at), n2);
      s02 = f64x2.add(s02, f64x2.mul(a, u));
      s12 = f64x2.add(s12, f64x2.mul(b, u));
      const v = f64x2.sub(v128.load(y3 + at), n3);
      s03 = f64x2.add(s03, f64x2.mul(a, v));
      s13 = f64x2.add(s13, f64x2.mul(b, v));
    }
    if (whole < to) {
      // The last row is even: a lane of its own, and nothing in the odd one.
      const at: usize = 8 * whole;
      let a = f64x2.sub(v128.load64_zero(x0 + at), m0);
      let b = f64x2.sub(v128.load64_zero(x1 + at), m1);
      const w = weights != 0 ? v128.load64_zero(weights + at) : f64x2.replace_lane(f64x2.splat(0), 0, 1);
      a = f64x2.mul(a, w);
      b = f64x2.mul(b, w);
      const p = f64x2.sub(v128.load64_zero(y0 + at), n0);
      s00 = f64x2.add(s00, f64x2.mul(a, p));
      s10 = f64x2.add(s10, f64x2.mul(b, p));
      const q = f64x2.sub(v128.load64_zero(y1 + at), n1);
      s01 = f64x2.add(s01, f64x2.mul(a, q));
      s11 = f64x2.add(s11, f64x2.mul(b, q));
      const u = f64x2.sub(v128.load64_zero(y2 + at), n2);
      s02 = f64x2.add(s02, f64x2.mul(a, u));
      s12 = f64x2.add(s12, f64x2.mul(b, u));
      const v = f64x2.sub(v128.load64_zero(y3 + at), n3);
      s03 = f64x2.add(s03, f64x2.mul(a, v));
      s13 = f64x2.add(s13, f64x2.mul(b, v));
    }
    t00 += both(s00);
    t01 += both(s01);
    t02 += both(s02);
    t03 += both(s03);
    t10 += both(s10);
    t11 += both(s11);
    t12 += both(s12);
    t13 += both(s13);
  }
  const width = rightEnd - right;
  put(out + 8 * (left * columns + right), width, t00, t01, t02, t03);
  if (left + 1 < count) put(out + 8 * ((left + 1) * columns + right), width, t10, t11, t12, t13);
}

@inline
function both(s: v128): f64 {
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

@inline
function put(at: usize, width: usize, t0: f64, t1: f64, t2: f64, t3: f64): void {
  store<f64>(at, t0);
  if (width > 1) store<f64>(at + 8, t1);
  if (width > 2) store<f64>(at + 16, t2);
  if (width > 3) store<f64>(at + 24, t3);
}
