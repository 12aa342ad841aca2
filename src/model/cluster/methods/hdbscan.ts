import type { Method } from "../clustering.ts";
import { hdbscan } from "../hdbscan/hdbscan.ts";
import { hdbscanModel } from "../hdbscan/hdbscan-model.ts";
import { proposeSizes, rowsOf } from "../propose-density.ts";
import { segmentCentres } from "../segment-centres.ts";
import { parameter, requireSegments } from "./density.ts";

/** HDBSCAN*: the most lasting clusters of all densities. */
export const hdbscanMethod: Method = {
  criterion: "inertia",
  parameters: ["minClusterSize", "minSamples", "selection", "epsilon"],
  iteration: ["pass", "passes"],
  k: "found",
  figures: ["probability", "outlier"],
  folds: true,
  async fit(compute, points, _ks, options) {
    const rows = rowsOf(points);
    const sizes = proposeSizes(rows, points.matrix.columns.length);
    const minClusterSize = parameter(
      "minClusterSize",
      options.minClusterSize,
      sizes.minClusterSize,
      "the square root of the rows, 5 to 1,000",
    );
    const least = Math.min(sizes.minSamples, Number(minClusterSize.value));
    const minSamples = parameter("minSamples", options.minSamples, least, "from the numbers of rows and columns");
    const how = {
      minClusterSize: Number(minClusterSize.value),
      minSamples: Number(minSamples.value),
      selection: options.selection,
      selectionEpsilon: options.epsilon ?? 0,
      allowSingle: false,
    };
    const fit = await hdbscan(compute, points, how, options.progress);
    requireSegments("hdbscan", fit.segments, "lower --min-cluster-size or --min-samples");
    const labels = compute.i32(points.matrix.rows);
    labels.set(fit.labels);
    return [
      {
        k: fit.segments,
        labels,
        probabilities: fit.probabilities,
        outlierScores: fit.outlierScores,
        ...segmentCentres(compute, points, fit.segments, labels),
        iterations: 1,
        converged: true,
        parameters: [
          minClusterSize,
          minSamples,
          { option: "selection", value: options.selection, how: null },
          ...(options.epsilon === null ? [] : [{ option: "epsilon", value: options.epsilon, how: null }]),
        ],
        rule: async () => ({
          kind: "density-tree",
          model: await hdbscanModel(compute, points, fit, how.minSamples, options.seed),
        }),
      },
    ];
  },
};
