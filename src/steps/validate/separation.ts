import { columnOf, type Matrix } from "../../core/matrix.ts";
import { cohensD, type EffectSize, type GroupMoments } from "../../model/stats/effect-size.ts";
import { sum } from "../../model/stats/sum.ts";

/** How a segment differs from the one that it is nearest to. */
export interface Separation {
  /** Place of the segment among those judged. */
  readonly segment: number;
  /** Place of the segment with the nearest mean. */
  readonly nearest: number;
  /** The column in which the two differ most, of those that they were judged by; null where they differ in none. */
  readonly column: ColumnEffect | null;
  /** The outcome of `--kpi` in which they differ most; null where none was asked for, or they differ in none. */
  readonly outcome: ColumnEffect | null;
}

export interface ColumnEffect extends EffectSize {
  readonly column: string;
}

/** Effects below these are no difference worth a segment: large and small by Cohen (1988). */
export const leastEffect = { column: 0.8, outcome: 0.2 } as const;

/** A column that segments were not made from, by row of the matrix; NaN where missing. */
export interface Kpi {
  readonly column: string;
  readonly values: Float64Array;
}

/**
 * For each segment that holds a row the segment whose mean is nearest, and how far apart the two are: by Cohen's d in the
 * column that parts them most, and in the outcomes that they were not made from. `labels` are those of the rows of the matrix,
 * which holds no NaN. One pass over each column.
 */
export function separations(
  matrix: Matrix,
  { k, labels }: { readonly k: number; readonly labels: Int32Array },
  outcomes: readonly Kpi[],
): readonly Separation[] {
  const features = matrix.columns.map((column, j) => ({ column, moments: momentsOf(columnOf(matrix, j), labels, k) }));
  const kpis = outcomes.map(({ column, values }) => ({ column, moments: momentsOf(values, labels, k) }));
  const used = Array.from({ length: k }, (_, c) => c).filter((c) => (features[0]?.moments[c]?.rows ?? 0) > 0);
  if (used.length < 2) return [];
  return used.map((segment): Separation => {
    const distance = (other: number): number =>
      features.reduce((total, { moments }) => total + (moments[segment]!.mean - moments[other]!.mean) ** 2, 0);
    const others = used.filter((other) => other !== segment);
    const nearest = others.reduce((best, other) => (distance(other) < distance(best) ? other : best));
    return {
      segment,
      nearest,
      column: largest(features, segment, nearest),
      outcome: largest(kpis, segment, nearest),
    };
  });
}

interface Moments {
  readonly column: string;
  readonly moments: readonly GroupMoments[];
}

function largest(columns: readonly Moments[], a: number, b: number): ColumnEffect | null {
  const effects = columns.flatMap(({ column, moments }) => {
    const effect = cohensD(moments[a]!, moments[b]!);
    return effect === null ? [] : [{ column, ...effect }];
  });
  return effects.reduce<ColumnEffect | null>(
    (most, one) => (most === null || Math.abs(one.d) > Math.abs(most.d) ? one : most),
    null,
  );
}

/** By segment: rows with a value, their mean and squares about it. */
function momentsOf(values: Float64Array, labels: Int32Array, k: number): readonly GroupMoments[] {
  const counts = new Int32Array(k);
  for (let i = 0; i < labels.length; i++) if (values[i] === values[i]) counts[labels[i]!]!++;
  const groups = Array.from(counts, (count) => new Float64Array(count));
  counts.fill(0);
  for (let i = 0; i < labels.length; i++) {
    if (values[i] === values[i]) groups[labels[i]!]![counts[labels[i]!]!++] = values[i]!;
  }
  return groups.map((own) => {
    const mean = own.length === 0 ? 0 : sum(own) / own.length;
    return { rows: own.length, mean, squares: sum(own.map((x) => (x - mean) ** 2)) };
  });
}
