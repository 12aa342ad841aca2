import type { PreparedPoints } from "./prepared-points.ts";

/**
 * Moves each segment without weight to the row farthest from its own centre (ties to the lowest row), which is
 * taken out of the sums of the segment it is labelled with: scikit-learn's rule, with its tie decided. The
 * farthest row goes to the lowest empty segment. Rows that lie on their centre are left; so may be empty segments.
 *
 * `sums` is k × (columns + 1): weighted sums of x - shift, then the weight. Free where no segment is empty, else
 * one pass over the data on the calling thread.
 */
export function moveEmptySegments(
  points: PreparedPoints,
  labels: Int32Array,
  centres: Float64Array,
  sums: Float64Array,
  k: number,
): void {
  const { columns, rows, values, weights, shift } = points;
  const width = columns + 1;
  const empty: number[] = [];
  for (let c = 0; c < k; c++) if (!(sums[c * width + columns]! > 0)) empty.push(c);
  if (empty.length === 0) return;
  farthestRows(points, labels, centres, empty.length).forEach((row, n) => {
    const w = weights?.[row] ?? 1;
    const to = empty[n]! * width;
    const from = labels[row]! * width;
    for (let j = 0; j < columns; j++) {
      const x = (values[j * rows + row]! - shift[j]!) * w;
      sums[from + j]! -= x;
      sums[to + j] = x;
    }
    sums[from + columns]! -= w;
    sums[to + columns] = w;
  });
}

function farthestRows(points: PreparedPoints, labels: Int32Array, centres: Float64Array, count: number): number[] {
  const { columns, rows, values, weights, scale } = points;
  const found: { row: number; distance: number }[] = [];
  for (let i = 0; i < rows; i++) {
    if (weights !== null && weights[i] === 0) continue;
    let distance = 0;
    for (let j = 0; j < columns; j++) {
      const x = (values[j * rows + i]! - centres[labels[i]! * columns + j]!) * scale;
      distance += x * x;
    }
    const last = found[found.length - 1];
    if (distance === 0 || (found.length === count && last !== undefined && distance <= last.distance)) continue;
    let at = found.length;
    while (at > 0 && found[at - 1]!.distance < distance) at--;
    found.splice(at, 0, { row: i, distance });
    if (found.length > count) found.pop();
  }
  return found.map(({ row }) => row);
}
