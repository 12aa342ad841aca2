/** The distinct rows of a table. */
export interface DistinctRows {
  /** The first row of each, rising. */
  readonly firstRows: Int32Array;
  /** By row: which of them it equals. */
  readonly pointOf: Int32Array;
}

/**
 * The distinct rows of a column-major matrix (0 and -0 are equal); null where no row repeats another. Rows are sorted
 * by a 32-bit hash, and those of one hash compared. Memory 16 bytes a row meanwhile.
 */
export function distinctRows(values: Float64Array, rows: number): DistinctRows | null {
  const columns = rows === 0 ? 0 : values.length / rows;
  const hashes = rowHashes(values, rows, columns);
  const sorted = orderByHash(hashes);
  const isEqual = (a: number, b: number): boolean => {
    for (let j = 0; j < columns; j++) if (values[j * rows + a] !== values[j * rows + b]) return false;
    return true;
  };
  const pointOf = new Int32Array(rows);
  let points = rows;
  const heads: number[] = [];
  for (let start = 0, end = 0; start < rows; start = end) {
    heads.length = 0;
    for (end = start; end < rows && hashes[sorted[end]!] === hashes[sorted[start]!]; end++) {
      const row = sorted[end]!;
      const head = heads.find((one) => isEqual(one, row));
      if (head === undefined) heads.push(row);
      else points--;
      pointOf[row] = head ?? row;
    }
  }
  if (points === rows) return null;
  const firstRows = new Int32Array(points);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    if (pointOf[row] === row) {
      firstRows[next] = row;
      pointOf[row] = next++;
    } else pointOf[row] = pointOf[pointOf[row]!]!;
  }
  return { firstRows, pointOf };
}

function rowHashes(values: Float64Array, rows: number, columns: number): Uint32Array {
  const hashes = new Uint32Array(rows);
  const number = new Float64Array(1);
  const words = new Uint32Array(number.buffer);
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) {
      // Adding 0 makes one zero of the two.
      number[0] = values[j * rows + i]! + 0;
      let hash = Math.imul(hashes[i]! ^ words[0]!, 0x7feb352d);
      hash = Math.imul(hash ^ (hash >>> 15) ^ words[1]!, 0x846ca68b);
      hashes[i] = hash ^ (hash >>> 16);
    }
  }
  return hashes;
}

/** Rows by hash, then number: a radix sort of 16 bits at a time. */
function orderByHash(hashes: Uint32Array): Int32Array {
  const rows = hashes.length;
  const counts = new Int32Array(65_536);
  let from = Int32Array.from({ length: rows }, (_, i) => i);
  let to = new Int32Array(rows);
  for (const shift of [0, 16]) {
    counts.fill(0);
    for (let i = 0; i < rows; i++) counts[(hashes[i]! >>> shift) & 0xffff]!++;
    let start = 0;
    for (let d = 0; d < counts.length; d++) {
      const count = counts[d]!;
      counts[d] = start;
      start += count;
    }
    for (let i = 0; i < rows; i++) {
      const row = from[i]!;
      to[counts[(hashes[row]! >>> shift) & 0xffff]!++] = row;
    }
    [from, to] = [to, from];
  }
  return from;
}
