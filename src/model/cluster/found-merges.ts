import type { FoundMerges } from "./merge-tree.ts";

/** Merges as they are found; `tops` is the height at which the cluster of a number was made. */
export interface OpenMerges extends FoundMerges {
  found: number;
  readonly tops: Float64Array;
}

/** Room for the merges of n clusters. */
export function openMerges(count: number): OpenMerges {
  const merges = Math.max(0, count - 1);
  return {
    found: 0,
    one: new Int32Array(merges),
    other: new Int32Array(merges),
    heights: new Float64Array(merges),
    tops: new Float64Array(count),
  };
}

/** A merge of `gone` into `kept`, at no less than the height of its parts whatever rounding says. */
export function record(merges: OpenMerges, gone: number, kept: number, height: number): void {
  const at = merges.found++;
  merges.one[at] = gone;
  merges.other[at] = kept;
  merges.heights[at] = Math.max(height, merges.tops[gone]!, merges.tops[kept]!);
  merges.tops[kept] = merges.heights[at]!;
}
