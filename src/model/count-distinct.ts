interface Rows {
  readonly rows: number;
  readonly values: Float64Array;
  /** Codes of categories, column-major; part of the row. */
  readonly codes?: Int32Array;
}

/** Distinct rows of positive weight of a column-major matrix, counted up to `enough`; the two zeros are one value. */
export function countDistinct(
  { rows, values, codes = new Int32Array(0) }: Rows,
  enough: number,
  weights: Float64Array | null = null,
): number {
  const seen = new Set<string>();
  const row = new Float64Array(rows === 0 ? 0 : (values.length + codes.length) / rows);
  const columns = rows === 0 ? 0 : values.length / rows;
  for (let i = 0; i < rows && seen.size < enough; i++) {
    if (weights !== null && weights[i] === 0) continue;
    for (let j = 0; j < columns; j++) row[j] = values[j * rows + i]! + 0;
    for (let j = columns; j < row.length; j++) row[j] = codes[(j - columns) * rows + i]!;
    seen.add(row.join());
  }
  return seen.size;
}
