import type { Compute } from "../core/compute.ts";
import { inMemory } from "../model/in-memory.ts";
import { columnScanBlock, columnScanFacts } from "../model/kernels/column-scan.ts";

/** What the values of a numeric column say about its kind. NaN is a missing value. */
export interface ColumnFacts {
  readonly rows: number;
  readonly missing: number;
  /** First row that is infinite, or -1. */
  readonly infiniteRow: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly allIntegers: boolean;
  /** Distinct values, counted up to three. */
  readonly distinct: 0 | 1 | 2 | 3;
  /** Every row is a whole number one above the row before. */
  readonly risesByOne: boolean;
  /** The values are a range of consecutive whole numbers, each once, in any order. */
  readonly isNumbering: boolean;
}

/**
 * One pass over the column on all threads (and a second, with a bit per value, only where it may be a numbering). Cost
 * O(rows), about 2 ns a value and thread; an array outside the numeric memory is copied there first.
 */
export function columnFacts(compute: Compute, values: Float64Array): ColumnFacts {
  const rows = values.length;
  const blocks = Math.ceil(rows / columnScanBlock);
  let missing = 0;
  let infiniteRow = -1;
  let minimum = Infinity;
  let maximum = -Infinity;
  let allIntegers = true;
  const different = new Set<number>();
  const mark = compute.mark();
  try {
    const out = compute.f64(blocks * columnScanFacts);
    compute.run("columnScan", blocks, [rows, inMemory(compute, values).byteOffset, out.byteOffset]);
    for (let b = 0; b < blocks; b++) {
      const own = out.subarray(b * columnScanFacts, (b + 1) * columnScanFacts);
      missing += own[0]!;
      if (infiniteRow < 0) infiniteRow = own[1]!;
      if (own[2]! < minimum) minimum = own[2]!;
      if (own[3]! > maximum) maximum = own[3]!;
      if (own[4]! === 0) allIntegers = false;
      // A set takes -0 for 0, as an equality does.
      for (const value of own.subarray(6, 6 + own[5]!)) different.add(value);
    }
  } finally {
    compute.release(mark);
  }
  const distinct = Math.min(3, different.size) as ColumnFacts["distinct"];
  const risesByOne = allIntegers && missing === 0 && rows > 1 && rises(values);
  const isNumbering = risesByOne || (allIntegers && missing === 0 && isPermutation(values, minimum, maximum));
  return { rows, missing, infiniteRow, minimum, maximum, allIntegers, distinct, risesByOne, isNumbering };
}

/** Ends at the first value that does not follow from the one before. */
function rises(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! !== values[i - 1]! + 1) return false;
  return true;
}

function isPermutation(values: Float64Array, minimum: number, maximum: number): boolean {
  if (maximum - minimum + 1 !== values.length || values.length < 2) return false;
  const seen = new Uint8Array(values.length);
  for (const value of values) {
    if (seen[value - minimum] === 1) return false;
    seen[value - minimum] = 1;
  }
  return true;
}
