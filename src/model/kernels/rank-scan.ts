import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of a block of `rankScan`. */
export const rankScanBlock = 8192;

/** Numbers that `rankScan` leaves behind for a group of a block. */
export const rankScanCounts = 4;

/**
 * Where the values of a block of a column lie against a bracket of each group, and those inside it.
 *
 * args: rows, values (f64), groups (i32 by row, -1: none; 0: all of group 0), merged (1: rows of any group count as
 * group 0), k, brackets (f64, k × 2: low, high), counts (i32, blocks × k × 4, from zero: values below low, equal to
 * low, above high, equal to high where that is not low), found (f64, blocks × rows of a block: the values strictly
 * inside, in row order), owners (i32, their groups), inside (i32 by block: how many). NaN is no value.
 */
export const rankScan: Kernel = (memory, block, args) => {
  const first = block * rankScanBlock;
  const count = Math.min(rankScanBlock, argument(args, 0) - first);
  const values = new Float64Array(memory, argument(args, 1) + 8 * first, count);
  const groupsAt = argument(args, 2);
  const groups = groupsAt === 0 ? null : new Int32Array(memory, groupsAt + 4 * first, count);
  const merged = argument(args, 3) === 1;
  const k = argument(args, 4);
  const brackets = new Float64Array(memory, argument(args, 5), 2 * k);
  const counts = new Int32Array(memory, argument(args, 6) + 16 * block * k, 4 * k);
  const found = new Float64Array(memory, argument(args, 7) + 8 * first, rankScanBlock);
  const owners = new Int32Array(memory, argument(args, 8) + 4 * first, rankScanBlock);
  let inside = 0;
  for (let i = 0; i < count; i++) {
    const x = values[i]!;
    let group = groups === null ? 0 : groups[i]!;
    if (group < 0) continue;
    if (merged) group = 0;
    const low = brackets[2 * group]!;
    const high = brackets[2 * group + 1]!;
    if (x < low) counts[4 * group]!++;
    else if (x === low) counts[4 * group + 1]!++;
    else if (x > high) counts[4 * group + 2]!++;
    else if (x === high) counts[4 * group + 3]!++;
    else if (x === x) {
      found[inside] = x;
      owners[inside++] = group;
    }
  }
  new Int32Array(memory, argument(args, 9), block + 1)[block] = inside;
};
