import type { Compute } from "../../../core/compute.ts";
import { SegmentError } from "../../../core/errors.ts";
import { distinctRows } from "../../neighbours/distinct-rows.ts";
import { pickRows } from "../../pick-rows.ts";
import type { Method, MethodOptions, MethodParameter } from "../clustering.ts";
import { dbscan } from "../dbscan.ts";
import { dbscanModel } from "../dbscan-model.ts";
import type { Points } from "../prepared-points.ts";
import { proposeMinSamples, rowsOf } from "../propose-density.ts";
import { proposeEpsilon, type ProposedEpsilon } from "../propose-epsilon.ts";
import { segmentCentres } from "../segment-centres.ts";
import { parameter, requireSegments } from "./density.ts";

/** DBSCAN; ε by the tree of densities where it is not given. */
export const dbscanMethod: Method = {
  criterion: "inertia",
  parameters: ["epsilon", "minSamples"],
  iteration: ["pass", "passes"],
  k: "found",
  figures: [],
  folds: true,
  async fit(compute, points, _ks, options) {
    const rows = rowsOf(points);
    const proposed = proposeMinSamples(rows, points.matrix.columns.length);
    const minSamples = parameter("minSamples", options.minSamples, proposed, "from the numbers of rows and columns");
    const epsilon =
      options.epsilon === null
        ? await proposedEpsilon(compute, points, Number(minSamples.value), options)
        : parameter("epsilon", options.epsilon, 0, "");
    const how = { epsilon: Number(epsilon.value), minSamples: Number(minSamples.value) };
    options.progress("dbscan");
    const fit = await dbscan(compute, points, how, options.progress);
    requireSegments("dbscan", fit.segments, "raise --epsilon, or lower --min-samples");
    const isCore = fit.isCore.slice();
    return [
      {
        k: fit.segments,
        labels: fit.labels,
        ...segmentCentres(compute, points, fit.segments, fit.labels),
        iterations: 1,
        converged: true,
        parameters: [epsilon, minSamples],
        rule: async () => ({
          kind: "core-rows",
          model: await dbscanModel(compute, points.matrix, { ...fit, isCore }, how.epsilon, options.seed),
        }),
      },
    ];
  },
};

/** Where every row coincides with so many others, ε is that of the distinct rows. Throws `all-rows-equal`. */
async function proposedEpsilon(
  compute: Compute,
  points: Points,
  minSamples: number,
  { seed, progress }: MethodOptions,
): Promise<MethodParameter> {
  progress("distances to neighbours");
  const ofRows = await proposeEpsilon(compute, points, minSamples, seed);
  const proposed = ofRows ?? (await ofDistinctRows(compute, points, minSamples, seed));
  if (proposed === null) {
    throw new SegmentError("all-rows-equal", `there are no ${minSamples} distinct rows, so no radius can be proposed`, {
      hint: "give one with --epsilon, or use other columns",
    });
  }
  const things = ofRows === null ? "distinct row" : "row";
  return { option: "epsilon", value: proposed.epsilon, how: wordsOf(proposed, `the ${minSamples}th ${things}`) };
}

function wordsOf({ segments, hasKnee, coreShare }: ProposedEpsilon, nth: string): string {
  const share = `${Math.round(100 * coreShare)}% of the rows are core rows`;
  if (segments !== null) {
    return `of the radii at which the ${segments} segments of hdbscan stand apart, where the fewest rows have ${nth}; ${share}`;
  }
  if (hasKnee) return `no radius keeps segments apart, so the knee of the distances to ${nth}; ${share}`;
  return `no radius keeps segments apart, and the distances to ${nth} have no knee; ${share}`;
}

async function ofDistinctRows(
  compute: Compute,
  { matrix }: Points,
  minSamples: number,
  seed: number,
): Promise<ProposedEpsilon | null> {
  const mark = compute.mark();
  try {
    const distinct = distinctRows(compute, matrix.values, matrix.rows);
    const own = distinct === null ? matrix : pickRows(compute, matrix, distinct.firstRows);
    return await proposeEpsilon(compute, { matrix: own, weights: null }, minSamples, seed);
  } finally {
    compute.release(mark);
  }
}
