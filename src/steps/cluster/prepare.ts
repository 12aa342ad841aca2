import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Matrix } from "../../core/matrix.ts";
import type { Source } from "../../core/source.ts";
import { fillValue } from "../../model/stats/fill-value.ts";
import { fitTransform, transformColumn, transformValue, type ScaleMethod } from "../../model/stats/scaling.ts";
import type { ColumnFacts } from "../column-facts.ts";
import { placeOf } from "../reading/place-of.ts";
import type { Candidate } from "./select-features.ts";
import type { ModelFeature } from "./model.ts";
import type { MissingRule } from "./settings.ts";

/** The rows to cluster, in the scaled space. */
export interface PreparedRows {
  readonly matrix: Matrix;
  /** The table's row of each row of the matrix; null when all are kept. */
  readonly kept: Int32Array | null;
}

export interface LearnOptions {
  readonly missing: { readonly all: MissingRule; readonly byColumn: ReadonlyMap<string, MissingRule> };
  readonly scale: ScaleMethod;
  /** Whether columns without a missing value learn a fill too, as a model for other rows needs it. */
  readonly fillsAll: boolean;
}

/**
 * Learns how each feature is filled and scaled. `columns[j]` holds feature j by row of the table, NaN where missing;
 * `weights` are by row of the table. The fill is learned from every value present, the scaling from the rows that are
 * clustered after filling, so that integer weights give what the repeated rows would. Cost about 4 ns a value
 * and thread, as much again for a fill by the median. Throws `missing-values` for a feature without values.
 */
export function learnFeatures(
  compute: Compute,
  candidates: readonly (Candidate & { readonly facts: ColumnFacts })[],
  columns: readonly Float64Array[],
  weights: Float64Array | null,
  { missing: rules, scale, fillsAll }: LearnOptions,
): readonly ModelFeature[] {
  const unscaled: ModelFeature[] = candidates.map(({ name, source, facts, unit }, j) => {
    const missing = rules.byColumn.get(name) ?? rules.byColumn.get(source) ?? rules.all;
    const learns = missing === "median" || missing === "mean" || missing === "zero";
    const fill = learns && (fillsAll || facts.missing > 0) ? fillValue(compute, columns[j]!, weights, missing) : null;
    const kind = source === name && !name.endsWith("_scaled") ? "none" : "given";
    const about = { column: name, source, ...(unit === undefined ? {} : { unit }) };
    return { ...about, missing, fill, transform: { kind, log1p: false, center: 0, scale: 1 } };
  });
  if (scale === "none") return unscaled;
  const kept = keptRows(unscaled, columns, (j) => candidates[j]!.facts.missing > 0);
  const keptWeights = weights === null || kept === null ? weights : pick(weights, kept);
  return unscaled.map((feature, j) => {
    if (feature.transform.kind === "given") return feature;
    const mark = compute.mark();
    try {
      const learned = filled(compute, columns[j]!, kept, candidates[j]!.facts.missing > 0 ? feature.fill : null);
      return { ...feature, transform: fitTransform(compute, learned, keptWeights, scale) };
    } finally {
      compute.release(mark);
    }
  });
}

/** The kept rows of a column with its gaps filled: the column itself where that is all of them and it has no gap. */
function filled(compute: Compute, column: Float64Array, kept: Int32Array | null, fill: number | null): Float64Array {
  if (kept === null && fill === null) return column;
  const values = compute.f64(kept?.length ?? column.length);
  if (kept !== null) gather(column, kept, values);
  transformColumn(compute, asItIs, kept === null ? column : values, values, fill ?? Number.NaN);
  return values;
}

const asItIs = { kind: "none", log1p: false, center: 0, scale: 1 } as const;

/**
 * Fills and scales by what was learned: the same arithmetic at the fit and at every later assignment. The matrix lies
 * in the numeric memory. `rowCount` is for a table of no features.
 */
export function applyFeatures(
  compute: Compute,
  features: readonly ModelFeature[],
  columns: readonly Float64Array[],
  rowCount = columns[0]?.length ?? 0,
): PreparedRows {
  const kept = keptRows(features, columns, (j) => hasMissing(columns[j]!));
  const rows = kept === null ? rowCount : kept.length;
  const values = compute.f64(rows * features.length);
  features.forEach((feature, j) => {
    const out = values.subarray(j * rows, (j + 1) * rows);
    const column = columns[j]!;
    const { kind } = feature.transform;
    const transform = kind === "given" || kind === "none" ? asItIs : { ...feature.transform, kind };
    if (kept !== null) gather(column, kept, out);
    // NaN stays NaN through a transform: the gaps that are left take the fill's own image.
    const image = feature.fill === null ? Number.NaN : transformValue(transform, feature.fill);
    transformColumn(compute, transform, kept === null ? column : out, out, image);
  });
  return { matrix: { rows, columns: features.map(({ column }) => column), values }, kept };
}

/** Throws `missing-values` with the place where a feature whose rule is `error` has none. */
export async function refuseMissing(
  sources: readonly Source[],
  features: readonly ModelFeature[],
  columns: readonly Float64Array[],
): Promise<void> {
  for (const [j, feature] of features.entries()) {
    if (feature.missing !== "error") continue;
    const row = columns[j]!.findIndex(Number.isNaN);
    if (row < 0) continue;
    throw new SegmentError("missing-values", "the value is missing", {
      place: await placeOf(sources, row, feature.source),
      hint: "fill it with --missing median, or leave such rows out with --missing drop",
    });
  }
}

/** Values at the kept rows, in an array of their own. */
export function pick(values: Float64Array, kept: Int32Array | null): Float64Array {
  if (kept === null) return values.slice();
  const picked = new Float64Array(kept.length);
  gather(values, kept, picked);
  return picked;
}

function gather(values: Float64Array, rows: Int32Array, out: Float64Array): void {
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]!]!;
}

/** Rows without a missing value in a feature that is not filled; null when that is all of them. */
function keptRows(
  features: readonly ModelFeature[],
  columns: readonly Float64Array[],
  hasGap: (feature: number) => boolean,
): Int32Array | null {
  const withMissing = columns.filter((_, j) => features[j]!.fill === null && hasGap(j));
  if (withMissing.length === 0) return null;
  const rows = columns[0]!.length;
  const kept = new Int32Array(rows);
  let count = 0;
  for (let i = 0; i < rows; i++) if (!withMissing.some((column) => Number.isNaN(column[i]!))) kept[count++] = i;
  if (count === 0) {
    throw new SegmentError("too-few-rows", "every row has a missing value in a feature that is not filled", {
      hint: "use --missing median, or leave the column out with --exclude",
    });
  }
  return kept.subarray(0, count);
}

function hasMissing(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== values[i]) return true;
  return false;
}
