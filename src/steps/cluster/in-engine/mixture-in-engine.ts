import { emRounds, parametersOf, type EmSettings, type MixtureParameters } from "../../../model/cluster/em-rounds.ts";
import { ownersOf } from "../../../model/cluster/kept-components.ts";
import { mixtureCriteria, type MixtureCriteria } from "../../../model/cluster/mixture-criteria.ts";
import { estimatesOf, type MixtureEstimates } from "../../../model/cluster/mixture-estimates.ts";
import { isDiagonal } from "../../../model/cluster/mixture-model.ts";
import type { StartOutcome } from "../../../model/cluster/mixture-starts.ts";
import { densitiesOf } from "./mixture-sql.ts";
import {
  describeSegments,
  type MixtureSegments,
  sumComponents,
  sumNearest,
  type SpreadPoints,
} from "./mixture-sums.ts";

/** A mixture that was fitted where the rows are, and what it makes of them. */
export interface EngineMixture {
  readonly mixture: MixtureParameters & StartOutcome;
  readonly criteria: MixtureCriteria;
  /** Of all components; those that own no point have no weight. */
  readonly segments: MixtureSegments;
  /** Components that own a point, in order. */
  readonly kept: readonly number[];
}

/**
 * EM over points that stay in the engine, by the sums that `fitGaussianMixture` takes of them here: one query a round, of which k
 * rows come here, and two at the end. From the same start it ends where the fit here does, to what sums in another order
 * differ by. Throws `singular-covariance`.
 */
export async function mixtureInEngine(
  at: SpreadPoints,
  begin: MixtureParameters,
  settings: EmSettings,
): Promise<EngineMixture> {
  const { k, columns, covarianceType, totalWeight } = settings;
  const densities = (of: MixtureParameters) => densitiesOf(of, k, isDiagonal(covarianceType));
  const mixture = await emRounds(begin, settings, (parameters) => sumComponents(at, densities(parameters)));
  settings.progress?.("the last assignment");
  const segments = await describeSegments(at, densities(mixture));
  return {
    mixture,
    criteria: mixtureCriteria(segments, covarianceType, k, columns, totalWeight),
    segments,
    kept: ownersOf(Int32Array.from(segments.weights.keys()), segments.weights, k),
  };
}

/** What a start from given centres begins with: the weights and covariances of the rows nearest to each, and these centres. Two queries. */
export async function nearestBeginning(
  at: SpreadPoints,
  centres: Float64Array,
  settings: EmSettings,
): Promise<MixtureParameters> {
  const { k, columns, covarianceType, regularisation } = settings;
  const about = async (means: Float64Array): Promise<MixtureEstimates> => {
    const sums = await sumNearest(at, { k, values: centres }, means, isDiagonal(covarianceType));
    return estimatesOf(sums, means, k, columns, covarianceType, regularisation);
  };
  const middle = new Float64Array(k * columns);
  for (let c = 0; c < k; c++) middle.set(at.spread.means, c * columns);
  const first = await about(middle);
  return { ...parametersOf(await about(first.means), settings), means: centres };
}
