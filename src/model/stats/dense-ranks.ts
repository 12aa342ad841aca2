/** The values of a column by their place among its different values. */
export interface DenseRanks {
  /** By row: 0 for the least value, 1 for the next …; -1 where the value is NaN. */
  readonly codes: Int32Array;
  /** How many different values there are. */
  readonly levels: number;
}

/**
 * Codes of values by rising size. Whole numbers that lie close together are looked up, about 5 ns a row; other values cost a
 * sort and a search for each row, some 0.3 µs a row.
 */
export function denseRanks(values: Float64Array): DenseRanks {
  return closeRanks(values) ?? sortedRanks(values);
}

/** The widest range of whole numbers that has a place for each. */
const closeRange = 2 ** 20;

function closeRanks(values: Float64Array): DenseRanks | null {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (x !== x) continue;
    if (Math.floor(x) !== x) return null;
    if (x < low) low = x;
    if (x > high) high = x;
    if (high - low > closeRange) return null;
  }
  if (!(high >= low)) return { codes: new Int32Array(values.length).fill(-1), levels: 0 };
  const places = new Int32Array(high - low + 1);
  for (let i = 0; i < values.length; i++) if (values[i]! === values[i]!) places[values[i]! - low] = 1;
  let levels = 0;
  for (let place = 0; place < places.length; place++) places[place] = places[place] === 1 ? levels++ : -1;
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) codes[i] = values[i]! === values[i]! ? places[values[i]! - low]! : -1;
  return { codes, levels };
}

function sortedRanks(values: Float64Array): DenseRanks {
  const sorted = values.filter((x) => x === x).sort();
  let levels = 0;
  for (let i = 0; i < sorted.length; i++) {
    // A comparison of numbers takes the two zeros for one.
    if (i === 0 || sorted[i]! !== sorted[i - 1]!) sorted[levels++] = sorted[i]!;
  }
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) codes[i] = codeOf(sorted, levels, values[i]!);
  return { codes, levels };
}

function codeOf(sorted: Float64Array, levels: number, x: number): number {
  if (x !== x) return -1;
  let low = 0;
  let high = levels - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By code the average rank (from 1) of the rows that have it, given how many rows have each code; 0 for a code of none. */
export function averageRanks(counts: Float64Array): Float64Array {
  const ranks = new Float64Array(counts.length);
  let below = 0;
  for (let code = 0; code < counts.length; code++) {
    const rows = counts[code]!;
    if (rows > 0) ranks[code] = below + (rows + 1) / 2;
    below += rows;
  }
  return ranks;
}
