import { argument } from "./argument";
import { thread } from "./thread";
import { gatherTile } from "./tile";

/** Compiled version of `seedPotentials`; see the TypeScript version for the arguments. */
export function seedPotentials(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const padded = argument(args, 2);
  const blockRows = argument(args, 3);
  const packed = argument(args, 4);
  const weights = argument(args, 5);
  const candidates = argument(args, 6);
  const many = argument(args, 7);
  const closest = argument(args, 8);
  const keep = argument(args, 9) != 0;
  const out = argument(args, 10) + 8 * <usize>block * many;
  const tile = argument(args, 11) + <usize>thread * argument(args, 12);
  const nearer = tile + 32 * padded;
  const lanes = nearer + 32;
  const first = <usize>block * blockRows;
  const count = min<usize>(blockRows, rows - first);
  const tileEnd = columns << 5;
  memory.fill(lanes, 0, 64 * many);
  for (let start: usize = 0; start < count; start += 8) {
    const valid = min<usize>(8, count - start);
    const row = first + start;
    const end = row + valid - 1;
    gatherTile(
      packed,
      padded,
      row,
      min(row + 1, end),
      min(row + 2, end),
      min(row + 3, end),
      min(row + 4, end),
      min(row + 5, end),
      min(row + 6, end),
      min(row + 7, end),
      tile,
    );
    // `closest` and the weights have room for a whole tile behind the last row.
    const before = closest + 4 * row;
    for (let n: usize = 0; n < many; n++) {
      let a = f32x4.splat(0);
      let b = f32x4.splat(0);
      let c = candidates + 4 * n * padded;
      for (let at: usize = 0; at < tileEnd; at += 32, c += 4) {
        const centre = v128.load32_splat(c);
        const x = f32x4.sub(v128.load(tile + at), centre);
        const y = f32x4.sub(v128.load(tile + at, 16), centre);
        a = f32x4.add(a, f32x4.mul(x, x));
        b = f32x4.add(b, f32x4.mul(y, y));
      }
      a = f32x4.pmin(v128.load(before), a);
      b = f32x4.pmin(v128.load(before, 16), b);
      v128.store(nearer, a);
      v128.store(nearer, b, 16);
      for (let r: usize = valid; r < 8; r++) store<f32>(nearer + 4 * r, 0);
      if (keep) for (let r: usize = 0; r < valid; r++) store<f32>(before + 4 * r, load<f32>(nearer + 4 * r));
      const sums = lanes + 64 * n;
      a = v128.load(nearer);
      b = v128.load(nearer, 16);
      addPair(sums, f64x2.promote_low_f32x4(a), weights, row);
      addPair(sums + 16, f64x2.promote_low_f32x4(v128.shuffle<f64>(a, a, 1, 1)), weights, row + 2);
      addPair(sums + 32, f64x2.promote_low_f32x4(b), weights, row + 4);
      addPair(sums + 48, f64x2.promote_low_f32x4(v128.shuffle<f64>(b, b, 1, 1)), weights, row + 6);
    }
  }
  for (let n: usize = 0; n < many; n++) {
    const s = lanes + 64 * n;
    const low = load<f64>(s) + load<f64>(s, 8) + (load<f64>(s, 16) + load<f64>(s, 24));
    const high = load<f64>(s, 32) + load<f64>(s, 40) + (load<f64>(s, 48) + load<f64>(s, 56));
    store<f64>(out + 8 * n, low + high);
  }
}

@inline
function addPair(sums: usize, x: v128, weights: usize, row: usize): void {
  const term = weights == 0 ? x : f64x2.mul(x, v128.load(weights + 8 * row));
  v128.store(sums, f64x2.add(v128.load(sums), term));
}
