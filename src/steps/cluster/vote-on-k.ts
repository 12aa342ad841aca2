import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import type { Points } from "../../model/cluster/prepared-points.ts";
import { countDistinct } from "../../model/count-distinct.ts";
import type { ChosenK } from "../../model/metrics/choose-k.ts";
import { gapChoice, gapStatistic } from "../../model/metrics/gap-statistic.ts";
import { predictionStrength, strengthChoice } from "../../model/metrics/prediction-strength.ts";
import { structureSample } from "../../model/metrics/structure-sample.ts";
import type { FittedK } from "./fit.ts";

/** What one criterion says of the number of segments. */
export interface Vote {
  readonly criterion: string;
  /** The k that it names; null where it names none. */
  readonly k: number | null;
  /** By candidate, in their order; NaN where it has no figure. */
  readonly figures: readonly number[];
}

/** Rows that the gap statistic and prediction strength are computed on at most. */
export const voteRows = 2000;

/**
 * The k that each criterion names among those tried: the best mean silhouette, the knee of the inertia, Calinski–Harabasz,
 * Davies–Bouldin, of mixtures BIC, AIC and ICL, and for k-means, on at most 2,000 rows drawn by hash, the gap statistic (which may name 1: no segments) and
 * prediction strength. The choice is not theirs: they say how far it is shared.
 */
export async function voteOnK(
  compute: Compute,
  points: Points,
  tried: readonly FittedK[],
  choice: ChosenK,
  { seed, isKMeans }: { readonly seed: number; readonly isKMeans: boolean },
): Promise<readonly Vote[]> {
  const figuresOf = (of: (one: FittedK) => number | null | undefined): readonly number[] =>
    tried.map((one) => of(one) ?? Number.NaN);
  const best = (figures: readonly number[], sign: 1 | -1): number | null => {
    const least = figures.reduce((most, x) => (sign * x > sign * most || Number.isNaN(most) ? x : most), Number.NaN);
    return Number.isNaN(least) ? null : tried[figures.indexOf(least)]!.result.k;
  };
  const silhouette = figuresOf((one) => one.silhouette?.mean);
  const calinskiHarabasz = figuresOf((one) => one.calinskiHarabasz);
  const daviesBouldin = figuresOf((one) => one.daviesBouldin);
  const votes: Vote[] = [
    { criterion: "silhouette", k: best(silhouette, 1), figures: silhouette },
    { criterion: "knee", k: choice.knee, figures: figuresOf(({ result }) => result.inertia) },
    { criterion: "Calinski-Harabasz", k: best(calinskiHarabasz, 1), figures: calinskiHarabasz },
    { criterion: "Davies-Bouldin", k: best(daviesBouldin, -1), figures: daviesBouldin },
  ];
  const likelihoods = tried.map(({ result }) => result.likelihood?.criteria ?? null);
  for (const criterion of ["bic", "aic", "icl"] as const) {
    if (likelihoods.some((one) => one === null)) break;
    const figures = likelihoods.map((one) => one![criterion]);
    votes.push({ criterion: criterion.toUpperCase(), k: best(figures, -1), figures });
  }
  return isKMeans ? [...votes, ...(await sampledVotes(compute, points, tried, seed))] : votes;
}

async function sampledVotes(
  compute: Compute,
  points: Points,
  tried: readonly FittedK[],
  seed: number,
): Promise<readonly Vote[]> {
  const mark = compute.mark();
  try {
    const sample = structureSample(points, voteRows, seed);
    const { rows, columns, values } = sample.matrix;
    const matrix: Matrix = { rows, columns, values: compute.f64(values.length) };
    matrix.values.set(values);
    const asked = tried.map(({ result }) => result.k);
    const most = countDistinct(matrix, 2 * Math.max(...asked));
    const ks = asked.filter((k) => 2 * k <= most);
    // Weights that are no counts, or too few rows: neither has a meaning.
    if (sample.weights !== null || ks.length < 2) return [];
    const gaps = await gapStatistic(compute, { matrix, weights: null }, { ks: ks[0] === 2 ? [1, ...ks] : ks, seed });
    const strengths = await predictionStrength(compute, matrix, { ks, seed });
    const byK = (figures: readonly { readonly k: number }[], of: (at: number) => number): readonly number[] =>
      asked.map((k) => {
        const at = figures.findIndex((one) => one.k === k);
        return at < 0 ? Number.NaN : of(at);
      });
    return [
      { criterion: "gap", k: gapChoice(gaps), figures: byK(gaps, (at) => gaps[at]!.gap) },
      {
        criterion: "prediction strength",
        k: strengthChoice(strengths),
        figures: byK(strengths, (at) => strengths[at]!.strength),
      },
    ];
  } finally {
    compute.release(mark);
  }
}
