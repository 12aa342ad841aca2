import { quantiles } from "../stats/quantile.ts";

/** The silhouettes of a segment's rows. */
export interface SegmentSilhouette {
  /** 0 for a segment without rows. */
  readonly mean: number;
  /** Share of the weight whose silhouette is below 0. */
  readonly negative: number;
  /** 20 quantiles from best to worst, at the middle of each twentieth (type 7). */
  readonly quantiles: readonly number[];
  /** Rows that this is computed from. */
  readonly rows: number;
}

const twentieths: readonly number[] = Array.from({ length: 20 }, (_, i) => 1 - (i + 0.5) / 20);

/** Sums up rows given by segment; `valueOf` is a row's silhouette. */
export function segmentSilhouettes(
  members: readonly (readonly number[])[],
  valueOf: (row: number) => number,
  weights: Float64Array | null,
): SegmentSilhouette[] {
  return members.map((rows) => {
    const values = Float64Array.from(rows, valueOf);
    const own = weights === null ? null : Float64Array.from(rows, (row) => weights[row]!);
    let total = 0;
    let sum = 0;
    let negative = 0;
    values.forEach((value, i) => {
      const w = own === null ? 1 : own[i]!;
      total += w;
      sum += w * value;
      if (value < 0) negative += w;
    });
    if (!(total > 0)) return { mean: 0, negative: 0, quantiles: twentieths.map(() => 0), rows: rows.length };
    return {
      mean: sum / total,
      negative: negative / total,
      quantiles: quantiles(values, twentieths, own),
      rows: rows.length,
    };
  });
}
