import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of a block of `columnScan`. */
export const columnScanBlock = 16_384;

/** Numbers that `columnScan` leaves behind for a block. */
export const columnScanFacts = 9;

/**
 * What the values of a block of a column are like.
 *
 * args: rows, values (f64), out (f64, blocks × 9): NaN values, the first infinite row or -1, minimum and maximum
 * (infinite where there is no value), whether all are whole numbers, distinct values up to three, and those in order
 * of appearance; NaN is no value.
 */
export const columnScan: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const values = new Float64Array(memory, argument(args, 1), rows);
  const out = new Float64Array(memory, argument(args, 2) + 8 * columnScanFacts * block, columnScanFacts);
  const first = block * columnScanBlock;
  const end = Math.min(first + columnScanBlock, rows);
  let missing = 0;
  let infiniteRow = -1;
  let minimum = Infinity;
  let maximum = -Infinity;
  let allIntegers = 1;
  let distinct = 0;
  let one = 0;
  let two = 0;
  let three = 0;
  for (let i = first; i < end; i++) {
    const x = values[i]!;
    if (x !== x) {
      missing++;
      continue;
    }
    if (x < minimum) minimum = x;
    if (x > maximum) maximum = x;
    if (Math.trunc(x) !== x) allIntegers = 0;
    else if (x === Infinity || x === -Infinity) {
      allIntegers = 0;
      if (infiniteRow < 0) infiniteRow = i;
    }
    if (distinct < 3) {
      if (distinct === 0) {
        one = x;
        distinct = 1;
      } else if (x !== one) {
        if (distinct === 1) {
          two = x;
          distinct = 2;
        } else if (x !== two) {
          three = x;
          distinct = 3;
        }
      }
    }
  }
  out.set([missing, infiniteRow, minimum, maximum, allIntegers, distinct, one, two, three]);
};
