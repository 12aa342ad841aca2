import type { Compute } from "../../core/compute.ts";
import { learnSegmentRules, type SegmentRules } from "../../model/explain/segment-rules.ts";
import { fillValue } from "../../model/stats/fill-value.ts";
import type { ModelFeature } from "../cluster/model.ts";
import { pick } from "../cluster/prepare.ts";
import type { NumericColumns } from "../cluster/read-numbers.ts";
import { columnFacts } from "../column-facts.ts";

/** A column that rules ask for, in its own unit. */
export interface RuleColumn {
  readonly name: string;
  /** What takes the place of a missing value; null where a row without one is in no segment. */
  readonly fill: number | null;
}

/** Rules for the segments of a table. */
export interface LearnedRules extends SegmentRules {
  readonly columns: readonly RuleColumn[];
  /** The segment of each class of the rules; the last is `none` where some rows are in no segment. */
  readonly segments: readonly (number | string)[];
  /** How rows in no segment are called among `segments`; null where there are none. */
  readonly none: number | string | null;
  /** Columns without which a row is in no segment, whatever the rules say. */
  readonly required: readonly string[];
  /** Rows that the rules are judged on. */
  readonly rows: number;
}

/** The rows whose segments are to be explained. */
export interface ExplainedRows {
  readonly features: readonly ModelFeature[];
  readonly numbers: NumericColumns;
  /** Rows of the table that have a place among the features; null for all. */
  readonly kept: Int32Array | null;
  /** By row of the table: place in `segments`, -1 for none. */
  readonly place: Int32Array;
  readonly segments: readonly (number | string)[];
  /** By row of the table. */
  readonly weights: Float64Array | null;
}

/**
 * Rules for the segments of the rows over the columns of the features in their own units: where a feature came scaled
 * (`NAME_scaled`), over `NAME` if the table has it. Gaps of a feature's own column are filled as the feature fills them, those
 * of another by the median. Rows in no segment are a class of their own. Cost as `learnSegmentRules`.
 */
export async function learnRules(
  compute: Compute,
  { features, numbers, kept, place, segments, weights }: ExplainedRows,
  options: { readonly seed: number; progress(text: string): void },
): Promise<LearnedRules> {
  const mark = compute.mark();
  try {
    const placed = kept === null ? place : Int32Array.from(kept, (row) => place[row]!);
    const hasNone = placed.includes(-1);
    const none = typeof segments[0] === "string" ? "0" : 0;
    const classes = segments.length + (hasNone ? 1 : 0);
    const labels = hasNone ? placed.map((label) => (label < 0 ? segments.length : label)) : placed;
    const asked = features.map((feature) => ruleColumn(compute, feature, numbers, weights));
    const columns = asked.map(({ name, fill }) => filled(numbers.get(name)!, kept, fill));
    const own = weights === null || kept === null ? weights : pick(weights, kept);
    const rules = await learnSegmentRules(compute, columns, { labels, classes }, own, options);
    return {
      ...rules,
      columns: asked,
      segments: hasNone ? [...segments, none] : segments,
      none: hasNone ? none : null,
      required: features.filter(({ fill }) => fill === null).map(({ source }) => source),
      rows: labels.length,
    };
  } finally {
    compute.release(mark);
  }
}

function ruleColumn(
  compute: Compute,
  { column, source, fill }: ModelFeature,
  numbers: NumericColumns,
  weights: Float64Array | null,
): RuleColumn {
  const own = column === source ? undefined : numbers.get(column);
  if (own === undefined) return { name: source, fill };
  const { infiniteRow, missing, rows } = columnFacts(compute, own);
  if (infiniteRow >= 0 || missing === rows) return { name: source, fill };
  return { name: column, fill: fillValue(compute, own, weights, "median") };
}

/** The kept rows of a column, its gaps filled. */
function filled(values: Float64Array, kept: Int32Array | null, fill: number | null): Float64Array {
  const own = kept === null ? values.slice() : pick(values, kept);
  if (fill !== null) for (let i = 0; i < own.length; i++) if (own[i] !== own[i]) own[i] = fill;
  return own;
}
