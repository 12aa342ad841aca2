import type { Clustering, Method } from "../clustering.ts";
import type { AssignmentRule } from "../assignment-rule.ts";
import { buildHierarchy, type Cut, cutHierarchy, topOfHierarchy } from "../hierarchical.ts";

import { nearestRowModel } from "../nearest-row.ts";

/** Micro-clusters of a hierarchy over too many rows. */
const microClusters = 2000;

/** One tree of merges, cut at every k, or at a height. */
export const hierarchical: Method = {
  criterion: "inertia",
  parameters: ["linkage", "height", "dendrogram"],
  iteration: ["merge", "merges"],
  k: "asked",
  figures: [],
  folds: true,
  async fit(compute, points, ks, { linkage, height, seed, progress }) {
    progress(`hierarchy: ${linkage} linkage`);
    const how = { linkage, stages: "auto", microClusters, seed, progress } as const;
    const hierarchy = await buildHierarchy(compute, points, how);
    const { cophenetic, micro, tree } = hierarchy;
    const cuts: readonly Cut[] = height === null ? ks.map((k) => ({ k })) : [{ height }];
    return cuts.map((cut): Clustering => {
      const segments = cutHierarchy(compute, points, hierarchy, cut);
      const top = topOfHierarchy(hierarchy, segments);
      const facts = { cophenetic, micro: micro?.count ?? null, top };
      const iterations = tree.tree.leaves - segments.k;
      const rule = async (): Promise<AssignmentRule> => ({
        kind: "nearest-row",
        model: await nearestRowModel(compute, points, segments.labels, null, seed),
      });
      return { ...segments, iterations, converged: true, hierarchy: facts, rule };
    });
  },
};
