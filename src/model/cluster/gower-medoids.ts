import type { Compute } from "../../core/compute.ts";
import { structureSample } from "../metrics/structure-sample.ts";
import { pickRows } from "../pick-rows.ts";
import { sum } from "../stats/sum.ts";
import { type Categories, pickCategories } from "./categories.ts";
import { assignGower, gowerSpace, learnGower, type Gower, type MixedRows } from "./gower.ts";
import { kMedoids, type KMedoidsOptions } from "./k-medoids.ts";
import type { Points } from "./prepared-points.ts";
import { mostMedoidPoints } from "./sampled-medoids.ts";

export interface GowerMedoidsOptions extends Omit<KMedoidsOptions, "init" | "space"> {
  /** Weights of the numeric columns, then of the category columns; null: all one. */
  readonly columnWeights: readonly number[] | null;
}

/** Segments about medoids in Gower's distance: new rows are assigned by `assignGower(…, gower, medoids)`. */
export interface GowerMedoids {
  readonly k: number;
  /** Segment of each point, from 0; in the numeric memory. */
  readonly labels: Int32Array;
  readonly gower: Gower;
  readonly medoids: MixedRows;
  /** Weighted sum of the distances of all points to their medoid. */
  readonly inertia: number;
  /** Passes over all candidates. */
  readonly iterations: number;
  readonly converged: boolean;
  /** Points that the medoids were found among; null for all. */
  readonly sample: number | null;
}

/**
 * k-medoids of mixed columns by FasterPAM in Gower's distance, on numbers in their own units; of more than 20,000 points the medoids
 * are found among so many drawn as for `fitMedoids`, with the ranges of all. Weights act as repeated rows. Throws as `kMedoids` and
 * `learnGower`.
 */
export async function fitGowerMedoids(
  compute: Compute,
  points: Points,
  categories: Categories,
  options: GowerMedoidsOptions,
): Promise<GowerMedoids> {
  const gower = learnGower(points, categories, options.columnWeights);
  const { matrix, weights } = points;
  const labels = compute.i32(matrix.rows);
  const mark = compute.mark();
  try {
    const whole = matrix.rows <= mostMedoidPoints;
    const drawn = whole ? { points, categories } : drawRows(compute, points, categories, options.seed);
    const space = gowerSpace(compute, drawn.points.matrix, drawn.categories, gower);
    const found = await kMedoids(compute, drawn.points, { ...options, init: null, space });
    const medoids = rowsOf(drawn.points, drawn.categories, found.medoids);
    const common = { k: found.k, gower, medoids, iterations: found.passes, converged: found.converged };
    if (whole) {
      labels.set(found.labels);
      return { ...common, labels, inertia: found.deviation, sample: null };
    }
    const assigned = assignGower(compute, matrix, categories, gower, medoids);
    labels.set(assigned.labels);
    return { ...common, labels, inertia: sum(assigned.distances, weights), sample: drawn.points.matrix.rows };
  } finally {
    compute.release(mark);
  }
}

function drawRows(compute: Compute, { matrix, weights }: Points, categories: Categories, seed: number) {
  const numbers = Float64Array.from({ length: matrix.rows }, (_, row) => row);
  const rows = { rows: matrix.rows, columns: ["row"], values: numbers };
  const drawn = structureSample({ matrix: rows, weights }, mostMedoidPoints, seed);
  const list = drawn.matrix.values;
  return {
    points: { matrix: pickRows(compute, matrix, list), weights: drawn.weights },
    categories: pickCategories(compute, categories, list),
  };
}

function rowsOf({ matrix }: Points, categories: Categories, list: Int32Array): MixedRows {
  const d = matrix.columns.length;
  const m = categories.columns.length;
  const values = new Float64Array(list.length * d);
  const codes = new Int32Array(list.length * m);
  list.forEach((row, c) => {
    for (let j = 0; j < d; j++) values[c * d + j] = matrix.values[j * matrix.rows + row]!;
    for (let j = 0; j < m; j++) codes[c * m + j] = categories.codes[j * matrix.rows + row]!;
  });
  return { count: list.length, values, codes };
}
