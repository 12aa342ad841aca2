import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Matrix } from "../../core/matrix.ts";
import type { Points } from "../cluster/prepared-points.ts";
import { type Autoencoder, autoencoderDefaults, encode, fitAutoencoder } from "./autoencoder.ts";
import { fitPca, type Pca, projectPca } from "./pca.ts";

export const embeddingKinds = ["pca", "autoencoder"] as const;
export type EmbeddingKind = (typeof embeddingKinds)[number];

/** What rows are clustered by in place of their columns. */
export type Embedding =
  | { readonly kind: "pca"; readonly model: Pca }
  | { readonly kind: "autoencoder"; readonly model: Autoencoder };

/** What is left of the variance: the mean squared distance of a row from its reconstruction, over that from the mean; 0–1 and above. */
export interface EmbeddingFacts {
  readonly kind: EmbeddingKind;
  /** Columns that were embedded, and those they became. */
  readonly columns: number;
  readonly size: number;
  /** Of all rows with principal components, of rows held out with an autoencoder. */
  readonly left: number;
  /** Beside an autoencoder: as many principal components, on the same rows; null for principal components themselves. */
  readonly leftByPca: number | null;
  /** Passes of the training that were made; null for principal components. */
  readonly epochs: number | null;
}

/** The share of the variance that principal components shall explain where no size is given. */
export const usualShare = 0.9;

/**
 * Fits an embedding of rows: to `size` columns, or to as many as the principal components that explain 90 % of the variance. Leaves
 * nothing in the numeric memory. Throws `bad-option-value` for a size that is not below the number of columns, and what the fits throw.
 */
export async function fitEmbedding(
  compute: Compute,
  points: Points,
  {
    kind,
    size,
    seed,
    progress,
  }: {
    readonly kind: EmbeddingKind;
    readonly size: number | null;
    readonly seed: number;
    progress(text: string): void;
  },
): Promise<{ readonly embedding: Embedding; readonly facts: EmbeddingFacts }> {
  const columns = points.matrix.columns.length;
  const most = columns - 1;
  if (most < 1 || (size !== null && size > most)) {
    const wanted = size === null ? "an embedding" : `an embedding in ${size} columns`;
    throw new SegmentError("bad-option-value", `${wanted} needs more columns than the ${columns} that are clustered`, {
      hint: most < 1 ? "leave out --embed" : `at most --embed-size ${most}`,
    });
  }
  progress("principal components");
  const mark = compute.mark();
  try {
    const pca = fitPca(compute, points, { components: size ?? { share: usualShare } });
    const shortened = Math.min(pca.size, most);
    const own = shortened === pca.size ? pca : fitPca(compute, points, { components: shortened });
    if (kind === "pca") {
      const left = 1 - own.ratios.reduce((sum, ratio) => sum + ratio, 0);
      const facts = { kind, columns, size: own.size, left: Math.max(0, left), leftByPca: null, epochs: null };
      return { embedding: { kind, model: own }, facts };
    }
    const fit = await fitAutoencoder(compute, points, {
      ...autoencoderDefaults,
      code: own.size,
      seed,
      progress: (text: string) => progress(`autoencoder: ${text}`),
    });
    const of = fit.meanError.heldOut;
    const share = (error: number): number => (of > 0 ? error / of : 0);
    const facts = {
      kind,
      columns,
      size: own.size,
      left: share(fit.error.heldOut),
      leftByPca: share(fit.pcaError.heldOut),
      epochs: fit.epochs,
    };
    return { embedding: { kind, model: fit.model }, facts };
  } finally {
    compute.release(mark);
  }
}

/** Rows in the columns of an embedding, in the numeric memory. */
export function embedRows(compute: Compute, matrix: Matrix, { kind, model }: Embedding): Matrix {
  return kind === "pca" ? projectPca(compute, matrix, model) : encode(compute, matrix, model);
}

/** The number of its columns. */
export function embeddingSize({ kind, model }: Embedding): number {
  return kind === "pca" ? model.size : model.sizes[2]!;
}
