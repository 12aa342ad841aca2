import type { Clustering, Method } from "../clustering.ts";
import { fitKMeans } from "../k-means.ts";
import { preparePoints } from "../prepared-points.ts";
import { seedParallel } from "../seed-parallel.ts";

/** What is not given; the tolerance is in mean column variances. */
export const kMeansDefaults = { starts: 10, maxIter: 300, tol: 1e-4 } as const;

/** k-means: Lloyd's iterations from several starts. */
export const kMeansMethod: Method = {
  criterion: "inertia",
  parameters: ["starts", "seeding", "maxIter", "tol", "init"],
  iteration: ["iteration", "iterations"],
  k: "asked",
  figures: [],
  folds: true,
  async fit(compute, points, ks, options) {
    const { init, seed, progress } = options;
    const how = {
      seed,
      starts: options.starts ?? kMeansDefaults.starts,
      maxIter: options.maxIter ?? kMeansDefaults.maxIter,
      tol: options.tol ?? kMeansDefaults.tol,
    };
    const prepared = preparePoints(compute, points);
    let inits: readonly Float64Array[] | null = init === null ? null : [init];
    if (inits === null && options.seeding === "parallel") {
      progress("starting centres");
      inits = await seedParallel(compute, prepared, ks, how);
    }
    const results: Clustering[] = [];
    for (const [i, k] of ks.entries()) {
      progress(`k-means: k = ${k}`);
      const result = await fitKMeans(compute, prepared, { ...how, k, init: inits?.[i] ?? null });
      results.push({ ...result, starts: init === null ? how.starts : 1 });
      await compute.breathe();
    }
    return results;
  },
};
