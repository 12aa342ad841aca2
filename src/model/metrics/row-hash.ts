/**
 * A 32-bit hash of a row's index and the seed (xor, multiply and shift with the constants of Wellons' `lowbias32`
 * search, two rounds keyed by the seed). Rows in the order of their hashes are a random order of the rows that
 * depends on nothing else.
 */
export function rowHash(seed: number, row: number): number {
  return mix(mix(row ^ Math.imul(seed, 0x9e3779b9)) ^ seed ^ Math.floor(row / 2 ** 32));
}

function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Sorts rows by hash, ties by index. Costs about 150 ns a row. */
export function inHashOrder(seed: number, rows: Iterable<number>): number[] {
  const keyed = Array.from(rows, (row) => ({ row, hash: rowHash(seed, row) }));
  keyed.sort((a, b) => a.hash - b.hash || a.row - b.row);
  return keyed.map((entry) => entry.row);
}
