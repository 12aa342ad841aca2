import type { Clustering, Method } from "../clustering.ts";
import { fitMedoids } from "../sampled-medoids.ts";

/** k-medoids: FasterPAM. */
export const kMedoidsMethod: Method = {
  criterion: "deviation",
  parameters: ["starts", "maxIter"],
  iteration: ["pass", "passes"],
  k: "asked",
  figures: [],
  folds: true,
  async fit(compute, points, ks, { seed, progress, ...options }) {
    const how = { seed, starts: options.starts ?? 1, maxIter: options.maxIter ?? 300, init: null };
    const results: Clustering[] = [];
    for (const k of ks) {
      progress(`k-medoids: k = ${k}`);
      results.push({ ...(await fitMedoids(compute, points, { ...how, k })), starts: how.starts });
    }
    return results;
  },
};
