import { freeParameters } from "./mixture-model.ts";
import type { CovarianceType } from "./mixture-model.ts";
import type { MixtureTotals } from "./mixture-pass.ts";

/** How well a mixture fits, of all criteria but the likelihood the lower the better. */
export interface MixtureCriteria {
  /** Weighted sum over the rows, at the parameters of the result. */
  readonly logLikelihood: number;
  /** Free parameters p. */
  readonly parameters: number;
  /** -2 ln L + p ln n, n the sum of weights (Schwarz 1978). */
  readonly bic: number;
  /** -2 ln L + 2p (Akaike 1974). */
  readonly aic: number;
  /**
   * BIC plus twice the entropy of the responsibilities, -Σ r ln r (Biernacki, Celeux and Govaert 2000, with soft
   * assignments): components that overlap count against the mixture.
   */
  readonly icl: number;
  readonly entropy: number;
}

export function mixtureCriteria(
  { logLikelihood, entropy }: MixtureTotals,
  type: CovarianceType,
  k: number,
  columns: number,
  totalWeight: number,
): MixtureCriteria {
  const parameters = freeParameters(type, k, columns);
  const bic = -2 * logLikelihood + parameters * Math.log(totalWeight);
  return { logLikelihood, parameters, bic, aic: -2 * logLikelihood + 2 * parameters, icl: bic + 2 * entropy, entropy };
}
