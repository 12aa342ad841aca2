import type { Compute } from "../../../core/compute.ts";
import type { Context } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import { triangleSize } from "../../../model/cluster/cholesky.ts";
import { assignToMixture } from "../../../model/cluster/assign-mixture.ts";
import type { Clustering } from "../../../model/cluster/clustering.ts";
import type { EmSettings, MixtureParameters } from "../../../model/cluster/em-rounds.ts";
import { fitGaussianMixture, mixtureBeginning, type MixtureResult } from "../../../model/cluster/gaussian-mixture.ts";
import { keepComponents, pick } from "../../../model/cluster/kept-components.ts";
import { mixtureSettings, ownedComponents } from "../../../model/cluster/methods/gmm.ts";
import { factorsOf, isDiagonal } from "../../../model/cluster/mixture-model.ts";
import { type Points, type PreparedPoints, preparePoints } from "../../../model/cluster/prepared-points.ts";
import { collapse } from "../../../model/collapse.ts";
import { fixedSum } from "../../../model/fixed-sum.ts";
import { indicesOf } from "../../../model/metrics/dispersion.ts";
import { chooseFit, judgeFits, type Fit, type FitOptions, type WholeFigures } from "../fit.ts";
import { pointSpread } from "./exact-sums.ts";
import { engineCandidates, type Evidence } from "./fit-in-engine.ts";
import { type EngineMixture, mixtureInEngine, nearestBeginning } from "./mixture-in-engine.ts";
import type { SpreadPoints } from "./mixture-sums.ts";
import type { EnginePoints } from "./points.ts";

/** A fit of the rows that are here. */
interface FittedHere {
  readonly asked: number;
  readonly fit: MixtureResult;
  readonly clustering: Clustering;
}

/** Ridge of a mixture in the variance of the columns, as `mixtureRidge`. */
const ridge = 1e-6;

/**
 * Fits mixtures to points that stay in the engine by the sums of each round, and chooses one, as `fitSegments` does. Where all rows are
 * here too, the starts are made and k is chosen on them, and the engine makes the rounds of the best start; where only a sample
 * is, the engine goes on from where the best start ended on the sample, for every k. From given centres all is of the engine.
 * Throws as `fitSegments`, and `engine-refused` for
 * more components and columns than a query of a round is planned with in seconds.
 */
export async function fitMixtureInEngine(
  { engine, compute }: Pick<Context, "engine" | "compute">,
  points: EnginePoints,
  evidence: Evidence,
  options: FitOptions,
): Promise<Fit> {
  const ks = engineCandidates(options.k, points);
  requirePlannable(Math.max(...ks), points.columns, options.covariance);
  const { init, progress } = options;
  const collapsed = collapse(compute, evidence.matrix, evidence.weights);
  const here: Points = { matrix: collapsed.points, weights: collapsed.weights };
  const prepared = preparePoints(compute, here);
  const at = { engine, points, spread: await pointSpread(engine, points) };
  const fitted = init === null ? await fitHere(compute, here, prepared, ks, options) : [];
  const isChosenHere = !evidence.isSample && fitted.length > 1;
  const chosenHere = isChosenHere
    ? await chooseFit(
        compute,
        here,
        fitted.map(({ clustering }) => clustering),
        options,
        null,
      )
    : null;
  const results: Clustering[] = [];
  const whole: WholeFigures[] = [];
  for (const k of ks) {
    const own = fitted.find(({ asked }) => asked === k) ?? null;
    if (init === null && own === null) continue;
    if (own !== null && chosenHere !== null && own.clustering !== chosenHere.chosen.result) {
      results.push(own.clustering);
      continue;
    }
    const { starts, settings } = settingsOf(at, prepared, k, evidence, options);
    const begin =
      own === null
        ? await nearestBeginning(at, init!, settings)
        : await beginningOf(compute, prepared, own, evidence, options);
    const of = { ...settings, progress: (text: string) => progress(`gmm: k = ${k}, ${text}`) };
    const fit = await mixtureInEngine(at, begin, of);
    const result = clusteringOf(compute, here, fit, of, starts);
    if (results.length > 0 && result.clustering.k <= results.at(-1)!.k) continue;
    results.push(result.clustering);
    whole.push(result.whole);
  }
  return judgeFits(compute, collapsed, results, options, evidence.isSample ? whole : null);
}

