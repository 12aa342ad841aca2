import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf, type Matrix } from "../../core/matrix.ts";
import { countDistinct } from "../count-distinct.ts";
import { moments } from "../stats/moments.ts";
import type { Categories } from "./categories.ts";
import type { Points } from "./prepared-points.ts";
import { movePrototypes, nearestPrototypes, openPrototypes, totalCost, type PrototypeWork } from "./prototype-work.ts";
import { seedPrototypes } from "./seed-prototypes.ts";

export interface PrototypeOptions {
  /** Number of segments, at least 1. */
  readonly k: number;
  /** What an unlike category costs beside a squared distance; null: `defaultGamma`. */
  readonly gamma: number | null;
  /** Independent starts; the one of least cost is kept, of equals the first. Not used with `init`. */
  readonly starts: number;
  readonly maxIter: number;
  readonly seed: number;
  /** Starting prototypes; null: by `seedPrototypes`. */
  readonly init?: Prototypes | null;
  progress?(text: string): void;
}

export interface Prototypes {
  /** k × numeric columns, row-major, in the units of the matrix. */
  readonly centres: Float64Array;
  /** k × category columns, row-major: codes. */
  readonly modes: Int32Array;
}

/** What new rows are assigned by. */
export interface PrototypeModel extends Prototypes {
  readonly k: number;
  readonly gamma: number;
}

export interface PrototypeResult extends PrototypeModel {
  /** Segment of each point, from 0; in the numeric memory. */
  readonly labels: Int32Array;
  /** Weighted sum over the points of the squared distance to the own mean plus gamma for each unlike category. */
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** The start that was kept, from 0. */
  readonly start: number;
}

/**
 * k-prototypes for numeric and categorical columns (Huang 1998, Extensions to the k-means algorithm for clustering large data
 * sets with categorical values, Data Mining and Knowledge Discovery 2): a segment is about the means of its numbers and the most
 * frequent categories, of equals the one of the lowest code. Without numeric columns it is k-modes. A row belongs to the prototype of
 * least cost in f64, ties to the lowest segment. All prototypes move once all rows are placed (Huang moves two with each row; where
 * either comes to rest, no row is nearer to another prototype and every prototype is the middle of its rows), so the result is the
 * same for any number of threads. Stops when no label changes.
 *
 * The numbers must hold no NaN or infinity; weights act as repeated rows. O(n·k·(d + m)) an iteration; 8 bytes a row beside the
 * labels, which stay in the numeric memory. Throws `too-many-segments` when k exceeds the distinct rows of positive weight.
 */
export async function fitPrototypes(
  compute: Compute,
  points: Points,
  categories: Categories,
  options: PrototypeOptions,
): Promise<PrototypeResult> {
  const { k } = options;
  const gamma = options.gamma ?? defaultGamma(compute, points);
  const { rows, values } = points.matrix;
  const codes = gamma > 0 ? { codes: categories.codes } : {};
  const distinct = countDistinct({ rows, values, ...codes }, k, points.weights);
  if (distinct < k) {
    throw new SegmentError("too-many-segments", `${k} segments asked for, but only ${distinct} distinct rows`, {
      hint: `ask for at most ${distinct} segments (--k), or use more columns`,
    });
  }
  const labels = compute.i32(rows);
  const mark = compute.mark();
  try {
    const work = openPrototypes(compute, points, categories, k, gamma);
    const init = options.init ?? null;
    const starts = init === null ? options.starts : 1;
    const own = starts > 1 ? compute.i32(rows) : labels;
    let best: Omit<PrototypeResult, "labels"> | null = null;
    for (let start = 0; start < starts; start++) {
      if (init === null) seedPrototypes(work, options.seed, start);
      else {
        work.centres.set(init.centres);
        work.modes.set(init.modes);
      }
      const { iterations, converged } = await iterate(work, own, options, start);
      const inertia = totalCost(work);
      if (best !== null && !(inertia < best.inertia)) continue;
      const prototypes = { centres: work.centres.slice(), modes: work.modes.slice() };
      best = { k, gamma, ...prototypes, inertia, iterations, converged, start };
      if (own !== labels) labels.set(own);
    }
    if (best === null) throw new SegmentError("bug", "k-prototypes was asked for no start");
    return { ...best, labels };
  } finally {
    compute.release(mark);
  }
}

/**
 * Half the mean standard deviation (ddof 0) of the numeric columns: the middle of the range that Huang (1997, Clustering large data
 * sets with mixed numeric and categorical values) found good, and the default of the Python package kmodes. 1 where no column
 * varies: any price then gives the same segments.
 */
export function defaultGamma(compute: Compute, { matrix, weights }: Points): number {
  const d = matrix.columns.length;
  let total = 0;
  for (let j = 0; j < d; j++) total += moments(compute, columnOf(matrix, j), weights).standardDeviation;
  return total > 0 ? (0.5 * total) / d : 1;
}

/**
 * The prototype of least cost for every row (from 0), ties to the lowest segment: the labels that a fit which ended in these
 * prototypes gave. A code of -1, for a word the fit has not seen, is unlike every prototype's. Leaves only the labels in the numeric
 * memory.
 */
export function assignPrototypes(
  compute: Compute,
  matrix: Matrix,
  categories: Categories,
  model: PrototypeModel,
): Int32Array {
  const labels = compute.i32(matrix.rows);
  const mark = compute.mark();
  const work = openPrototypes(compute, { matrix, weights: null }, categories, model.k, model.gamma, {
    wantSums: false,
  });
  work.centres.set(model.centres);
  work.modes.set(model.modes);
  nearestPrototypes(work, labels, false);
  compute.release(mark);
  return labels;
}

async function iterate(
  work: PrototypeWork,
  labels: Int32Array,
  { k, maxIter, progress }: PrototypeOptions,
  start: number,
): Promise<Pick<PrototypeResult, "iterations" | "converged">> {
  labels.fill(-1);
  for (let iterations = 1; iterations <= maxIter; iterations++) {
    if (nearestPrototypes(work, labels) === 0) return { iterations, converged: true };
    movePrototypes(work, labels);
    progress?.(`k-prototypes: k = ${k}, start ${start + 1}, iteration ${iterations}`);
    await work.compute.breathe();
  }
  nearestPrototypes(work, labels, false);
  return { iterations: maxIter, converged: false };
}
