import type { Compute } from "../../../core/compute.ts";
import { noCategories } from "../categories.ts";
import type { Clustering, Method, MethodOptions } from "../clustering.ts";
import { fitGowerMedoids } from "../gower-medoids.ts";
import type { Points } from "../prepared-points.ts";
import { fitMedoids } from "../sampled-medoids.ts";

/** k-medoids: FasterPAM, by plain distances or by Gower's. */
export const kMedoidsMethod: Method = {
  criterion: "deviation",
  parameters: ["starts", "maxIter", "distance", "categories"],
  iteration: ["pass", "passes"],
  k: "asked",
  figures: [],
  folds: true,
  async fit(compute, points, ks, options) {
    const { seed, progress } = options;
    const how = { seed, starts: options.starts ?? 1, maxIter: options.maxIter ?? 300, init: null };
    const results: Clustering[] = [];
    for (const k of ks) {
      progress(`k-medoids: k = ${k}`);
      results.push(
        options.distance === "gower"
          ? await byGower(compute, points, options, { ...how, k })
          : { ...(await fitMedoids(compute, points, { ...how, k })), starts: how.starts },
      );
    }
    return results;
  },
};

async function byGower(
  compute: Compute,
  points: Points,
  options: MethodOptions,
  how: { readonly k: number; readonly seed: number; readonly starts: number; readonly maxIter: number },
): Promise<Clustering> {
  const categories = options.categories ?? noCategories(compute, points.matrix.rows);
  const fit = await fitGowerMedoids(compute, points, categories, { ...how, columnWeights: null });
  const { gower, medoids, k, labels, inertia, iterations, converged, sample } = fit;
  return {
    k,
    labels,
    centres: medoids.values,
    inertia,
    iterations,
    converged,
    sample,
    starts: how.starts,
    parameters: [{ option: "distance", value: "gower", how: null }],
    rule: () => Promise.resolve({ kind: "gower", model: { gower, medoids } }),
  };
}
