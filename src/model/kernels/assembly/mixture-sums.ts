import { tileBytes } from "./mixture-density";

/**
 * Adds a tile's weighted sums and products to a component's, in two lanes. `z` is followed by a column of ones, and
 * `left` has room for two columns; shares of the rows after the last are 0.
 */
export function addFullSums(z: usize, columns: usize, shares: usize, count: usize, left: usize, sums: usize): void {
  const end: usize = ((count + 1) & ~1) << 3;
  addShares(shares, end, sums);
  let out = sums + 16;
  for (let i: usize = 0; i < columns; i += 2) {
    const two = i + 1 < columns;
    const first = z + i * tileBytes;
    weigh(first, shares, end, left);
    if (two) weigh(first + tileBytes, shares, end, left + tileBytes);
    // Row i has a product more than row i + 1, its first.
    const length = columns + 1 - i;
    const next = out + 16 * length - 16;
    let n: usize = 0;
    for (; n + 2 < length; n += 4) fourProducts(left, first + n * tileBytes, end, n, length, two, out, next);
    if (n < length) twoProducts(left, first + n * tileBytes, end, n, length, two, out, next);
    out = next + 16 * length;
  }
}

/** The same where only the squares are wanted. */
export function addDiagonalSums(z: usize, columns: usize, shares: usize, count: usize, sums: usize): void {
  const end: usize = ((count + 1) & ~1) << 3;
  addShares(shares, end, sums);
  let out = sums + 16;
  let x = z;
  for (let i: usize = 0; i < columns; i++) {
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    for (let t: usize = 0; t < end; t += 16) {
      const own = v128.load(x + t);
      const a = f64x2.mul(v128.load(shares + t), own);
      s0 = f64x2.add(s0, f64x2.mul(a, own));
      s1 = f64x2.add(s1, a);
    }
    add(out, s0);
    add(out + 16, s1);
    out += 32;
    x += tileBytes;
  }
}

@inline
function addShares(shares: usize, end: usize, sums: usize): void {
  let s = f64x2.splat(0);
  for (let t: usize = 0; t < end; t += 16) s = f64x2.add(s, v128.load(shares + t));
  add(sums, s);
}

@inline
function weigh(column: usize, shares: usize, end: usize, out: usize): void {
  for (let t: usize = 0; t < end; t += 16) {
    v128.store(out + t, f64x2.mul(v128.load(shares + t), v128.load(column + t)));
  }
}

@inline
function add(at: usize, s: v128): void {
  v128.store(at, f64x2.add(v128.load(at), s));
}

/** Products of the two weighted columns with columns n … n + 3 of those that are left; past the last, nothing is kept. */
function fourProducts(
  left: usize,
  x0: usize,
  end: usize,
  n: usize,
  length: usize,
  two: bool,
  out: usize,
  next: usize,
): void {
  const x1 = x0 + tileBytes;
  const x2 = x1 + tileBytes;
  const x3 = n + 3 < length ? x2 + tileBytes : x2;
  const below = left + tileBytes;
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s02 = f64x2.splat(0);
  let s03 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s12 = f64x2.splat(0);
  let s13 = f64x2.splat(0);
  for (let t: usize = 0; t < end; t += 16) {
    const a = v128.load(left + t);
    const b = v128.load(below + t);
    const v0 = v128.load(x0 + t);
    s00 = f64x2.add(s00, f64x2.mul(a, v0));
    s10 = f64x2.add(s10, f64x2.mul(b, v0));
    const v1 = v128.load(x1 + t);
    s01 = f64x2.add(s01, f64x2.mul(a, v1));
    s11 = f64x2.add(s11, f64x2.mul(b, v1));
    const v2 = v128.load(x2 + t);
    s02 = f64x2.add(s02, f64x2.mul(a, v2));
    s12 = f64x2.add(s12, f64x2.mul(b, v2));
    const v3 = v128.load(x3 + t);
    s03 = f64x2.add(s03, f64x2.mul(a, v3));
    s13 = f64x2.add(s13, f64x2.mul(b, v3));
  }
  const at = out + 16 * n;
  add(at, s00);
  add(at + 16, s01);
  add(at + 32, s02);
  if (n + 3 < length) add(at + 48, s03);
  if (!two) return;
  const under = next + 16 * n;
  if (n > 0) add(under, s10);
  add(under + 16, s11);
  add(under + 32, s12);
  if (n + 3 < length) add(under + 48, s13);
}

/** The same with the last one or two columns. */
function twoProducts(
  left: usize,
  x0: usize,
  end: usize,
  n: usize,
  length: usize,
  two: bool,
  out: usize,
  next: usize,
): void {
  const x1 = n + 1 < length ? x0 + tileBytes : x0;
  const below = left + tileBytes;
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  for (let t: usize = 0; t < end; t += 16) {
    const a = v128.load(left + t);
    const b = v128.load(below + t);
    const v0 = v128.load(x0 + t);
    s00 = f64x2.add(s00, f64x2.mul(a, v0));
    s10 = f64x2.add(s10, f64x2.mul(b, v0));
    const v1 = v128.load(x1 + t);
    s01 = f64x2.add(s01, f64x2.mul(a, v1));
    s11 = f64x2.add(s11, f64x2.mul(b, v1));
  }
  const at = out + 16 * n;
  add(at, s00);
  if (n + 1 < length) add(at + 16, s01);
  if (!two) return;
  const under = next + 16 * n;
  if (n > 0) add(under, s10);
  if (n + 1 < length) add(under + 16, s11);
}
