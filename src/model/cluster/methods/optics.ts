import type { Method, MethodParameter } from "../clustering.ts";
import { nearestRowModel } from "../nearest-row.ts";
import { optics, type OpticsResult } from "../optics.ts";
import { cutPlot, type OpticsSegments } from "../optics-segments.ts";
import { proposeSizes } from "../propose-density.ts";
import { proposeXi, triedXis, type XiSearch } from "../propose-xi.ts";
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
    const { epsilon, xi, minClusterSize } = options;
    const minSamples = parameter(
      "minSamples",
      options.minSamples,
      sizes.minSamples,
      "from the numbers of rows and columns",
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
        ? steepSegments(plot, { xi, minSamples: neighbours, minClusterSize, leastSize: sizes.minClusterSize })
        : { ...cutPlot(plot, epsilon), parameters: [{ option: "epsilon", value: epsilon, how: null }] };
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
        parameters: [minSamples, ...found.parameters],
        rule: async () => ({
          kind: "nearest-row",
          model: await nearestRowModel(compute, points, labels, limits, options.seed),
        }),
      },
    ];
  },
};

function steepSegments(
  plot: OpticsResult,
  search: XiSearch,
): OpticsSegments & { readonly parameters: readonly MethodParameter[] } {
  const { xi, minClusterSize, largestSize, ...found } = proposeXi(plot, search);
  const most = "the most rows are in two segments or more";
  const sizes = `of sizes from ${search.leastSize} to ${largestSize} the one by which ${most}`;
  const steep = `of steepnesses from ${Math.min(...triedXis)} to ${Math.max(...triedXis)} the one by which ${most}`;
  return {
    ...found,
    parameters: [
      parameter("minClusterSize", search.minClusterSize, minClusterSize, sizes),
      parameter("xi", search.xi, xi, steep),
    ],
  };
}
