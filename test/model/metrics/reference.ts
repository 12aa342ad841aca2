import { readFileSync } from "node:fs";
import type { Compute } from "../../../src/core/compute.ts";
import type { Matrix } from "../../../src/core/matrix.ts";

interface Judged {
  readonly k: number;
  readonly labels: string;
  readonly silhouette: number;
  readonly silhouettes: readonly number[];
  readonly by_segment: readonly number[];
  readonly calinski_harabasz: number;
  readonly davies_bouldin: number;
  readonly repeated: {
    readonly silhouette: number;
    readonly silhouettes: readonly (readonly [number, number])[];
    readonly calinski_harabasz: number;
    readonly davies_bouldin: number;
  };
}

interface Figures {
  readonly mean: number;
  readonly variance: number;
  readonly skewness: number;
  readonly quantiles: readonly number[];
  readonly robust: readonly [number, number];
  readonly zscore: readonly [number, number];
  readonly minmax: readonly [number, number];
  readonly log1p_skewness: number;
}

interface Reference {
  readonly data: { readonly iris: number[][]; readonly wine: number[][]; readonly digits: string };
  readonly sets: Readonly<Record<string, Judged>>;
  readonly correlation: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly columns: Readonly<Record<string, { readonly plain: Figures; readonly repeated: Figures }>>;
  readonly adjusted_rand: readonly (readonly [number[], number[], number])[];
  readonly knees: readonly (readonly [number[], number[], number | null])[];
}

/** Numbers recorded by fixtures/reference/metrics/make.py. */
export const reference = JSON.parse(
  readFileSync(new URL("../../../fixtures/reference/metrics/reference.json", import.meta.url), "utf8"),
) as Reference;

export const setNames = ["iris", "wine", "digits", "generated"] as const;
export type SetName = (typeof setNames)[number];

/** The columns of a recorded set; `generated` follows the formula of make.py. */
export function columnsOf(name: SetName): number[][] {
  if (name === "generated") return generated(600, 4, 5, 7);
  if (name !== "digits") return reference.data[name];
  const text = reference.data.digits;
  const rows = text.length / 64;
  return Array.from({ length: 64 }, (_, j) => Array.from(text.slice(j * rows, (j + 1) * rows), (c) => parseInt(c, 36)));
}

export function generated(rows: number, columns: number, blobs: number, seed: number): number[][] {
  const result = Array.from({ length: columns }, () => new Array<number>(rows).fill(0));
  let state = seed;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let total = 0;
      for (let draw = 0; draw < 4; draw++) {
        state = (Math.imul(1103515245, state) + 12345) & 0x7fffffff;
        total += state / 2 ** 31;
      }
      result[j]![i] = total + (((i % blobs) * (j + 3)) % 7);
    }
  }
  return result;
}

export function labelsOf(name: SetName): Int32Array {
  return Int32Array.from(reference.sets[name]!.labels, (c) => parseInt(c, 36));
}

/** Columns as a matrix in the numeric memory. */
export function matrixOf(compute: Compute, columns: readonly (readonly number[])[]): Matrix {
  const rows = columns[0]!.length;
  const values = compute.f64(rows * columns.length);
  columns.forEach((column, j) => values.set(column, j * rows));
  return { rows, columns: columns.map((_, j) => `c${j}`), values };
}

/** The weights of make.py's repeated rows: 0, 1, 2, 3, 0, 1 … */
export function weightsOf(rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => i % 4);
}
