/** Rows that are worked on at once. */
export const tileRows: usize = 128;
/** Bytes of a tile's column. */
export const tileBytes: usize = 8 * tileRows;

/** A tile's rows less a component's mean, column by column; zeros up to a multiple of 8 rows. */
export function centreTile(values: usize, step: usize, columns: usize, mean: usize, count: usize, z: usize): void {
  const pairs: usize = (count & ~1) << 3;
  const end = count << 3;
  const padded: usize = ((count + 7) & ~7) << 3;
  let from = values;
  let to = z;
  for (let j: usize = 0; j < columns; j++) {
    const m = v128.load64_splat(mean + 8 * j);
    let at: usize = 0;
    for (; at < pairs; at += 16) v128.store(to + at, f64x2.sub(v128.load(from + at), m));
    if (at < end) {
      store<f64>(to + at, load<f64>(from + at) - f64x2.extract_lane(m, 0));
      at += 8;
    }
    for (; at < padded; at += 8) store<f64>(to + at, 0);
    from += step;
    to += tileBytes;
  }
}

/** `offset - ½ |F z|²` of a tile's rows; F's rows are packed up to the diagonal. */
export function fullDensities(z: usize, columns: usize, factor: usize, offset: f64, count: usize, out: usize): void {
  const half = f64x2.splat(0.5);
  const constant = f64x2.splat(offset);
  const end: usize = ((count + 7) & ~7) << 3;
  for (let t: usize = 0; t < end; t += 64) {
    let q0 = f64x2.splat(0);
    let q1 = f64x2.splat(0);
    let q2 = f64x2.splat(0);
    let q3 = f64x2.splat(0);
    let row = factor;
    let j: usize = 0;
    // Two rows of F share what they read of z.
    for (; j + 1 < columns; j += 2) {
      let a0 = f64x2.splat(0);
      let a1 = f64x2.splat(0);
      let a2 = f64x2.splat(0);
      let a3 = f64x2.splat(0);
      let b0 = f64x2.splat(0);
      let b1 = f64x2.splat(0);
      let b2 = f64x2.splat(0);
      let b3 = f64x2.splat(0);
      const bytes: usize = 8 * (j + 1);
      const next = row + bytes;
      let at = z + t;
      for (let i: usize = 0; i < bytes; i += 8) {
        const f = v128.load64_splat(row + i);
        const g = v128.load64_splat(next + i);
        const z0 = v128.load(at);
        a0 = f64x2.add(a0, f64x2.mul(f, z0));
        b0 = f64x2.add(b0, f64x2.mul(g, z0));
        const z1 = v128.load(at, 16);
        a1 = f64x2.add(a1, f64x2.mul(f, z1));
        b1 = f64x2.add(b1, f64x2.mul(g, z1));
        const z2 = v128.load(at, 32);
        a2 = f64x2.add(a2, f64x2.mul(f, z2));
        b2 = f64x2.add(b2, f64x2.mul(g, z2));
        const z3 = v128.load(at, 48);
        a3 = f64x2.add(a3, f64x2.mul(f, z3));
        b3 = f64x2.add(b3, f64x2.mul(g, z3));
        at += tileBytes;
      }
      const g = v128.load64_splat(next + bytes);
      b0 = f64x2.add(b0, f64x2.mul(g, v128.load(at)));
      b1 = f64x2.add(b1, f64x2.mul(g, v128.load(at, 16)));
      b2 = f64x2.add(b2, f64x2.mul(g, v128.load(at, 32)));
      b3 = f64x2.add(b3, f64x2.mul(g, v128.load(at, 48)));
      q0 = f64x2.add(f64x2.add(q0, f64x2.mul(a0, a0)), f64x2.mul(b0, b0));
      q1 = f64x2.add(f64x2.add(q1, f64x2.mul(a1, a1)), f64x2.mul(b1, b1));
      q2 = f64x2.add(f64x2.add(q2, f64x2.mul(a2, a2)), f64x2.mul(b2, b2));
      q3 = f64x2.add(f64x2.add(q3, f64x2.mul(a3, a3)), f64x2.mul(b3, b3));
      row = next + bytes + 8;
    }
    if (j < columns) {
      let a0 = f64x2.splat(0);
      let a1 = f64x2.splat(0);
      let a2 = f64x2.splat(0);
      let a3 = f64x2.splat(0);
      let at = z + t;
      for (let i: usize = 0; i <= j; i++) {
        const f = v128.load64_splat(row + 8 * i);
        a0 = f64x2.add(a0, f64x2.mul(f, v128.load(at)));
        a1 = f64x2.add(a1, f64x2.mul(f, v128.load(at, 16)));
        a2 = f64x2.add(a2, f64x2.mul(f, v128.load(at, 32)));
        a3 = f64x2.add(a3, f64x2.mul(f, v128.load(at, 48)));
        at += tileBytes;
      }
      q0 = f64x2.add(q0, f64x2.mul(a0, a0));
      q1 = f64x2.add(q1, f64x2.mul(a1, a1));
      q2 = f64x2.add(q2, f64x2.mul(a2, a2));
      q3 = f64x2.add(q3, f64x2.mul(a3, a3));
    }
    v128.store(out + t, f64x2.sub(constant, f64x2.mul(half, q0)));
    v128.store(out + t, f64x2.sub(constant, f64x2.mul(half, q1)), 16);
    v128.store(out + t, f64x2.sub(constant, f64x2.mul(half, q2)), 32);
    v128.store(out + t, f64x2.sub(constant, f64x2.mul(half, q3)), 48);
  }
}

/** The same where F is a diagonal. */
export function diagonalDensities(z: usize, columns: usize, factor: usize, offset: f64, count: usize, out: usize): void {
  const half = f64x2.splat(0.5);
  const constant = f64x2.splat(offset);
  const end: usize = ((count + 7) & ~7) << 3;
  for (let t: usize = 0; t < end; t += 64) {
    let q0 = f64x2.splat(0);
    let q1 = f64x2.splat(0);
    let q2 = f64x2.splat(0);
    let q3 = f64x2.splat(0);
    let at = z + t;
    for (let j: usize = 0; j < columns; j++) {
      const f = v128.load64_splat(factor + 8 * j);
      const a0 = f64x2.mul(f, v128.load(at));
      const a1 = f64x2.mul(f, v128.load(at, 16));
      const a2 = f64x2.mul(f, v128.load(at, 32));
      const a3 = f64x2.mul(f, v128.load(at, 48));
      q0 = f64x2.add(q0, f64x2.mul(a0, a0));
      q1 = f64x2.add(q1, f64x2.mul(a1, a1));
      q2 = f64x2.add(q2, f64x2.mul(a2, a2));
      q3 = f64x2.add(q3, f64x2.mul(a3, a3));
      at += tileBytes;
    }
    v128.store(out + t, f64x2.sub(constant, f64x2.mul(half, q0)));
    v128.store(out + t, f64x2.sub(constant, f64x2.mul(half, q1)), 16);
    v128.store(out + t, f64x2.sub(constant, f64x2.mul(half, q2)), 32);
    v128.store(out + t, f64x2.sub(constant, f64x2.mul(half, q3)), 48);
  }
}
