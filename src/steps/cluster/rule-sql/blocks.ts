/** Rows in blocks of such as lie near each other. */
export interface Blocks {
  readonly count: number;
  /** By row: its block, and its place there. */
  readonly blockOf: readonly number[];
  readonly placeOf: readonly number[];
  /** By column, then by block: the least and the greatest value. */
  readonly lows: readonly (readonly number[])[];
  readonly highs: readonly (readonly number[])[];
}

/**
 * Rows (rows × columns, column-major) halved at a median of their widest column until a block has fewer than twice `least`, as a
 * kd-tree has them (Bentley 1975). A block has `least` rows or more, or all. O(rows · log² rows · columns).
 */
export function blocksOf(values: readonly number[], rows: number, least: number): Blocks {
  const columns = values.length / rows;
  const blockOf = Array.from({ length: rows }, () => 0);
  const placeOf = Array.from({ length: rows }, () => 0);
  const lows = Array.from({ length: columns }, (): number[] => []);
  const highs = Array.from({ length: columns }, (): number[] => []);
  let count = 0;
  const pending: number[][] = [Array.from({ length: rows }, (_, row) => row)];
  while (pending.length > 0) {
    const own = pending.pop()!;
    const at = (row: number, j: number): number => values[j * rows + row]!;
    const ends = lows.map((_, j) => {
      const ofColumn = own.map((row) => at(row, j));
      return {
        low: ofColumn.reduce((a, b) => Math.min(a, b)),
        high: ofColumn.reduce((a, b) => Math.max(a, b)),
      };
    });
    if (own.length < 2 * least) {
      own.forEach((row, place) => {
        blockOf[row] = count;
        placeOf[row] = place;
      });
      ends.forEach(({ low, high }, j) => {
        lows[j]!.push(low);
        highs[j]!.push(high);
      });
      count++;
      continue;
    }
    const width = ({ low, high }: { low: number; high: number }): number => high - low;
    const widest = ends.reduce((best, one, j) => (width(one) > width(ends[best]!) ? j : best), 0);
    own.sort((a, b) => at(a, widest) - at(b, widest) || a - b);
    const middle = own.length >> 1;
    pending.push(own.slice(middle), own.slice(0, middle));
  }
  return { count, blockOf, placeOf, lows, highs };
}
