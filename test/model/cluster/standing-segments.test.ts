import { expect, test } from "vitest";
import type { HdbscanResult } from "../../../src/model/cluster/hdbscan/hdbscan.ts";
import { standingSegments } from "../../../src/model/cluster/standing-segments.ts";

/** What `standingSegments` reads of a fit; radii are those at which rows leave. */
function fitOf(
  tree: { readonly parents: readonly number[]; readonly births: readonly number[]; readonly sizes: readonly number[] },
  segmentOf: readonly number[],
  rows: readonly { readonly cluster: number; readonly radius: number }[],
): HdbscanResult {
  const none = new Float64Array();
  return {
    labels: Int32Array.from(rows, ({ cluster }) => segmentOf[cluster]!),
    segments: Math.max(...segmentOf) + 1,
    probabilities: none,
    outlierScores: none,
    coreDistances: none,
    stabilities: [],
    greatestDensities: [],
    tree: {
      ...tree,
      clusterOf: Int32Array.from(rows, ({ cluster }) => cluster),
      densities: Float64Array.from(rows, ({ radius }) => 1 / radius),
    },
    segmentOf: Int32Array.from(segmentOf),
  };
}

const rows = (cluster: number, radii: readonly number[]) => radii.map((radius) => ({ cluster, radius }));

test("two segments stand from the radius that joins half of the sparser one to that which joins both", () => {
  const tree = { parents: [-1, 0, 0], births: [0, 1 / 16, 1 / 16], sizes: [10, 6, 4] };
  const fit = fitOf(tree, [-1, 0, 1], [...rows(1, [1, 1, 2, 2, 4, 8]), ...rows(2, [4, 4, 8, 8])]);
  expect(standingSegments(fit, null)).toEqual([{ from: 4, to: 16, segments: 2 }]);
  // Rows of the sparser one that count thrice as much where they are far.
  const weights = Float64Array.from([1, 1, 1, 1, 1, 1, 1, 1, 3, 3]);
  expect(standingSegments(fit, weights)).toEqual([{ from: 8, to: 16, segments: 2 }]);
});

test("a segment that splits on the way is its larger part", () => {
  // Cluster 1 splits at radius 2 in parts of 3 and 2 rows.
  const tree = { parents: [-1, 0, 0, 1, 1], births: [0, 1 / 16, 1 / 16, 1 / 2, 1 / 2], sizes: [9, 5, 4, 3, 2] };
  const fit = fitOf(tree, [-1, 0, 1, 0, 0], [...rows(3, [1, 1, 1]), ...rows(4, [1, 1]), ...rows(2, [1, 1, 1, 1])]);
  expect(standingSegments(fit, null)).toEqual([{ from: 1, to: 16, segments: 2 }]);
  const even = { ...tree, sizes: [10, 6, 4, 3, 3] };
  const halves = fitOf(even, [-1, 0, 1, 0, 0], [...rows(3, [1, 1]), ...rows(4, [1, 1, 1]), ...rows(2, [1, 1, 1, 1])]);
  // Two of five rows are not half of them: the segment stands from the split.
  expect(standingSegments(halves, null)).toEqual([{ from: 2, to: 16, segments: 2 }]);
});

test("of pairs that never stand all at once, those with more rows count; one alone is none", () => {
  // The dense pair 3, 4 is one from radius 2 on; the sparse segment 2 begins at 4.
  const tree = { parents: [-1, 0, 0, 1, 1], births: [0, 1 / 16, 1 / 16, 1 / 2, 1 / 2], sizes: [12, 8, 4, 5, 3] };
  const dense = [...rows(3, [1, 1, 1, 1, 1]), ...rows(4, [1, 1, 1])];
  expect(standingSegments(fitOf(tree, [-1, -1, 2, 0, 1], [...dense, ...rows(2, [4, 4, 4, 4])]), null)).toEqual([
    { from: 1, to: 2, segments: 2 },
  ]);
  const alone = { parents: [-1], births: [0], sizes: [3] };
  expect(standingSegments(fitOf(alone, [-1], rows(0, [1, 1, 1])), null)).toEqual([]);
});
