import { noCategories } from "../categories.ts";
import type { Clustering, Method } from "../clustering.ts";
import { defaultGamma, fitPrototypes } from "../k-prototypes.ts";

/** k-prototypes: means of the numbers and most frequent words of the categories; k-modes without numbers. */
export const kPrototypes: Method = {
  criterion: "cost",
  parameters: ["starts", "maxIter", "categories", "gamma"],
  iteration: ["iteration", "iterations"],
  k: "asked",
  figures: [],
  folds: false,
  async fit(compute, points, ks, options) {
    const categories = options.categories ?? noCategories(compute, points.matrix.rows);
    const hasNumbers = points.matrix.columns.length > 0;
    const gamma = options.gamma ?? defaultGamma(compute, points);
    const how = "half the mean standard deviation of the numeric columns";
    const told = { option: "gamma", value: gamma, how: options.gamma === null ? how : null };
    const starts = options.starts ?? 10;
    const results: Clustering[] = [];
    for (const k of ks) {
      const { seed, progress } = options;
      const own = { k, gamma, starts, maxIter: options.maxIter ?? 300, seed, progress };
      const fit = await fitPrototypes(compute, points, categories, own);
      const { centres, modes, labels, inertia, iterations, converged } = fit;
      const parameters = hasNumbers && categories.columns.length > 0 ? [told] : [];
      const model = { k, gamma, centres, modes };
      const found = { k, labels, centres, inertia, iterations, converged, starts, parameters };
      results.push({ ...found, rule: () => Promise.resolve({ kind: "prototypes", model }) });
    }
    return results;
  },
};
