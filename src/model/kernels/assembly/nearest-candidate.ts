import { argument } from "./argument";
import { thread } from "./thread";

/** Compiled version of `nearestCandidate`; see the TypeScript version for the arguments. */
export function nearestCandidate(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const weights = argument(args, 4);
  const candidates = argument(args, 5);
  const many = argument(args, 6);
  const firstNumber = argument(args, 7);
  const scale = load<f64>(args + 8 * 8);
  const factor = f64x2.splat(scale);
  const step: usize = 8 * rows;
  const tile = argument(args, 12) + <usize>thread * argument(args, 13);
  const tileEnd = tile + 32 * columns;
  const one = f64x2.splat(1);
  const first = <usize>block * blockRows;
  const end = first + min<usize>(blockRows, rows - first);
  let sum: f64 = 0;
  for (let row: usize = first; row < end; row += 4) {
    const valid = min<usize>(4, end - row);
    const closest = argument(args, 9) + 8 * row;
    const nearest = argument(args, 10) + 4 * row;
    let from = argument(args, 3) + 8 * row;
    if (valid == 4) {
      for (let to = tile; to < tileEnd; to += 32, from += step) {
        v128.store(to, f64x2.mul(v128.load(from), factor));
        v128.store(to, f64x2.mul(v128.load(from, 16), factor), 16);
      }
      let c0 = v128.load(closest);
      let c1 = v128.load(closest, 16);
      let n0 = f64x2.convert_low_i32x4_s(v128.load64_zero(nearest));
      let n1 = f64x2.convert_low_i32x4_s(v128.load64_zero(nearest, 8));
      let number = f64x2.splat(<f64>firstNumber);
      let candidate = candidates;
      for (let n: usize = 0; n < many; n++) {
        let a = f64x2.splat(0);
        let b = f64x2.splat(0);
        for (let at = tile; at < tileEnd; at += 32, candidate += 8) {
          const origin = v128.load64_splat(candidate);
          const x = f64x2.sub(v128.load(at), origin);
          const y = f64x2.sub(v128.load(at, 16), origin);
          a = f64x2.add(a, f64x2.mul(x, x));
          b = f64x2.add(b, f64x2.mul(y, y));
        }
        const nearerA = f64x2.lt(a, c0);
        const nearerB = f64x2.lt(b, c1);
        c0 = v128.bitselect(a, c0, nearerA);
        c1 = v128.bitselect(b, c1, nearerB);
        n0 = v128.bitselect(number, n0, nearerA);
        n1 = v128.bitselect(number, n1, nearerB);
        number = f64x2.add(number, one);
      }
      v128.store(closest, c0);
      v128.store(closest, c1, 16);
      v128.store64_lane(nearest, i32x4.trunc_sat_f64x2_s_zero(n0), 0);
      v128.store64_lane(nearest, i32x4.trunc_sat_f64x2_s_zero(n1), 0, 8);
    } else {
      for (let r: usize = 0; r < valid; r++) {
        for (let n: usize = 0; n < many; n++) {
          let squared: f64 = 0;
          for (let j: usize = 0; j < columns; j++) {
            const x = load<f64>(from + 8 * r + j * step) * scale - load<f64>(candidates + 8 * (n * columns + j));
            squared += x * x;
          }
          if (squared < load<f64>(closest + 8 * r)) {
            store<f64>(closest + 8 * r, squared);
            store<u32>(nearest + 4 * r, <u32>(firstNumber + n));
          }
        }
      }
    }
    for (let r: usize = 0; r < valid; r++) sum += load<f64>(closest + 8 * r) * load<f64>(weights + 8 * (row + r));
  }
  store<f64>(argument(args, 11) + 8 * <usize>block, sum);
}
