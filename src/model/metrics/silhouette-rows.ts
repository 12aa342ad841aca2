import type { Compute } from "../../core/compute.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Points } from "../cluster/prepared-points.ts";
import { anchorDraw } from "./anchors.ts";
import { distanceSums, frameOf, sumPlace } from "./distance-sums.ts";
import { areCounts, ownWeight, segmentWeights } from "./labeling.ts";
import type { Labeling } from "./labeling.ts";
import { isExact, silhouetteFrom, silhouettes } from "./silhouette.ts";

export interface RowSilhouettes {
  /** By point. */
  readonly values: Float64Array;
  /** Rows that each row was compared with; null: all of them, and the values are exact. */
  readonly reference: number | null;
}

const referenceRows = 2000;
const referencePerSegment = 100;

/**
 * The silhouette of every row, for a column beside the table. Exact as far as `silhouettes` is. Beyond, where all pairs
 * would be too many, each row's distances to the segments are means over a reference sample instead of over all rows:
 * at least 100 rows of each segment and 2,000 in all, drawn by hash in proportion to the segments. A row's value then
 * has a sampling error of a few hundredths, its own row is left out where it is in the sample, and `reference` says
 * how many rows stand for the rest; their mean is not the mean that `silhouettes` estimates. About 2 µs a row.
 */
export async function silhouetteRows(
  compute: Compute,
  points: Points,
  labeling: Labeling,
  options: { readonly seed: number },
): Promise<RowSilhouettes> {
  const { matrix, weights } = points;
  if (isExact(matrix.rows, matrix.columns.length)) {
    const [exact] = await silhouettes(compute, points, [labeling], options);
    return { values: exact!.rows!, reference: null };
  }
  const quotas = new Float64Array(labeling.k);
  for (let i = 0; i < matrix.rows; i++) quotas[labeling.labels[i]!]!++;
  const share = referenceRows / matrix.rows;
  const lists = anchorDraw(matrix.rows, weights, options.seed).first(
    labeling,
    quotas.map((count) => Math.max(referencePerSegment, Math.ceil(count * share))),
  );
  const chosen = Uint32Array.from(lists.flat()).sort();
  const inSample = new Set(chosen);
  const sample = rowsOf(points, chosen);
  const reference = { k: labeling.k, labels: Int32Array.from(chosen, (row) => labeling.labels[row]!) };
  const totals = segmentWeights(reference, sample.weights);
  const counts = areCounts(weights);
  const frame = frameOf(points, "f32");
  const values = new Float64Array(matrix.rows);
  const everyRow = { matrix, rows: Uint32Array.from(values.keys()) };
  await distanceSums(compute, sample, [reference], everyRow, frame, (first, count, sums) => {
    for (let row = first; row < first + count; row++) {
      const own = inSample.has(row) ? ownWeight(weights, counts, row) : 0;
      values[row] = silhouetteFrom(sums, sumPlace(row - first, labeling.k), 4, totals, labeling.labels[row]!, own);
    }
  });
  return { values, reference: chosen.length };
}

/** Some of the points, as points of their own. */
function rowsOf({ matrix, weights }: Points, rows: Uint32Array): Points {
  const values = new Float64Array(rows.length * matrix.columns.length);
  for (let j = 0; j < matrix.columns.length; j++) {
    const column = columnOf(matrix, j);
    rows.forEach((row, i) => {
      values[j * rows.length + i] = column[row]!;
    });
  }
  return {
    matrix: { rows: rows.length, columns: matrix.columns, values },
    weights: weights === null ? null : Float64Array.from(rows, (row) => weights[row]!),
  };
}
