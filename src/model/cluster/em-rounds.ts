import { estimatesOf } from "./mixture-estimates.ts";
import type { MixtureEstimates } from "./mixture-estimates.ts";
import { factorsOf } from "./mixture-model.ts";
import type { CovarianceType, MixtureFactors } from "./mixture-model.ts";
import type { StartOutcome } from "./mixture-starts.ts";

/** A mixture between two rounds of EM: weights (k), means (k × columns), covariances, and the factors of these. */
export interface MixtureParameters {
  readonly weights: Float64Array;
  readonly means: Float64Array;
  readonly covariances: Float64Array;
  readonly factors: MixtureFactors;
}

/** What EM goes by, whoever takes the sums. */
export interface EmSettings {
  readonly k: number;
  readonly columns: number;
  readonly covarianceType: CovarianceType;
  /** Sum of the weights of all rows. */
  readonly totalWeight: number;
  readonly maxIter: number;
  readonly tol: number;
  readonly regularisation: number;
  readonly progress?: ((text: string) => void) | undefined;
}

/** What a pass over all rows tells of some parameters: the sums that `estimatesOf` reads, about their means. */
export interface EmPass {
  readonly sums: Float64Array;
  readonly logLikelihood: number;
}

/** Where rounds ended. */
export interface EmOutcome extends MixtureParameters, StartOutcome {
  /** How much the mean log likelihood changed in the last round. */
  readonly change: number;
}

/**
 * Rounds of EM (Dempster, Laird and Rubin 1977) from some parameters, until the mean log likelihood of a row changes by less
 * than `tol` from one round to the next. `pass` takes the sums of a round, here or where the rows are. Rounds
 * that go on from others are given the bound that those ended with. Throws `singular-covariance`, and what `pass` throws.
 */
export async function emRounds(
  begin: MixtureParameters,
  settings: EmSettings,
  pass: (parameters: MixtureParameters) => Promise<EmPass>,
  boundBefore = -Infinity,
): Promise<EmOutcome> {
  const { k, columns, covarianceType, totalWeight, maxIter, tol, regularisation, progress } = settings;
  let parameters = begin;
  let lowerBound = boundBefore;
  let change = Infinity;
  let iterations = 0;
  let converged = false;
  while (!converged && iterations < maxIter) {
    const { sums, logLikelihood } = await pass(parameters);
    const estimates = estimatesOf(sums, parameters.means, k, columns, covarianceType, regularisation);
    parameters = parametersOf(estimates, settings);
    const bound = logLikelihood / totalWeight;
    change = Math.abs(bound - lowerBound);
    converged = change < tol;
    lowerBound = bound;
    iterations++;
    progress?.(`round ${iterations}: mean log likelihood ${bound.toFixed(4)}`);
  }
  return { ...parameters, lowerBound, iterations, converged, change };
}

/** The mixture of some estimates. Throws `singular-covariance`. */
export function parametersOf(
  { counts, means, covariances }: MixtureEstimates,
  { k, columns, covarianceType }: Pick<EmSettings, "k" | "columns" | "covarianceType">,
): MixtureParameters {
  const all = counts.reduce((sum, x) => sum + x, 0);
  const weights = counts.map((x) => x / all);
  return { weights, means, covariances, factors: factorsOf(covarianceType, covariances, k, columns) };
}
