import type { Compute } from "../../core/compute.ts";
import { estimatesOf } from "./mixture-estimates.ts";
import type { CovarianceType } from "./mixture-model.ts";
import { setComponents, sumComponents } from "./mixture-pass.ts";
import type { MixtureWork } from "./mixture-pass.ts";
import type { StartOutcome } from "./mixture-starts.ts";
import type { PreparedPoints } from "./prepared-points.ts";
import { evidenceBound, expectedLogWeights, posteriorOf } from "./variational-posterior.ts";
import type { MixturePosterior, MixturePrior } from "./variational-posterior.ts";

/** What rounds depend on. */
export interface VariationalRounds {
  readonly points: PreparedPoints;
  readonly prior: MixturePrior;
  readonly covarianceType: CovarianceType;
  readonly regularisation: number;
  readonly maxIter: number;
  readonly tol: number;
  readonly progress?: (text: string) => void;
}

export interface VariationalRun extends StartOutcome {
  readonly posterior: MixturePosterior;
}

/**
 * Rounds from a posterior of as many components as the work has until the evidence bound moves less than the tolerance, or
 * `isEnough` says so of the bound, the one before and the rounds made.
 */
export async function variationalRounds(
  compute: Compute,
  work: MixtureWork,
  begun: MixturePosterior,
  { points, prior, covarianceType, regularisation, maxIter, tol, progress }: VariationalRounds,
  name: string,
  isEnough: (bound: number, before: number, iterations: number) => boolean = () => false,
): Promise<VariationalRun> {
  const { columns } = points;
  let posterior = begun;
  let lowerBound = -Infinity;
  let iterations = 0;
  let converged = false;
  while (!converged && iterations < maxIter) {
    placePosterior(work, posterior, columns);
    const { sums, entropy } = sumComponents(compute, work);
    const estimates = estimatesOf(sums, posterior.means, work.k, columns, covarianceType, regularisation);
    posterior = posteriorOf(estimates, prior, covarianceType, work.k, columns);
    const bound = evidenceBound(posterior, entropy, columns);
    iterations++;
    converged = Math.abs(bound - lowerBound) < tol;
    const stops = isEnough(bound, lowerBound, iterations);
    lowerBound = bound;
    progress?.(`${name}, round ${iterations}: evidence bound ${bound.toFixed(4)}`);
    await compute.breathe();
    if (stops) break;
  }
  return { posterior, lowerBound, iterations, converged };
}

/** Puts in place what the next pass works out densities with. */
export function placePosterior(work: MixtureWork, posterior: MixturePosterior, columns: number): void {
  setComponents(work, posterior.means, posterior.factors, expectedLogWeights(posterior, columns));
}
