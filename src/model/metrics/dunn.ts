import type { Compute } from "../../core/compute.ts";
import { pickRows } from "../pick-rows.ts";
import type { Matrix } from "../../core/matrix.ts";
import { smallestHashes } from "./structure-sample.ts";

/** Rows of which all pairs are looked at, at most. */
const mostRows = 5000;

export interface Dunn {
  /** The least distance between rows of two segments over the greatest within one; the higher the better. */
  readonly index: number;
  /** Rows that were compared. */
  readonly rows: number;
}

/**
 * Dunn's index (1974): how far apart the two nearest segments are, over the widest segment, both by single rows, so that one row
 * can decide it. Of all pairs of rows, of more than 5,000 rows of so many drawn by hash. Labels from 0; null with fewer than two
 * segments, or where no segment is wider than a point. O(rows² · columns).
 */
export async function dunnIndex(
  compute: Compute,
  table: Matrix,
  tableLabels: ArrayLike<number>,
  { seed }: { readonly seed: number },
): Promise<Dunn | null> {
  const mark = compute.mark();
  try {
    const drawn = smallestHashes(table.rows, mostRows, seed);
    const { rows, columns, values } = drawn.length === table.rows ? table : pickRows(compute, table, drawn);
    const labels = Int32Array.from(drawn, (row) => tableLabels[row]!);
    let least = Number.POSITIVE_INFINITY;
    let greatest = 0;
    const squares = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      squares.fill(0, i + 1);
      for (let j = 0; j < columns.length; j++) {
        const from = j * rows;
        const x = values[from + i]!;
        for (let o = i + 1; o < rows; o++) squares[o]! += (values[from + o]! - x) ** 2;
      }
      const own = labels[i]!;
      for (let o = i + 1; o < rows; o++) {
        const square = squares[o]!;
        if (labels[o] === own) {
          if (square > greatest) greatest = square;
        } else if (square < least) least = square;
      }
      if (i % 256 === 255) await compute.breathe();
    }
    const isDefined = least < Number.POSITIVE_INFINITY && greatest > 0;
    return isDefined ? { index: Math.sqrt(least / greatest), rows } : null;
  } finally {
    compute.release(mark);
  }
}
