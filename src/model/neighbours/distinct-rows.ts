import type { Compute } from "../../core/compute.ts";
import { firstEqualRows } from "../first-equal-rows.ts";

/** The distinct rows of a table. */
export interface DistinctRows {
  /** The first row of each, rising. */
  readonly firstRows: Int32Array;
  /** By row: which of them it equals. */
  readonly pointOf: Int32Array;
}

/** The distinct rows of a column-major matrix (0 and -0 are equal); null where no row repeats another. Cost of `firstEqualRows`. */
export function distinctRows(compute: Compute, values: Float64Array, rows: number): DistinctRows | null {
  const mark = compute.mark();
  try {
    const first = firstEqualRows(compute, { rows, columns: rows === 0 ? 0 : values.length / rows, values });
    const pointOf = new Int32Array(rows);
    const firstRows = new Int32Array(rows);
    let points = 0;
    for (let row = 0; row < rows; row++) {
      if (first[row] === row) {
        firstRows[points] = row;
        pointOf[row] = points++;
      } else pointOf[row] = pointOf[first[row]!]!;
    }
    return points === rows ? null : { firstRows: firstRows.slice(0, points), pointOf };
  } finally {
    compute.release(mark);
  }
}
