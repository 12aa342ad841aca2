import type { Method } from "../clustering.ts";
import { nearestRowModel } from "../nearest-row.ts";
import { optics } from "../optics.ts";
import { cutPlot, xiSegments } from "../optics-segments.ts";
import { proposeSizes } from "../propose-density.ts";
import { segmentCentres } from "../segment-centres.ts";
import { parameter, requireSegments } from "./density.ts";

/** OPTICS: segments between the steep places of the reachability plot, or with an ε those of DBSCAN. */
export const opticsMethod: Method = {
  criterion: "inertia",
  parameters: ["minSamples", "minClusterSize", "xi", "epsilon"],
  iteration: ["pass", "passes"],
  k: "found",
  figures: [],
  folds: false,
  async fit(compute, points, _ks, options) {
    const { rows, columns } = points.matrix;
    const sizes = proposeSizes(rows, columns.length);
    const { epsilon, xi } = options;
    const minSamples = parameter(
      "minSamples",
      options.minSamples,
      sizes.minSamples,
      "from the numbers of rows and columns",
    );
    const minClusterSize = parameter(
      "minClusterSize",
      options.minClusterSize,
      sizes.minClusterSize,
      "the square root of the rows, 5 to 1,000",
    );
    const neighbours = Number(minSamples.value);
    options.progress("optics");
    const plot = await optics(
      compute,
      points,
      { minSamples: neighbours, maxEpsilon: epsilon ?? Number.POSITIVE_INFINITY },
      options.progress,
    );
    const found =
      epsilon === null
        ? xiSegments(plot, { xi, minSamples: neighbours, minClusterSize: Number(minClusterSize.value) })
        : cutPlot(plot, epsilon);
    const way = epsilon === null ? "lower --min-cluster-size, --min-samples or --xi" : "raise --epsilon";
    requireSegments("optics", found.segments, way);
    const labels = compute.i32(rows);
    labels.set(found.labels);
    const limits = epsilon === null ? plot.coreDistances : new Float64Array(rows).fill(epsilon);
    return [
      {
        k: found.segments,
        labels,
        ...segmentCentres(compute, points, found.segments, labels),
        iterations: 1,
        converged: true,
        parameters: [
          minSamples,
          ...(epsilon === null
            ? [minClusterSize, { option: "xi", value: xi, how: null }]
            : [{ option: "epsilon", value: epsilon, how: null }]),
        ],
        rule: async () => ({
          kind: "nearest-row",
          model: await nearestRowModel(compute, points, labels, limits, options.seed),
        }),
      },
    ];
  },
};
