import type { Compute } from "../../../core/compute.ts";
import type { Clustering, Method } from "../clustering.ts";
import { inMemory } from "../../in-memory.ts";
import { structureSample } from "../../metrics/structure-sample.ts";
import { buildGenie, cutGenie } from "../genie.ts";
import { assignToNearestRow, nearestRowModel } from "../nearest-row.ts";
import type { Points } from "../prepared-points.ts";
import { segmentCentres } from "../segment-centres.ts";

/** Points up to which the tree is over all of them: its time is quadratic. */
const mostPoints = 50_000;

/** Genie: single linkage that never lets the sizes become too unequal. */
export const genie: Method = {
  criterion: "inertia",
  parameters: ["gini"],
  iteration: ["merge", "merges"],
  k: "asked",
  figures: [],
  folds: false,
  async fit(compute, points, ks, { gini, seed, progress }) {
    const { rows } = points.matrix;
    const over = rows <= mostPoints ? points : drawnPoints(compute, points, seed);
    progress("genie: spanning tree");
    const tree = await buildGenie(compute, over, { giniThreshold: gini, progress });
    const results: Clustering[] = [];
    for (const k of ks) {
      const segments = cutGenie(compute, over, tree, k);
      const labels = over === points ? segments.labels : await spread(compute, over, segments.labels, points, seed);
      results.push({
        k,
        labels,
        ...segmentCentres(compute, points, k, labels),
        iterations: over.matrix.rows - k,
        converged: true,
        sample: over === points ? null : over.matrix.rows,
        parameters: [{ option: "gini", value: gini, how: null }],
        rule: async () => ({ kind: "nearest-row", model: await nearestRowModel(compute, points, labels, null, seed) }),
      });
    }
    return results;
  },
};

function drawnPoints(compute: Compute, points: Points, seed: number): Points {
  const drawn = structureSample(points, mostPoints, seed);
  return { ...drawn, matrix: { ...drawn.matrix, values: inMemory(compute, drawn.matrix.values) } };
}

/** Segments of all points: of the nearest one that was drawn. */
async function spread(
  compute: Compute,
  drawn: Points,
  drawnLabels: Int32Array,
  { matrix }: Points,
  seed: number,
): Promise<Int32Array> {
  const model = await nearestRowModel(compute, drawn, drawnLabels, null, seed);
  return assignToNearestRow(compute, matrix, model);
}
