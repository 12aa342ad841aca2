import type { Compute } from "../../core/compute.ts";
import { columnOf, type Matrix } from "../../core/matrix.ts";
import { fitKMeans } from "../cluster/k-means.ts";
import { preparePoints, type Points } from "../cluster/prepared-points.ts";
import { singularValues } from "../impute/singular-values.ts";
import { createRandom } from "../random.ts";
import { covariance } from "../stats/correlation.ts";

/** Gap statistic of one k. */
export interface Gap {
  readonly k: number;
  /** Mean logarithm of the inertia of the reference tables, less that of the data. */
  readonly gap: number;
  /** Standard deviation over the reference tables (divisor B) times √(1 + 1/B). */
  readonly error: number;
}

export interface GapOptions {
  /** Rising; 1 among them is one segment of all. */
  readonly ks: readonly number[];
  readonly seed: number;
  /** Reference tables. Default 20. */
  readonly tables?: number;
}

/**
 * Gap statistic (Tibshirani, Walther and Hastie 2001) of k-means on points without weights: how much less the inertia is than
 * in tables spread evenly over the box of the data's principal axes. Cost: (1 + tables) fits for each k, of 3 starts.
 */
export async function gapStatistic(compute: Compute, points: Points, options: GapOptions): Promise<readonly Gap[]> {
  const { ks, seed, tables = 20 } = options;
  const mark = compute.mark();
  try {
    const observed = await logInertias(compute, points, ks, seed);
    const box = principalBox(compute, points.matrix);
    const { rows, columns } = points.matrix;
    const table: Matrix = { rows, columns, values: compute.f64(rows * columns.length) };
    const references: (readonly number[])[] = [];
    for (let t = 0; t < tables; t++) {
      const random = createRandom(seed, `gap ${t}`);
      for (let j = 0; j < columns.length; j++) {
        const [low, high] = box[j]!;
        for (let i = 0; i < rows; i++) table.values[j * rows + i] = low + (high - low) * random.uniform(j * rows + i);
      }
      references.push(await logInertias(compute, { matrix: table, weights: null }, ks, seed));
      await compute.breathe();
    }
    return ks.map((k, at) => ({
      k,
      ...gapOf(
        observed[at]!,
        references.map((one) => one[at]!),
      ),
    }));
  } finally {
    compute.release(mark);
  }
}

/** The gap of one k from the logarithms of the inertia of the data and of the reference tables. */
export function gapOf(observed: number, references: readonly number[]): Omit<Gap, "k"> {
  const tables = references.length;
  const mean = references.reduce((sum, x) => sum + x, 0) / tables;
  const variance = references.reduce((sum, x) => sum + (x - mean) ** 2, 0) / tables;
  return { gap: mean - observed, error: Math.sqrt(variance) * Math.sqrt(1 + 1 / tables) };
}

/** The smallest k whose gap is not below that of the next less its error; the last where there is none. At least one k. */
export function gapChoice(gaps: readonly Gap[]): number {
  const found = gaps.find(({ gap }, i) => i + 1 < gaps.length && gap >= gaps[i + 1]!.gap - gaps[i + 1]!.error);
  return (found ?? gaps.at(-1)!).k;
}

async function logInertias(
  compute: Compute,
  points: Points,
  ks: readonly number[],
  seed: number,
): Promise<readonly number[]> {
  const mark = compute.mark();
  try {
    const prepared = preparePoints(compute, points);
    const found: number[] = [];
    for (const k of ks) {
      const own = compute.mark();
      const { inertia } = await fitKMeans(compute, prepared, {
        k,
        starts: 3,
        maxIter: 100,
        tol: 1e-4,
        seed,
        init: null,
      });
      compute.release(own);
      found.push(Math.log(inertia));
    }
    return found;
  } finally {
    compute.release(mark);
  }
}

/** Least and greatest value of the points along each of their principal axes, about the means of the columns. */
function principalBox(compute: Compute, matrix: Matrix): readonly (readonly [number, number])[] {
  const d = matrix.columns.length;
  const { u } = singularValues(covariance(compute, matrix, null), d);
  const columns = matrix.columns.map((_, j) => columnOf(matrix, j));
  return columns.map((_, axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = 0; i < matrix.rows; i++) {
      let place = 0;
      for (let j = 0; j < d; j++) place += columns[j]![i]! * u[axis * d + j]!;
      low = Math.min(low, place);
      high = Math.max(high, place);
    }
    return [low, high] as const;
  });
}
