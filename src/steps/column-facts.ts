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

/** One pass over the column (and a second, with a bit per value, only where it may be a numbering). Cost O(rows). */
export function columnFacts(values: Float64Array): ColumnFacts {
  const rows = values.length;
  let missing = 0;
  let infiniteRow = -1;
  let minimum = Infinity;
  let maximum = -Infinity;
  let allIntegers = true;
  let risesByOne = true;
  let first = Number.NaN;
  let second = Number.NaN;
  let distinct: 0 | 1 | 2 | 3 = 0;
  let before = Number.NaN;
  for (let i = 0; i < rows; i++) {
    const value = values[i]!;
    if (value !== value) {
      missing++;
      risesByOne = false;
      continue;
    }
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    if (allIntegers && !Number.isInteger(value)) {
      allIntegers = false;
      if (infiniteRow < 0 && (value === Infinity || value === -Infinity)) infiniteRow = i;
    } else if (infiniteRow < 0 && (value === Infinity || value === -Infinity)) infiniteRow = i;
    if (risesByOne && i > 0 && value !== before + 1) risesByOne = false;
    before = value;
    if (distinct < 3 && value !== first && value !== second) {
      if (distinct === 0) first = value;
      else if (distinct === 1) second = value;
      distinct = (distinct + 1) as 1 | 2 | 3;
    }
  }
  risesByOne = risesByOne && allIntegers && rows > 1;
  const isNumbering = risesByOne || (allIntegers && missing === 0 && isPermutation(values, minimum, maximum));
  return { rows, missing, infiniteRow, minimum, maximum, allIntegers, distinct, risesByOne, isNumbering };
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
