import { argument } from "./argument";

const blockRows: usize = 16384;

/** Compiled version of `columnScan`; see the TypeScript version for the arguments. */
export function columnScan(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const values = argument(args, 1);
  const out: usize = argument(args, 2) + 72 * <usize>block;
  const first: usize = <usize>block * blockRows;
  const end = min<usize>(first + blockRows, rows);
  let missing = 0;
  let infiniteRow = -1;
  let minimum = Infinity;
  let maximum = -Infinity;
  let allIntegers = 1;
  let distinct = 0;
  let one: f64 = 0;
  let two: f64 = 0;
  let three: f64 = 0;
  for (let i = first; i < end; i++) {
    const x = load<f64>(values + 8 * i);
    if (x != x) {
      missing++;
      continue;
    }
    if (x < minimum) minimum = x;
    if (x > maximum) maximum = x;
    if (trunc(x) != x) allIntegers = 0;
    else if (abs(x) == Infinity) {
      allIntegers = 0;
      if (infiniteRow < 0) infiniteRow = <i32>i;
    }
    if (distinct < 3) {
      if (distinct == 0) {
        one = x;
        distinct = 1;
      } else if (x != one) {
        if (distinct == 1) {
          two = x;
          distinct = 2;
        } else if (x != two) {
          three = x;
          distinct = 3;
        }
      }
    }
  }
  store<f64>(out, missing);
  store<f64>(out, infiniteRow, 8);
  store<f64>(out, minimum, 16);
  store<f64>(out, maximum, 24);
  store<f64>(out, allIntegers, 32);
  store<f64>(out, distinct, 40);
  store<f64>(out, one, 48);
  store<f64>(out, two, 56);
  store<f64>(out, three, 64);
}
