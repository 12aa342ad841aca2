/** Columns that gaps are filled in, and filled from. */
export interface CodedColumns {
  readonly rows: number;
  /** By column, column-major, NaN where missing; of categories the code of the level, -1 for one that is not known. */
  readonly values: Float64Array;
  /** By column: the levels of its categories, coded from 0; 0 for a column of numbers. */
  readonly levels: readonly number[];
}

/** Column j, without copying. */
export function codedColumn({ rows, values }: CodedColumns, j: number): Float64Array {
  return values.subarray(j * rows, (j + 1) * rows);
}

/** Rows as columns of their own, in the order given. */
export function rowsOf(columns: CodedColumns, rows: ArrayLike<number>): CodedColumns {
  const values = new Float64Array(rows.length * columns.levels.length);
  for (let j = 0; j < columns.levels.length; j++) {
    const from = codedColumn(columns, j);
    for (let i = 0; i < rows.length; i++) values[j * rows.length + i] = from[rows[i]!]!;
  }
  return { rows: rows.length, values, levels: columns.levels };
}

/** Some columns as a table of their own, in the order given. */
export function columnsOf(columns: CodedColumns, places: readonly number[]): CodedColumns {
  const { rows, levels } = columns;
  const values = new Float64Array(rows * places.length);
  places.forEach((j, at) => values.set(codedColumn(columns, j), at * rows));
  return { rows, values, levels: places.map((j) => levels[j]!) };
}

/** How often each level of a column of categories stands. */
export function levelCounts(column: Float64Array, levels: number): Float64Array {
  const counts = new Float64Array(levels);
  for (let i = 0; i < column.length; i++) {
    const code = column[i]!;
    if (code >= 0) counts[code]! += 1;
  }
  return counts;
}

/** The place of the greatest of some figures, ties to that of the greatest second figure, then to the first. */
export function greatest(figures: ArrayLike<number>, seconds: ArrayLike<number>): number {
  let best = 0;
  for (let l = 1; l < figures.length; l++) {
    if (figures[l]! > figures[best]! || (figures[l] === figures[best] && seconds[l]! > seconds[best]!)) best = l;
  }
  return best;
}