/** Products in the query of a round up to which an engine plans it in seconds. */
const mostProducts = 5000;

/** Throws `engine-refused` for a mixture whose rounds would be planned for longer than they run. */
function requirePlannable(k: number, columns: number, covariance: FitOptions["covariance"]): void {
  const products = isDiagonal(covariance) ? (k + 2) * columns : k * triangleSize(columns) + triangleSize(columns + 1);
  if (products <= mostProducts) return;
  throw new SegmentError(
    "engine-refused",
    `a round of ${k} components with ${covariance} covariances of ${columns} columns is a query of ${products} products, more than ${mostProducts}`,
    { hint: "fit diagonal covariances (--covariance diagonal), fewer columns, or those of --embed pca" },
  );
}

async function fitHere(
  compute: Compute,
  here: Points,
  prepared: PreparedPoints,
  ks: readonly number[],
  options: FitOptions,
): Promise<readonly FittedHere[]> {
  const settings = mixtureSettings(prepared, options);
  const fitted: FittedHere[] = [];
  for (const asked of ks) {
    options.progress(`gmm: k = ${asked}, on the rows that are here`);
    const fit = await fitGaussianMixture(compute, prepared, { ...settings, k: asked, init: null });
    const clustering = ownedComponents(compute, here, fit, options, settings.starts);
    if (fitted.length === 0 || clustering.k > fitted.at(-1)!.clustering.k) fitted.push({ asked, fit, clustering });
  }
  return fitted;
}

function settingsOf(
  { points, spread }: SpreadPoints,
  prepared: PreparedPoints,
  k: number,
  { isSample }: Evidence,
  options: FitOptions,
): { readonly starts: number; readonly settings: EmSettings } {
  const { starts, regularisation, lastTol = null, ...own } = mixtureSettings(prepared, options);
  // Rounds to a tolerance and then to a finer one are, from the same beginning, those to the finer one.
  const last = lastTol === null ? {} : { tol: lastTol, maxIter: 2 * own.maxIter };
  const settings = {
    ...own,
    ...last,
    k,
    columns: points.columns,
    totalWeight: points.weight,
    regularisation: isSample ? ridge * spread.meanVariance : regularisation,
  };
  return { starts, settings };
}

/** Of all rows the best start's own beginning; of a sample the mixture that it ended in. */
async function beginningOf(
  compute: Compute,
  prepared: PreparedPoints,
  { asked, fit }: FittedHere,
  { isSample }: Evidence,
  options: FitOptions,
): Promise<MixtureParameters> {
  const { weights, means, covariances, columns, covarianceType } = fit;
  if (isSample) return { weights, means, covariances, factors: factorsOf(covarianceType, covariances, fit.k, columns) };
  return mixtureBeginning(
    compute,
    prepared,
    { ...mixtureSettings(prepared, options), k: asked, init: null },
    fit.start,
  );
}

/** The clustering by the components that own a point, and what all points say of it; labels are those of the rows that are here. */
function clusteringOf(
  compute: Compute,
  here: Points,
  { mixture, criteria, segments, kept }: EngineMixture,
  { k, columns, covarianceType }: EmSettings,
  starts: number,
): { readonly clustering: Clustering; readonly whole: WholeFigures } {
  const { weights, means, covariances, iterations, converged } = mixture;
  const model = keepComponents({ k, columns, covarianceType, weights, means, covariances }, kept);
  const { labels, probabilities } = assignToMixture(compute, here.matrix, model);
  const [sizes, squares, distances] = [segments.weights, segments.squares, segments.distances].map((of) =>
    pick(of, 1, kept),
  ) as [Float64Array, Float64Array, Float64Array];
  const centres = pick(segments.means, columns, kept);
  const { logLikelihood, bic, aic, icl } = criteria;
  const clustering: Clustering = {
    k: model.k,
    labels,
    probabilities,
    centres,
    inertia: fixedSum(squares),
    iterations,
    converged,
    starts,
    likelihood: { logLikelihood, criteria: { bic, aic, icl } },
    emptied: k - model.k,
    parameters: [{ option: "covariance", value: covarianceType, how: null }],
    rule: () => Promise.resolve({ kind: "mixture", model }),
  };
  return { clustering, whole: { sizes, ...indicesOf(sizes, centres, squares, distances) } };
}
