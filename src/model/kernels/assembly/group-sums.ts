import { argument } from "./argument";

const blockRows: usize = 8192;

/** Compiled version of `groupSums`; see the TypeScript version for the arguments. */
export function groupSums(block: i32, args: usize): void {
  const first: usize = <usize>block * blockRows;
  const count = min<usize>(blockRows, argument(args, 0) - first);
  const values: usize = argument(args, 1) + 8 * first;
  const weights = argument(args, 2);
  const own: usize = weights + 8 * first;
  const groups: usize = argument(args, 3) + 4 * first;
  const out: usize = argument(args, 5) + 24 * <usize>block * argument(args, 4);
  for (let i: usize = 0; i < count; i++) {
    const group = load<i32>(groups + 4 * i);
    if (group < 0) continue;
    const x = load<f64>(values + 8 * i);
    const w: f64 = weights == 0 ? 1 : load<f64>(own + 8 * i);
    const to: usize = out + 24 * <usize>group;
    store<f64>(to, load<f64>(to) + w);
    if (x != x) continue;
    store<f64>(to, load<f64>(to, 8) + w, 8);
    store<f64>(to, load<f64>(to, 16) + w * x, 16);
  }
}
