import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Source } from "../../core/source.ts";
import {
  bentValue,
  fitColumnScaling,
  type ColumnScaling,
  type FitDetails,
  type ScalingMethod,
} from "../../model/stats/column-scaling.ts";
import { byQuantiles, domainEnd, inDomain, type Transformation } from "../../model/stats/power-transform.ts";
import type { ColumnFacts } from "../column-facts.ts";
import { requireFinite, type NumericColumns } from "../cluster/read-numbers.ts";
import { placeOf } from "../reading/place-of.ts";
import type { DroppedColumn } from "./choose-columns.ts";
import type { ModelColumnScaling } from "./model.ts";

/** Why a column has the method that the user asked for. */
export const askedWords = "by --method";

/** A column's transform with the range it was learned on. */
export interface LearnedScaling {
  readonly scaling: ColumnScaling;
  readonly minimum: number;
  readonly maximum: number;
}

/** What the columns of a table taught. */
export interface LearnedColumns {
  readonly columns: readonly ModelColumnScaling[];
  /** By column, why it has its method. */
  readonly why: readonly string[];
  /** Whether the method of a column was chosen by the rule of `auto`. */
  readonly byRule: boolean;
  /** Columns that are not scaled. */
  readonly left: readonly DroppedColumn[];
  /** The columns as they were read; null where they stay in the engine. */
  readonly numbers: NumericColumns | null;
  /** The columns whose λ was found on only some rows, and how many these are; null where there is none. */
  readonly sample: { readonly rows: number; readonly columns: readonly string[] } | null;
}

/** Digits, in bits, that a power must leave between a column's values. */
const bitsLeft = 26;

/**
 * Learns a column's transform from its values, NaN where missing. Throws `not-finite` with the place of an infinite value,
 * `out-of-domain` with the place of one that the power does not take, and `not-finite` where doubles cannot hold the
 * result.
 */
export async function learnScaling(
  compute: Compute,
  sources: readonly Source[],
  column: string,
  values: Float64Array,
  facts: ColumnFacts,
  method: ScalingMethod,
  details: FitDetails,
): Promise<LearnedScaling> {
  await requireFinite(sources, column, facts.infiniteRow);
  const power = method === "auto" ? "none" : method.power;
  await requireDomain(sources, column, power, values, facts.minimum);
  const scaling = fitColumnScaling(compute, values, method, details);
  const { minimum, maximum } = facts;
  if (method !== "auto") requireHeld(column, scaling, minimum, maximum);
  return { scaling, minimum, maximum };
}

/** Throws `out-of-domain` with the place of the first value that a power does not take. */
export async function requireDomain(
  sources: readonly Source[],
  column: string,
  power: Transformation,
  values: Float64Array,
  minimum: number,
): Promise<void> {
  if (inDomain(power, minimum) || Number.isNaN(minimum) || minimum === Infinity) return;
  const row = values.findIndex((x) => !Number.isNaN(x) && !inDomain(power, x));
  throw await outOfDomain(sources, column, power, row, values[row]!);
}

/** What is wrong with a value that a power does not take, and its place. */
export async function outOfDomain(
  sources: readonly Source[],
  column: string,
  power: Transformation,
  row: number,
  value: number,
): Promise<SegmentError> {
  const takes = `${power === "box-cox" ? "Box-Cox" : power} takes values above ${domainEnd(power)}`;
  return new SegmentError("out-of-domain", `${takes}, and this one is ${value}`, {
    place: await placeOf(sources, row, column),
    hint: `fit it with --method ${shellWord(`${column}=yeo-johnson`)}, which takes any value, or leave the column out`,
  });
}

/**
 * A transform is monotone: what becomes of the two ends says whether doubles hold what lies between them. Throws `not-finite`.
 */
export function requireHeld(column: string, scaling: ColumnScaling, minimum: number, maximum: number): void {
  if (!(minimum < maximum)) return;
  const { power, lambda, center, scale } = scaling;
  const [low, high] = [minimum, maximum].map((x) => bentValue(scaling, x)) as [number, number];
  const isTold =
    power === "none" ||
    byQuantiles(power) ||
    high - low > Math.max(Math.abs(low), Math.abs(high)) * 2 ** (bitsLeft - 53);
  const ends = [(low - center) / scale, (high - center) / scale];
  if (isTold && [center, scale, ...ends].every(Number.isFinite)) return;
  const what =
    power === "none"
      ? "the values are too far apart for the range of a double"
      : `${power}${lambda === null ? "" : ` with its best λ, ${lambda.toPrecision(3)},`} takes the values where doubles cannot tell them apart`;
  throw new SegmentError("not-finite", what, {
    place: { column },
    hint: power === "none" ? "leave the column out with --exclude" : "use zscore or robust for this column",
  });
}

function shellWord(text: string): string {
  return /^[\p{L}\p{N}_=,.:/-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
