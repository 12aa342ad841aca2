import type { Compute } from "../../core/compute.ts";
import { medoidGainBlock } from "../kernels/medoid-gain.ts";
import type { Points } from "./prepared-points.ts";

/** What k-medoids knows of every row, in the numeric memory: the nearest medoid, its distance, and that of the second. */
export interface MedoidCaches {
  readonly k: number;
  readonly weights: Float64Array | null;
  readonly nearest: Int32Array;
  readonly own: Float64Array;
  readonly second: Float64Array;
  /** Distances to the last candidate. */
  readonly distances: Float64Array;
  /** What the last candidate changes, by block. */
  readonly changes: Float64Array;
  readonly blocks: number;
}

/** How far the rows of a table are from one another. */
export interface MedoidSpace {
  /** The changes that a candidate brings, and its distances to all rows, as of the kernel `medoidGain`. */
  tryCandidate(candidate: number, caches: MedoidCaches): void;
  /** The distance of two rows, with the bits that `tryCandidate` gives it. */
  distance(one: number, other: number): number;
}

/** The Euclidean distances of a matrix. */
export function euclideanSpace(compute: Compute, { matrix }: Points): MedoidSpace {
  const { rows, columns, values } = matrix;
  return {
    tryCandidate: (candidate, { k, weights, nearest, own, second, distances, changes, blocks }) => {
      const data = [rows, columns.length, medoidGainBlock, values.byteOffset, weights?.byteOffset ?? 0, candidate, k];
      const caches = [nearest.byteOffset, own.byteOffset, second.byteOffset];
      compute.run("medoidGain", blocks, [...data, ...caches, distances.byteOffset, changes.byteOffset]);
    },
    distance: (one, other) => {
      let squared = 0;
      for (let j = 0; j < columns.length; j++) {
        const x = values[j * rows + one]! - values[j * rows + other]!;
        squared += x * x;
      }
      return Math.sqrt(squared);
    },
  };
}
