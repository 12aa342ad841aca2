import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { methods } from "../cluster/methods/index.ts";
import { type Refit, refit as refitRows } from "../cluster/refit.ts";
import { pickRows } from "../pick-rows.ts";
import { adjustedRandIndex } from "./adjusted-rand-index.ts";
import { inHashOrder, rowHash } from "./row-hash.ts";

/** How far a method, fitted anew in some way, divides the rows as given segments do: by the adjusted Rand index. */
export interface RefitAgreement {
  /** The two halves of a random split with one another, each by its own centres over all rows. */
  readonly splitHalf: Spread;
  /** Fits that leave out a fifth of the rows, with the segments. */
  readonly folds: Spread;
  /** Fits from other seeds, with the segments. */
  readonly seeds: Spread;
  /** One segment fewer and one more, with the segments. */
  readonly ks: readonly { readonly k: number; readonly ari: number }[];
  /** Fits without one of the columns, with the segments. */
  readonly columns: readonly { readonly column: string; readonly ari: number }[];
}

/** Mean and least of several indices. */
export interface Spread {
  readonly mean: number;
  readonly least: number;
  readonly fits: number;
}

export interface RefitOptions {
  readonly seed: number;
  readonly by: Refit;
  /** Called before each kind of fit. */
  progress?(text: string): void;
}

const splits = 10;
const folds = 5;
const otherSeeds = 10;

/**
 * Refits a method on halves, on folds, from other seeds, with one segment fewer and more, and without each column, and compares
 * (adjusted Rand index, Hubert and Arabie 1985). `labels` are those of the rows of the matrix, `k` of them in use; what has too
 * few distinct rows for a fit is left out. Cost: 37 fits and one for each column. What the method finds by itself is not asked for in other numbers.
 */
export async function refitAgreement(
  compute: Compute,
  matrix: Matrix,
  { k, labels }: { readonly k: number; readonly labels: Int32Array },
  { seed, by, progress }: RefitOptions,
): Promise<RefitAgreement> {
  const all = Array.from({ length: matrix.rows }, (_, i) => i);

  /** Labels of all rows by a fit on some of them; null where there is none. */
  const refit = async (rows: readonly number[], segments: number, from: number): Promise<Int32Array | null> => {
    const mark = compute.mark();
    try {
      const own = rows.length === matrix.rows ? matrix : pickRows(compute, matrix, rows);
      const found = await refitRows(compute, own, by, segments, from);
      return found === null ? null : (await found.assign(matrix)).slice();
    } finally {
      compute.release(mark);
      await compute.breathe();
    }
  };
  const withSegments = (found: readonly (Int32Array | null)[]): Spread =>
    spreadOf(found.flatMap((one) => (one === null ? [] : [adjustedRandIndex(one, labels)])));

  progress?.("agreement: halves");
  const halves: number[] = [];
  for (let split = 0; split < splits; split++) {
    const order = inHashOrder(rowHash(seed, split), all);
    const middle = matrix.rows >> 1;
    const left = await refit(order.slice(0, middle), k, seed);
    const right = await refit(order.slice(middle), k, seed);
    if (left !== null && right !== null) halves.push(adjustedRandIndex(left, right));
  }
  progress?.("agreement: folds");
  const order = inHashOrder(rowHash(seed, splits), all);
  const left: (Int32Array | null)[] = [];
  for (let fold = 0; fold < folds; fold++)
    left.push(
      await refit(
        order.filter((_, at) => at % folds !== fold),
        k,
        seed,
      ),
    );
  progress?.("agreement: other seeds");
  const seeded: (Int32Array | null)[] = [];
  for (let n = 1; n <= otherSeeds; n++) seeded.push(await refit(all, k, rowHash(seed, n)));
  progress?.("agreement: other numbers of segments");
  const ks: { k: number; ari: number }[] = [];
  for (const other of methods[by.method].k === "asked" ? [k - 1, k + 1] : []) {
    const found = other < 2 ? null : await refit(all, other, seed);
    if (found !== null) ks.push({ k: other, ari: adjustedRandIndex(found, labels) });
  }
  progress?.("agreement: without a column");
  const columns: { column: string; ari: number }[] = [];
  for (const [j, column] of matrix.columns.entries()) {
    if (matrix.columns.length < 2) break;
    const found = await withoutColumn(compute, matrix, j, by, k, seed);
    if (found !== null) columns.push({ column, ari: adjustedRandIndex(found, labels) });
  }
  return { splitHalf: spreadOf(halves), folds: withSegments(left), seeds: withSegments(seeded), ks, columns };
}

function spreadOf(indices: readonly number[]): Spread {
  const sum = indices.reduce((total, x) => total + x, 0);
  return { mean: sum / indices.length, least: Math.min(...indices), fits: indices.length };
}

async function withoutColumn(
  compute: Compute,
  { rows, columns, values }: Matrix,
  j: number,
  by: Refit,
  k: number,
  seed: number,
): Promise<Int32Array | null> {
  const mark = compute.mark();
  try {
    const left: Matrix = {
      rows,
      columns: columns.filter((_, other) => other !== j),
      values: compute.f64(rows * (columns.length - 1)),
    };
    left.values.set(values.subarray(0, j * rows));
    left.values.set(values.subarray((j + 1) * rows), j * rows);
    const found = await refitRows(compute, left, by, k, seed);
    return found === null ? null : (await found.assign(left)).slice();
  } finally {
    compute.release(mark);
    await compute.breathe();
  }
}
