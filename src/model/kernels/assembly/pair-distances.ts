import { argument } from "./argument";

/** Compiled version of `pairDistances`; see the TypeScript version for the arguments. */
export function pairDistances(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const first = argument(args, 5) + <usize>block * argument(args, 2);
  const end = min<usize>(first + argument(args, 2), rows);
  const values = argument(args, 3);
  const distances = argument(args, 4);
  const stride: usize = 8 * rows;
  const tiles: usize = (rows + 7) >> 3;
  for (let i = first; i < end; i++) {
    const tileRow = i >> 3;
    // 512 bytes a tile, 64 a row of it.
    let out = distances + ((tileRow * tiles - ((tileRow * (tileRow + 1)) >> 1) + tileRow) << 9) + ((i & 7) << 6);
    let k = tileRow << 3;
    for (; k + 8 <= rows; k += 8) {
      let a = f64x2.splat(0);
      let b = a;
      let c = a;
      let d = a;
      let at = values;
      for (let j: usize = 0; j < columns; j++) {
        const origin = v128.load64_splat(at + 8 * i);
        const x = f64x2.sub(v128.load(at + 8 * k), origin);
        const y = f64x2.sub(v128.load(at + 8 * k, 16), origin);
        const z = f64x2.sub(v128.load(at + 8 * k, 32), origin);
        const u = f64x2.sub(v128.load(at + 8 * k, 48), origin);
        a = f64x2.add(a, f64x2.mul(x, x));
        b = f64x2.add(b, f64x2.mul(y, y));
        c = f64x2.add(c, f64x2.mul(z, z));
        d = f64x2.add(d, f64x2.mul(u, u));
        at += stride;
      }
      v128.store(out, f64x2.sqrt(a));
      v128.store(out, f64x2.sqrt(b), 16);
      v128.store(out, f64x2.sqrt(c), 32);
      v128.store(out, f64x2.sqrt(d), 48);
      out += 512;
    }
    for (; k < rows; k++) {
      let squared: f64 = 0;
      for (let j: usize = 0; j < columns; j++) {
        const x = load<f64>(values + j * stride + 8 * k) - load<f64>(values + j * stride + 8 * i);
        squared += x * x;
      }
      store<f64>(out + ((k & 7) << 3), sqrt(squared));
    }
  }
}
