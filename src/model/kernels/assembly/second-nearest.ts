import { argument } from "./argument";
import { thread } from "./thread";

/** Compiled version of `secondNearest`; see the TypeScript version for the arguments. */
export function secondNearest(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const segments = argument(args, 3);
  const centres = argument(args, 5);
  const scale = load<f64>(args + 8 * 7);
  const factor = f64x2.splat(scale);
  const step: usize = 8 * rows;
  const four = argument(args, 10) + 64 * <usize>thread;
  const first = <usize>block * blockRows;
  const end = first + min<usize>(blockRows, rows - first);
  for (let row: usize = first; row < end; row += 4) {
    const valid = min<usize>(4, end - row);
    const start = argument(args, 4) + 8 * row;
    const labels = argument(args, 6) + 4 * row;
    const seconds = argument(args, 8) + 4 * row;
    const distances = argument(args, 9) + 8 * row;
    for (let r: usize = 0; r < valid; r++) store<f64>(distances + 8 * r, Infinity);
    for (let c: usize = 0; c < segments; c++) {
      let a = f64x2.splat(0);
      let b = f64x2.splat(0);
      let at = start;
      let centre = centres + 8 * c * columns;
      if (valid == 4) {
        for (let j: usize = 0; j < columns; j++) {
          const origin = v128.load64_splat(centre);
          const x = f64x2.mul(f64x2.sub(v128.load(at), origin), factor);
          const y = f64x2.mul(f64x2.sub(v128.load(at, 16), origin), factor);
          a = f64x2.add(a, f64x2.mul(x, x));
          b = f64x2.add(b, f64x2.mul(y, y));
          at += step;
          centre += 8;
        }
        v128.store(four, a);
        v128.store(four, b, 16);
      } else {
        for (let r: usize = 0; r < valid; r++) {
          let squared: f64 = 0;
          for (let j: usize = 0; j < columns; j++) {
            const x = (load<f64>(start + 8 * r + j * step) - load<f64>(centre + 8 * j)) * scale;
            squared += x * x;
          }
          store<f64>(four + 8 * r, squared);
        }
      }
      for (let r: usize = 0; r < valid; r++) {
        const squared = load<f64>(four + 8 * r);
        if (<usize>load<u32>(labels + 4 * r) != c && squared < load<f64>(distances + 8 * r)) {
          store<f64>(distances + 8 * r, squared);
          store<u32>(seconds + 4 * r, <u32>c);
        }
      }
    }
    for (let r: usize = 0; r < valid; r++) {
      store<f64>(distances + 8 * r, sqrt(load<f64>(distances + 8 * r)) / scale);
    }
  }
}
