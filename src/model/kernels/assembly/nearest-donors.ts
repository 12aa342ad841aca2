import { argument } from "./argument";
import { thread } from "./thread";

const tile: usize = 256;

/** Compiled version of `nearestDonors`; see the TypeScript version for the arguments. */
export function nearestDonors(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const values = argument(args, 3);
  const kinds = argument(args, 4);
  const donors = argument(args, 5);
  const step = argument(args, 6);
  const held = argument(args, 7);
  const starts = argument(args, 8);
  const columnOfGap = argument(args, 9);
  const wanted = argument(args, 10);
  const found = argument(args, 11);
  const distances = argument(args, 12);
  const sums = argument(args, 13) + 16 * tile * <usize>thread;
  const counts = sums + 8 * tile;
  const all = <f64>columns;
  const one = f64x2.splat(1);
  const first = <usize>block * blockRows;
  const end = first + min<usize>(blockRows, rows - first);
  for (let i: usize = first; i < end; i++) {
    const from = <usize>load<u32>(starts + 4 * i);
    const to = <usize>load<u32>(starts + 4 * (i + 1));
    for (let g: usize = from * wanted; g < to * wanted; g++) {
      store<i32>(found + 4 * g, -1);
      store<f64>(distances + 8 * g, Infinity);
    }
    for (let n0: usize = 0; n0 < donors; n0 += tile) {
      const many = min<usize>(tile, donors - n0);
      memory.fill(sums, 0, 16 * tile);
      for (let j: usize = 0; j < columns; j++) {
        const x = load<f64>(values + 8 * (j * rows + i));
        if (x != x) continue;
        const origin = f64x2.splat(x);
        const column = held + 8 * (j * step + n0);
        if (load<f64>(kinds + 8 * j) == 1) {
          for (let n: usize = 0; n < many; n += 2) {
            const y = v128.load(column + 8 * n);
            const isHeld = f64x2.eq(y, y);
            const differs = v128.and(f64x2.ne(origin, y), isHeld);
            v128.store(sums + 8 * n, f64x2.add(v128.load(sums + 8 * n), v128.and(differs, one)));
            v128.store(counts + 8 * n, f64x2.add(v128.load(counts + 8 * n), v128.and(isHeld, one)));
          }
        } else {
          for (let n: usize = 0; n < many; n += 2) {
            const y = v128.load(column + 8 * n);
            const isHeld = f64x2.eq(y, y);
            const difference = f64x2.sub(origin, y);
            const square = v128.and(f64x2.mul(difference, difference), isHeld);
            v128.store(sums + 8 * n, f64x2.add(v128.load(sums + 8 * n), square));
            v128.store(counts + 8 * n, f64x2.add(v128.load(counts + 8 * n), v128.and(isHeld, one)));
          }
        }
      }
      for (let n: usize = 0; n < many; n++) {
        const shared = load<f64>(counts + 8 * n);
        if (shared == 0) continue;
        const squared = (load<f64>(sums + 8 * n) * all) / shared;
        for (let g: usize = from; g < to; g++) {
          const start = g * wanted;
          let at = start + wanted - 1;
          if (!(squared < load<f64>(distances + 8 * at))) continue;
          const column = <usize>load<u32>(columnOfGap + 4 * g);
          const y = load<f64>(held + 8 * (column * step + n0 + n));
          if (y != y) continue;
          while (at > start && squared < load<f64>(distances + 8 * (at - 1))) {
            store<f64>(distances + 8 * at, load<f64>(distances + 8 * (at - 1)));
            store<i32>(found + 4 * at, load<i32>(found + 4 * (at - 1)));
            at--;
          }
          store<f64>(distances + 8 * at, squared);
          store<i32>(found + 4 * at, <i32>(n0 + n));
        }
      }
    }
  }
}
