import type { Compute } from "../../../src/core/compute.ts";
import type { Categories } from "../../../src/model/cluster/categories.ts";
import type { Points } from "../../../src/model/cluster/prepared-points.ts";
import { lcg, matrixOf, recordedRows } from "./data.ts";

export interface MixedRows {
  readonly numbers: readonly (readonly number[])[];
  /** Words as numbers; their codes follow their order. */
  readonly words: readonly (readonly number[])[];
}

export interface MixedPoints {
  readonly points: Points;
  readonly categories: Categories;
}

/** The data of fixtures/reference/k-prototypes/data.py: `iris`, `wine` or `blobs`. */
export function mixedRows(name: string): MixedRows {
  if (name === "blobs") return blobs(400, 3);
  const rows = recordedRows(name);
  if (name === "iris") {
    return {
      numbers: rows.map((row) => row.slice(0, 2)),
      words: rows.map((row) => [Math.floor(row[2]!), Math.floor(2 * row[3]!)]),
    };
  }
  return {
    numbers: rows.map((row) => row.slice(0, 4)),
    words: rows.map((row) => [6, 9, 11].map((j) => Math.floor(row[j]!))),
  };
}

export function blobs(rows: number, seed: number): MixedRows {
  const drawn = lcg(rows * 7, seed);
  const row = (i: number): number[] => [...drawn.subarray(7 * i, 7 * i + 7)];
  return {
    numbers: Array.from({ length: rows }, (_, i) => {
      const [a, b, c] = row(i) as [number, number, number];
      return [a + 1.1 * (i & 1), b + 1.1 * ((i >> 1) & 1), c];
    }),
    words: Array.from({ length: rows }, (_, i) =>
      row(i)
        .slice(3)
        .map((u) => (u < 0.6 ? i % 4 : Math.floor(25 * u) % 6)),
    ),
  };
}

/** Both kinds of columns in the numeric memory. */
export function mixedPoints(
  compute: Compute,
  { numbers, words }: MixedRows,
  weights: readonly number[] | null = null,
): MixedPoints {
  const matrix = { ...matrixOf(compute, numbers), rows: words.length };
  const width = words[0]?.length ?? 0;
  const codes = compute.i32(words.length * width);
  const sizes = Array.from({ length: width }, (_, j) => {
    const all = [...new Set(words.map((row) => row[j]!))].sort((a, b) => a - b);
    words.forEach((row, i) => (codes[j * words.length + i] = all.indexOf(row[j]!)));
    return all.length;
  });
  const columns = sizes.map((_, j) => `w${j}`);
  return {
    points: { matrix, weights: weights === null ? null : Float64Array.from(weights) },
    categories: { rows: words.length, columns, codes, sizes },
  };
}
