import type { Block } from "../core/report.ts";
import { formatCount, formatShare } from "./number.ts";

export interface EmbeddingInput {
  readonly kind: "pca" | "autoencoder";
  readonly columns: number;
  readonly size: number;
  /** Share of the variance that is left; of an autoencoder on rows held out. */
  readonly left: number;
  readonly leftByPca: number | null;
  readonly epochs: number | null;
}

/** What the segments were found in, in place of the columns, and how much of them it keeps. */
export function embeddingBlocks({ kind, columns, size, left, leftByPca, epochs }: EmbeddingInput): readonly Block[] {
  const to = `${formatCount(columns)} columns in ${formatCount(size)}`;
  if (kind === "pca" || leftByPca === null) {
    return [
      { kind: "text", text: `embedding: principal components, ${to}, keep ${formatShare(1 - left)} of the variance` },
    ];
  }
  const text =
    `embedding: autoencoder, ${to}, leaves ${formatShare(left)} of the variance of rows held out, as many principal components ` +
    `${formatShare(leftByPca)}; ${formatCount(epochs ?? 0)} passes`;
  const blocks: Block[] = [{ kind: "text", text }];
  if (left >= leftByPca) {
    const message = "principal components leave no more than the autoencoder: --embed pca is the simpler choice";
    blocks.push({ kind: "notice", code: "embedding-not-needed", text: message });
  }
  return blocks;
}
