import { argument } from "./argument";

const blockRows: usize = 8192;

/** Compiled version of `rankScan`; see the TypeScript version for the arguments. */
export function rankScan(block: i32, args: usize): void {
  const first: usize = <usize>block * blockRows;
  const count = min<usize>(blockRows, argument(args, 0) - first);
  const values: usize = argument(args, 1) + 8 * first;
  const groups = argument(args, 2);
  const own: usize = groups + 4 * first;
  const mask: i32 = argument(args, 3) == 1 ? 0 : -1;
  const k = argument(args, 4);
  const brackets = argument(args, 5);
  const counts: usize = argument(args, 6) + 16 * <usize>block * k;
  const found: usize = argument(args, 7) + 8 * first;
  const owners: usize = argument(args, 8) + 4 * first;
  let inside: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const x = load<f64>(values + 8 * i);
    const listed: i32 = groups == 0 ? 0 : load<i32>(own + 4 * i);
    if (listed < 0) continue;
    const group = listed & mask;
    const bracket: usize = brackets + 16 * <usize>group;
    const low = load<f64>(bracket);
    const high = load<f64>(bracket, 8);
    // Without branches, which values in no order would mislead: every value is written, and kept where it counts.
    store<f64>(found + 8 * inside, x);
    store<i32>(owners + 4 * inside, group);
    inside += <usize>(<i32>(x > low) & <i32>(x < high));
    const to: usize = counts + 16 * <usize>group;
    const outside = <i64>(x < low) | (<i64>(x == low) << 16) | (<i64>(x > high) << 32) | (<i64>(x == high) << 48);
    store<i64>(to, load<i64>(to) + outside);
  }
  // A block's counts fit into 16 bits each.
  for (let group: usize = 0; group < k; group++) {
    const to: usize = counts + 16 * group;
    const bracket: usize = brackets + 16 * group;
    const packed = load<i64>(to);
    store<i32>(to, <i32>(packed & 0xffff));
    store<i32>(to, <i32>((packed >> 16) & 0xffff), 4);
    store<i32>(to, <i32>((packed >> 32) & 0xffff), 8);
    store<i32>(to, load<f64>(bracket) == load<f64>(bracket, 8) ? 0 : <i32>((packed >> 48) & 0xffff), 12);
  }
  store<i32>(argument(args, 9) + 4 * <usize>block, <i32>inside);
}
