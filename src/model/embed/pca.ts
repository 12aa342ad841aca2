import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf, type Matrix } from "../../core/matrix.ts";
import type { Points } from "../cluster/prepared-points.ts";
import { singularValues } from "../impute/singular-values.ts";
import { covariance } from "../stats/correlation.ts";
import { moments } from "../stats/moments.ts";
import { sum } from "../stats/sum.ts";

export interface PcaOptions {
  /** How many components, at most as many as columns; or the share of the variance that they shall explain at least, below 1. */
  readonly components: number | { readonly share: number };
}

export interface Pca {
  /** Mean of each column. */
  readonly means: Float64Array;
  /** size × columns, row-major: orthonormal rows by falling variance, the loading of largest size (of equals the first) positive. */
  readonly components: Float64Array;
  readonly size: number;
  /** Variance (ddof 1) along each component. */
  readonly variances: Float64Array;
  /** The same as a share of the variance of all columns, 0–1; 0 where that is 0. */
  readonly ratios: Float64Array;
}

/**
 * Principal components by the eigenvectors of the covariance matrix, with the conventions of scikit-learn's PCA; columns are centred,
 * not scaled. Weights act as repeated rows. Values must not be NaN or infinite. The same for any number of threads. Cost: the
 * covariances, and about 40 · columns³ operations (300 columns: 2 s). Throws `too-few-rows` where the weights come to less than 2.
 */
export function fitPca(compute: Compute, { matrix, weights }: Points, { components }: PcaOptions): Pca {
  const d = matrix.columns.length;
  const weight = weights === null ? matrix.rows : sum(weights);
  if (!(weight >= 2)) {
    throw new SegmentError("too-few-rows", `principal components need 2 rows, not ${weight}`, {
      hint: "give more rows",
    });
  }
  const means = Float64Array.from(matrix.columns, (_, j) => moments(compute, columnOf(matrix, j), weights).mean);
  // Of a symmetric matrix without negative eigenvalues the singular vectors are eigenvectors.
  const { values, v } = singularValues(covariance(compute, matrix, weights), d);
  const order = Array.from(values, (_, j) => j).sort((a, b) => values[b]! - values[a]! || a - b);
  const variances = Float64Array.from(order, (j) => (values[j]! * weight) / (weight - 1));
  const total = variances.reduce((all, x) => all + x, 0);
  const ratios = variances.map((x) => (total > 0 ? x / total : 0));
  const size = typeof components === "number" ? Math.min(components, d) : sizeFor(ratios, components.share);
  const rows = new Float64Array(size * d);
  for (let c = 0; c < size; c++) {
    const column = v.subarray(order[c]! * d, (order[c]! + 1) * d);
    let largest = 0;
    for (let j = 1; j < d; j++) if (Math.abs(column[j]!) > Math.abs(column[largest]!)) largest = j;
    const sign = column[largest]! < 0 ? -1 : 1;
    for (let j = 0; j < d; j++) rows[c * d + j] = sign * column[j]!;
  }
  return { means, components: rows, size, variances: variances.slice(0, size), ratios: ratios.slice(0, size) };
}

/** The rows' places along the components, as columns `pc1`, `pc2` … in the numeric memory. About 1 ns a value and component. */
export function projectPca(compute: Compute, { rows, values }: Matrix, pca: Pca): Matrix {
  const d = pca.means.length;
  const out = compute.f64(rows * pca.size);
  for (let c = 0; c < pca.size; c++) {
    for (let j = 0; j < d; j++) {
      const loading = pca.components[c * d + j]!;
      const mean = pca.means[j]!;
      for (let i = 0; i < rows; i++) out[c * rows + i]! += (values[j * rows + i]! - mean) * loading;
    }
  }
  return { rows, columns: Array.from({ length: pca.size }, (_, c) => `pc${c + 1}`), values: out };
}

/** Weighted mean over the rows of the squared distance between a row and what its places along the components give back. */
export function pcaError(compute: Compute, { matrix, weights }: Points, pca: Pca): number {
  const { rows, values } = matrix;
  const d = pca.means.length;
  const mark = compute.mark();
  const places = projectPca(compute, matrix, pca).values;
  const squared = new Float64Array(rows);
  const back = new Float64Array(rows);
  for (let j = 0; j < d; j++) {
    back.fill(pca.means[j]!);
    for (let c = 0; c < pca.size; c++) {
      const loading = pca.components[c * d + j]!;
      for (let i = 0; i < rows; i++) back[i]! += places[c * rows + i]! * loading;
    }
    for (let i = 0; i < rows; i++) squared[i]! += (values[j * rows + i]! - back[i]!) ** 2;
  }
  compute.release(mark);
  return sum(squared, weights) / (weights === null ? rows : sum(weights));
}

function sizeFor(ratios: Float64Array, share: number): number {
  let explained = 0;
  for (let c = 0; c < ratios.length; c++) {
    explained += ratios[c]!;
    if (explained >= share) return c + 1;
  }
  return ratios.length;
}
