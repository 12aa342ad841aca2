import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { methods } from "../cluster/methods/index.ts";
import { type Refit, refit as refitRows } from "../cluster/refit.ts";
import type { Categories } from "../cluster/categories.ts";
import { pickWithWords, type RowsWithWords } from "../pick-rows.ts";
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
 * (adjusted Rand index, Hubert and Arabie 1985). `labels` are those of the rows, `k` of them in use; what has too
 * few distinct rows for a fit is left out. Cost: 37 fits and one for each column, of words too. What the method finds by itself is not asked for in other numbers.
 */
export async function refitAgreement(
  compute: Compute,
  table: RowsWithWords,
  { k, labels }: { readonly k: number; readonly labels: Int32Array },
  { seed, by, progress }: RefitOptions,
): Promise<RefitAgreement> {
  const { matrix, categories } = table;
  const all = Array.from({ length: matrix.rows }, (_, i) => i);

  /** Labels of all rows, of which `of` may leave out a column, by a fit on some of them; null where there is none. */
  const refit = async (
    rows: readonly number[],
    segments: number,
    from: number,
    of: () => RowsWithWords = () => table,
  ): Promise<Int32Array | null> => {
    const mark = compute.mark();
    try {
      const whole = of();
      const own = rows.length === matrix.rows ? whole : pickWithWords(compute, whole, rows);
      const found = await refitRows(compute, own, by, segments, from);
      return found === null ? null : (await found.assign(whole)).slice();
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
  const words = categories?.columns ?? [];
  const lacking: readonly (readonly [string, () => RowsWithWords])[] = [
    ...matrix.columns.map(
      (column, j) => [column, () => ({ matrix: withoutColumn(compute, matrix, j), categories })] as const,
    ),
    ...words.map(
      (column, j) => [column, () => ({ matrix, categories: withoutWords(compute, categories!, j) })] as const,
    ),
  ];
  for (const [column, left] of lacking.length < 2 ? [] : lacking) {
    const found = await refit(all, k, seed, left);
    if (found !== null) columns.push({ column, ari: adjustedRandIndex(found, labels) });
  }
  return { splitHalf: spreadOf(halves), folds: withSegments(left), seeds: withSegments(seeded), ks, columns };
}

function spreadOf(indices: readonly number[]): Spread {
  const sum = indices.reduce((total, x) => total + x, 0);
  return { mean: sum / indices.length, least: Math.min(...indices), fits: indices.length };
}

/** A copy of the matrix that lacks a column, in the numeric memory. */
function withoutColumn(compute: Compute, { rows, columns, values }: Matrix, j: number): Matrix {
  const left = compute.f64(rows * (columns.length - 1));
  left.set(values.subarray(0, j * rows));
  left.set(values.subarray((j + 1) * rows), j * rows);
  return { rows, columns: columns.filter((_, other) => other !== j), values: left };
}

/** The other columns of words, in the numeric memory. */
function withoutWords(compute: Compute, { rows, columns, codes, sizes }: Categories, j: number): Categories {
  const left = compute.i32(rows * (columns.length - 1));
  left.set(codes.subarray(0, j * rows));
  left.set(codes.subarray((j + 1) * rows), j * rows);
  const others = <T>(list: readonly T[]): readonly T[] => list.filter((_, other) => other !== j);
  return { rows, columns: others(columns), codes: left, sizes: others(sizes) };
}
