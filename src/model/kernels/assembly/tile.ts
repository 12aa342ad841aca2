/** Rows that a tile holds. */
export const tileRows: usize = 8;

/**
 * Writes 8 rows of packed points (row-major f32, `padded` values a row, a multiple of 4) to `tile`, transposed:
 * 8 values of column 0, 8 of column 1, and so on.
 */
export function gatherTile(
  packed: usize,
  padded: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  r4: usize,
  r5: usize,
  r6: usize,
  r7: usize,
  tile: usize,
): void {
  const stride = padded << 2;
  transposeFour(packed + r0 * stride, packed + r1 * stride, packed + r2 * stride, packed + r3 * stride, stride, tile);
  transposeFour(packed + r4 * stride, packed + r5 * stride, packed + r6 * stride, packed + r7 * stride, stride, tile + 16);
}

@inline
function transposeFour(a: usize, b: usize, c: usize, d: usize, bytes: usize, to: usize): void {
  let out = to;
  for (let at: usize = 0; at < bytes; at += 16) {
    const va = v128.load(a + at);
    const vb = v128.load(b + at);
    const vc = v128.load(c + at);
    const vd = v128.load(d + at);
    const ab01 = v128.shuffle<f32>(va, vb, 0, 4, 1, 5);
    const cd01 = v128.shuffle<f32>(vc, vd, 0, 4, 1, 5);
    const ab23 = v128.shuffle<f32>(va, vb, 2, 6, 3, 7);
    const cd23 = v128.shuffle<f32>(vc, vd, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<f64>(ab01, cd01, 0, 2));
    v128.store(out + 32, v128.shuffle<f64>(ab01, cd01, 1, 3));
    v128.store(out + 64, v128.shuffle<f64>(ab23, cd23, 0, 2));
    v128.store(out + 96, v128.shuffle<f64>(ab23, cd23, 1, 3));
    out += 128;
  }
}
