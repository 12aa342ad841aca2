import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf, type Matrix } from "../../core/matrix.ts";
import { medoidGainBlock } from "../kernels/medoid-gain.ts";
import type { Categories } from "./categories.ts";
import type { MedoidSpace } from "./medoid-space.ts";
import type { Points } from "./prepared-points.ts";

/** What Gower's distance learns from a table. */
export interface Gower {
  /** Of each numeric column, what a difference of 1 adds to the distance: weight ÷ range ÷ sum of all weights; 0 where it is constant. */
  readonly prices: Float64Array;
  /** Of each category column, what unlike categories add to it: weight ÷ sum of all weights. */
  readonly categoryPrices: Float64Array;
}

/** Rows that others are measured against: row-major, as many as `count`. */
export interface MixedRows {
  readonly count: number;
  /** count × numeric columns. */
  readonly values: Float64Array;
  /** count × category columns. */
  readonly codes: Int32Array;
}

/**
 * Learns Gower's distance (Gower 1971, A general coefficient of similarity and some of its properties, Biometrics 27, one less the
 * similarity): the mean over the columns, by their weights, of |x - y| ÷ range for numbers and of 0 or 1 for categories. Ranges are
 * those of the rows of positive weight; later rows beyond them may be farther than 1. Column weights are those of the numeric
 * columns, then of the category columns; null: all one. Throws `bad-weights` where one is negative or none is positive. One pass.
 */
export function learnGower(
  { matrix, weights }: Points,
  categories: Categories,
  columnWeights: readonly number[] | null,
): Gower {
  const d = matrix.columns.length;
  const names = [...matrix.columns, ...categories.columns];
  const all = columnWeights ?? names.map(() => 1);
  const total = all.reduce((sum, w) => sum + w, 0);
  if (all.length !== names.length || all.some((w) => !(w >= 0)) || !(total > 0 && total < Infinity)) {
    throw new SegmentError("bad-weights", `column weights are ${all.join(", ")}, for ${names.join(", ")}`, {
      hint: "give each column one weight, none negative and not all 0",
    });
  }
  const prices = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    const range = rangeOf(columnOf(matrix, j), weights);
    prices[j] = range > 0 ? all[j]! / total / range : 0;
  }
  return { prices, categoryPrices: Float64Array.from(all.slice(d), (w) => w / total) };
}

/** Gower's distances between the rows of a table, for `kMedoids`. Keeps a candidate's row in the numeric memory. */
export function gowerSpace(compute: Compute, matrix: Matrix, categories: Categories, gower: Gower): MedoidSpace {
  const { rows, values } = matrix;
  const d = gower.prices.length;
  const m = gower.categoryPrices.length;
  const measure = openMeasure(compute, matrix, categories, gower);
  return {
    tryCandidate: (candidate, { k, weights, nearest, own, second, distances, changes, blocks }) => {
      for (let j = 0; j < d; j++) measure.numbers[j] = values[j * rows + candidate]!;
      for (let j = 0; j < m; j++) measure.words[j] = categories.codes[j * rows + candidate]!;
      const caches = [nearest.byteOffset, own.byteOffset, second.byteOffset, distances.byteOffset];
      compute.run("gowerGain", blocks, [...measure.args, weights?.byteOffset ?? 0, k, ...caches, changes.byteOffset]);
    },
    distance: (one, other) => {
      let distance = 0;
      for (let j = 0; j < d; j++) {
        distance += Math.abs(values[j * rows + one]! - values[j * rows + other]!) * gower.prices[j]!;
      }
      for (let j = 0; j < m; j++) {
        const at = j * rows;
        if (categories.codes[at + one] !== categories.codes[at + other]) distance += gower.categoryPrices[j]!;
      }
      return distance;
    },
  };
}

/**
 * The nearest of some rows (medoids) for every row by Gower's distance, ties to the lowest, and the distance to it; both in the
 * numeric memory. One pass over the table for each medoid.
 */
export function assignGower(
  compute: Compute,
  matrix: Matrix,
  categories: Categories,
  gower: Gower,
  medoids: MixedRows,
): { readonly labels: Int32Array; readonly distances: Float64Array } {
  const labels = compute.i32(matrix.rows);
  const distances = compute.f64(matrix.rows);
  distances.fill(Infinity);
  const mark = compute.mark();
  const d = gower.prices.length;
  const m = gower.categoryPrices.length;
  const measure = openMeasure(compute, matrix, categories, gower);
  const found = compute.f64(matrix.rows);
  const blocks = Math.ceil(matrix.rows / medoidGainBlock);
  for (let c = 0; c < medoids.count; c++) {
    measure.numbers.set(medoids.values.subarray(c * d, (c + 1) * d));
    measure.words.set(medoids.codes.subarray(c * m, (c + 1) * m));
    compute.run("gowerGain", blocks, [...measure.args, 0, medoids.count, 0, 0, 0, found.byteOffset, 0]);
    for (let i = 0; i < found.length; i++) {
      if (!(found[i]! < distances[i]!)) continue;
      distances[i] = found[i]!;
      labels[i] = c;
    }
  }
  compute.release(mark);
  return { labels, distances };
}

function openMeasure(compute: Compute, { rows, values }: Matrix, categories: Categories, gower: Gower) {
  const d = gower.prices.length;
  const m = gower.categoryPrices.length;
  const prices = compute.f64(d + m);
  prices.set(gower.prices);
  prices.set(gower.categoryPrices, d);
  const numbers = compute.f64(d);
  const words = compute.i32(m);
  const data = [rows, d, m, medoidGainBlock, values.byteOffset, categories.codes.byteOffset, prices.byteOffset];
  return { numbers, words, args: [...data, numbers.byteOffset, words.byteOffset] };
}

function rangeOf(values: Float64Array, weights: Float64Array | null): number {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (weights !== null && weights[i] === 0) continue;
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return high - low;
}
