import type { MixtureModel } from "./mixture-model.ts";

/** Components to which a row of positive weight belongs, in order. */
export function ownersOf(labels: Int32Array, weights: Float64Array | null, k: number): number[] {
  const owns = new Uint8Array(k);
  for (let i = 0; i < labels.length; i++) if (weights === null || weights[i]! > 0) owns[labels[i]!] = 1;
  return Array.from({ length: k }, (_, c) => c).filter((c) => owns[c] === 1);
}

/** A mixture of some of its components alone, whose weights add up to 1 again: labels of rows that they own stay. */
export function keepComponents<Model extends MixtureModel>(
  model: Model,
  kept: readonly number[],
): MixtureModel & Pick<Model, "logWeights"> {
  const { k, columns, covarianceType, covariances, logWeights } = model;
  const weights = pick(model.weights, 1, kept);
  const all = weights.reduce((sum, x) => sum + x, 0);
  return {
    k: kept.length,
    columns,
    covarianceType,
    weights: weights.map((x) => x / all),
    means: pick(model.means, columns, kept),
    covariances: covarianceType === "tied" ? covariances : pick(covariances, covariances.length / k, kept),
    ...(logWeights === undefined ? {} : { logWeights: pick(logWeights, 1, kept) }),
  };
}

/** Parts of `size` values each. */
export function pick(values: Float64Array, size: number, kept: readonly number[]): Float64Array {
  const out = new Float64Array(kept.length * size);
  kept.forEach((c, n) => out.set(values.subarray(c * size, (c + 1) * size), n * size));
  return out;
}
