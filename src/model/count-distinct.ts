/** Distinct rows of positive weight of a column-major matrix, counted up to `enough`; the two zeros are one value. */
export function countDistinct(
  { rows, values }: { readonly rows: number; readonly values: Float64Array },
  enough: number,
  weights: Float64Array | null = null,
): number {
  const seen = new Set<string>();
  const row = new Float64Array(rows === 0 ? 0 : values.length / rows);
  for (let i = 0; i < rows && seen.size < enough; i++) {
    if (weights !== null && weights[i] === 0) continue;
    for (let j = 0; j < row.length; j++) row[j] = values[j * rows + i]! + 0;
    seen.add(row.join());
  }
  return seen.size;
}
