import { argument } from "./argument";

/** Compiled version of `pairDistances`; see the TypeScript version for the arguments. */
export function pairDistances(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const first = argument(args, 5) + <usize>block * argument(args, 2);
  const end = min<usize>(first + argument(args, 2), rows);
  const values = argument(args, 3);
  const stride: usize = 8 * rows;
  for (let i = first; i < end; i++) {
    const out = argument(args, 4) + 8 * (i * (rows - 1) - (i * (i + 1)) / 2) - 8;
    let k = i + 1;
    for (; k + 4 <= rows; k += 4) {
      let a = f64x2.splat(0);
      let b = f64x2.splat(0);
      let at = values;
      for (let j: usize = 0; j < columns; j++) {
        const origin = v128.load64_splat(at + 8 * i);
        const x = f64x2.sub(v128.load(at + 8 * k), origin);
        const y = f64x2.sub(v128.load(at + 8 * k, 16), origin);
        a = f64x2.add(a, f64x2.mul(x, x));
        b = f64x2.add(b, f64x2.mul(y, y));
        at += stride;
      }
      v128.store(out + 8 * k, f64x2.sqrt(a));
      v128.store(out + 8 * k, f64x2.sqrt(b), 16);
    }
    for (; k < rows; k++) {
      let squared: f64 = 0;
      for (let j: usize = 0; j < columns; j++) {
        const x = load<f64>(values + j * stride + 8 * k) - load<f64>(values + j * stride + 8 * i);
        squared += x * x;
      }
      store<f64>(out + 8 * k, sqrt(squared));
    }
  }
}
