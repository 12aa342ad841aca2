import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { MethodName } from "../../model/cluster/clustering.ts";
import type { ScaleMethod } from "../../model/stats/scaling.ts";
import { assignedRows } from "./assigned-rows.ts";
import { measureFeatures, type ChosenColumns } from "./choose-columns.ts";
import { holdContest } from "./contest.ts";
import { countNearer } from "./count-nearer.ts";
import { fitSegments, type Fit, type FitOptions } from "./fit.ts";
import { buildModel, type ClusterModel, type SegmentTexts } from "./model.ts";
import { numberSegments, type Numbered } from "./number-segments.ts";
import { applyFeatures, learnFeatures, pick, type LearnOptions } from "./prepare.ts";
import { profileSegments } from "./profile.ts";
import type { NumericColumns } from "./read-numbers.ts";

export interface SplitOptions {
  readonly chosen: ChosenColumns;
  readonly missing: LearnOptions["missing"];
  readonly scale: ScaleMethod;
  readonly fit: Omit<FitOptions, "method" | "judged">;
  /** `auto`: a contest within each segment. */
  readonly method: MethodName | "auto";
  readonly about: Omit<Parameters<typeof buildModel>[0], "rule" | "method">;
  /** What the parts are called, in the order of their numbers. */
  texts(
    columns: readonly string[],
    segments: readonly number[],
    z: readonly (readonly number[])[],
  ): readonly SegmentTexts[];
}

/** A segment in parts, or left whole and why. */
export type Split =
  | {
      readonly kind: "parts";
      readonly fit: Fit;
      readonly model: ClusterModel;
      readonly numbered: Pick<Numbered, "numbers" | "byRow" | "unassigned">;
      /** Rows of a hierarchy that the saved model would give another part. */
      readonly nearerElsewhere: number;
    }
  | { readonly kind: "whole"; readonly reason: string };

/** With fewer rows the test of structure tells nothing. */
export const fewestRows = 20;

/**
 * Clusters the rows of one segment by themselves: what varies, fills and scales are theirs. It is left whole where they are
 * fewer than `fewestRows`, cannot be told apart, or, when k was not asked for as one number, have no more structure than
 * tables without any. `rows` are rows of the table, rising; what is given back is by their place in it.
 */
export async function splitSegment(
  compute: Compute,
  rows: Int32Array,
  numbers: NumericColumns,
  weights: Float64Array | null,
  options: SplitOptions,
): Promise<Split> {
  if (rows.length < fewestRows) return { kind: "whole", reason: `fewer than ${fewestRows} rows` };
  const mark = compute.mark();
  try {
    return await split(compute, rows, numbers, weights, options);
  } catch (error) {
    const reason = error instanceof SegmentError ? reasonOf(error.code, options) : undefined;
    if (reason === undefined) throw error;
    return { kind: "whole", reason };
  } finally {
    compute.release(mark);
  }
}

const reasons: ReadonlyMap<SegmentError["code"], string> = new Map([
  ["no-numeric-column", "no column varies within it"],
  ["all-rows-equal", "its rows are equal in every column"],
  ["too-many-segments", "fewer different rows than parts asked for"],
  ["too-few-rows", "too few rows without a gap"],
  ["no-segments", "the method finds no parts"],
]);

function reasonOf(code: SegmentError["code"], { fit }: SplitOptions): string | undefined {
  if (code === "bad-option-value" && fit.limits !== null)
    return "its rows have no parts within --min-size and --max-size";
  return reasons.get(code);
}

async function split(
  compute: Compute,
  rows: Int32Array,
  table: NumericColumns,
  tableWeights: Float64Array | null,
  { chosen, missing, scale, fit: wanted, method, about, texts }: SplitOptions,
): Promise<Split> {
  const numbers = new Map([...table].map(([name, values]) => [name, gather(compute, values, rows)]));
  const weights = tableWeights === null ? null : pick(tableWeights, rows);
  // Values that no fit can take were refused on the whole table, where their lines are known.
  const { features } = await measureFeatures(compute, [], chosen, numbers);
  const columns = features.map(({ source }) => numbers.get(source)!);
  const learned = learnFeatures(compute, features, columns, weights, { missing, scale, fillsAll: true });
  const prepared = applyFeatures(compute, learned, columns);
  const { kept } = prepared;
  const rowWeights = weights === null || kept === null ? weights : pick(weights, kept);
  const winner = method === "auto" ? (await holdContest(compute, prepared.matrix, rowWeights, wanted)).winner : method;
  const how: FitOptions = { ...wanted, method: winner, judged: true };
  const fit = await fitSegments(compute, prepared.matrix, rowWeights, how);
  if (how.k.asked !== "one" && fit.structure?.verdict !== "clusters") {
    return { kind: "whole", reason: "no more structure than tables without any" };
  }
  const numbered = await numberSegments(compute, fit, kept, rows.length, weights, null, numbers);
  const { k, rule } = fit.chosen.result;
  if (k < 2) return { kind: "whole", reason: "the method finds no parts" };
  const placed = assignedRows(compute, k, { rows: prepared, labels: numbered.labels, weights: rowWeights });
  const profiles = profileSegments(compute, learned, numbers, placed.rows, numbered, weights);
  const names = learned.map(({ column }) => column);
  const called = texts(names, numbered.segments, profiles.z);
  const model = buildModel(
    { ...about, method: winner, rule: (await rule?.()) ?? null },
    learned,
    fit,
    numbered,
    profiles,
    called,
    null,
  );
  const { unassigned } = numbered;
  // What stays beyond this call must not lie in the numeric memory that it gives back.
  return {
    kind: "parts",
    fit: { ...fit, rowToPoint: null },
    model,
    nearerElsewhere: how.limits !== null ? countNearer(compute, placed, fit.chosen.result.centres) : 0,
    numbered: { numbers: numbered.numbers.slice(), byRow: numbered.byRow.slice(), unassigned },
  };
}

function gather(compute: Compute, values: Float64Array, rows: Int32Array): Float64Array {
  const own = compute.f64(rows.length);
  for (let i = 0; i < rows.length; i++) own[i] = values[rows[i]!]!;
  return own;
}
