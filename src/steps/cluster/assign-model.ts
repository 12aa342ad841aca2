import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Matrix } from "../../core/matrix.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import { assign } from "../../model/cluster/assign.ts";
import { embedRows } from "../../model/embed/embedding.ts";
import { assignByRule, type RuleAssignment } from "../../model/cluster/assignment-rule.ts";
import { type Categories, pickCategories } from "../../model/cluster/categories.ts";
import { requireModelColumns as requireColumnTypes } from "../model-file.ts";
import { requireUnits } from "../read-currency.ts";
import { columnFacts } from "../column-facts.ts";
import { numbersByCentre } from "./merged-segments.ts";
import type { ClusterModel } from "./model.ts";
import { applyFeatures, refuseMissing, type PreparedRows } from "./prepare.ts";
import { requireFinite, type NumericColumns } from "./read-numbers.ts";

export interface AssignedRows {
  readonly rows: PreparedRows;
  /** The same rows where centres are: embedded, if the model embeds them. */
  readonly space: PreparedRows;
  /** By row of the matrix: segment of the model, in its order; -1 for none. In the numeric memory. */
  readonly labels: Int32Array;
  /** By row of the matrix, 0–1: how surely it is there; null where the model has no such figure. In the numeric memory. */
  readonly probabilities: Float64Array | null;
  /** By row of the table: segment number, 0 unassigned. */
  readonly byRow: Int32Array;
}

/**
 * The segment of every row by a model: the nearest one, or what its rule says. On the rows of the fit the labels of the fit,
 * but where the rule knows only some of them. `categories` are those of the model's, by row of the table. No fitting.
 */
export async function assignModel(
  compute: Compute,
  model: ClusterModel,
  columns: NumericColumns,
  rowCount: number,
  categories: Categories | null = null,
): Promise<AssignedRows> {
  const rows = applyFeatures(
    compute,
    model.features,
    model.features.map(({ source }) => columns.get(source)!),
    rowCount,
  );
  const codes = categories === null ? null : pickCategories(compute, categories, rows.kept);
  const space = inSpace(compute, model, rows);
  const { labels, probabilities } = await assignInSpace(compute, model, space.matrix, codes);
  const byRow = new Int32Array(rowCount);
  const numbers = numbersByCentre(model);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label >= 0) byRow[rows.kept === null ? i : rows.kept[i]!] = numbers[label]!;
  }
  return { rows, space, labels, probabilities, byRow };
}

/** The same for rows that are filled and scaled already. Leaves only what it gives in the numeric memory. */
export async function assignMatrix(
  compute: Compute,
  model: Pick<ClusterModel, "rule" | "segments" | "embedding">,
  matrix: Matrix,
  categories: Categories | null = null,
): Promise<RuleAssignment> {
  if (model.embedding === null) return assignInSpace(compute, model, matrix, categories);
  const labels = compute.i32(matrix.rows);
  const figures = compute.f64(matrix.rows);
  const mark = compute.mark();
  const found = await assignInSpace(compute, model, embedRows(compute, matrix, model.embedding));
  labels.set(found.labels);
  if (found.probabilities !== null) figures.set(found.probabilities);
  compute.release(mark);
  return { labels, probabilities: found.probabilities === null ? null : figures };
}

/** Rows where a model's centres are. */
function inSpace(compute: Compute, { embedding }: ClusterModel, rows: PreparedRows): PreparedRows {
  return embedding === null ? rows : { ...rows, matrix: embedRows(compute, rows.matrix, embedding) };
}

async function assignInSpace(
  compute: Compute,
  model: Pick<ClusterModel, "rule" | "segments">,
  matrix: Matrix,
  categories: Categories | null = null,
): Promise<RuleAssignment> {
  if (model.rule !== null) return assignByRule(compute, matrix, model.rule, categories);
  return { labels: assign(compute, matrix, modelCentres(model), model.segments.length), probabilities: null };
}

/** The model's centres in the scaled space, or that of its embedding: k × its columns, row-major. */
export function modelCentres(model: Pick<ClusterModel, "segments">): Float64Array {
  return Float64Array.from(model.segments.flatMap(({ centre }) => centre));
}

/** Refuses a table that lacks the model's columns, or has them as something else than the fit; all differences at once. */
export function requireModelColumns(model: ClusterModel, columns: readonly Column[], file: string): void {
  const differences = model.features.flatMap(({ source }) => {
    const column = columns.find(({ name }) => name === source);
    if (column === undefined) return [`${source} is missing`];
    const isUsable = column.tie !== undefined || ["integer", "number", "boolean"].includes(column.type);
    return isUsable ? [] : [`${source} is ${column.type}, not numbers`];
  });
  if (differences.length === 0) {
    const categories = (model.categories ?? []).map(({ column, type }) => ({ name: column, type }));
    requireColumnTypes(categories, columns, file);
    return requireUnits(
      model.features.map(({ source, ...feature }) => ({ ...feature, name: source })),
      columns,
      file,
    );
  }
  const shown = differences.slice(0, 8).join(", ");
  const more = differences.length > 8 ? ` and ${differences.length - 8} more` : "";
  throw new SegmentError("model-mismatch", `the table does not fit the model: ${shown}${more}`, {
    place: { file },
    hint: `the model was fitted on ${model.features
      .map(({ source }) => source)
      .slice(0, 12)
      .join(", ")}`,
  });
}

/**
 * Refuses infinite values, and missing ones where the model's rule is `error`, with the place. Gives the columns with
 * negative values where the model takes a logarithm: they are taken as -log(1 - x), which the fit never saw.
 */
export async function requireModelValues(
  compute: Compute,
  sources: readonly Source[],
  model: ClusterModel,
  columns: NumericColumns,
): Promise<readonly string[]> {
  const values = model.features.map(({ source }) => columns.get(source)!);
  const negative: string[] = [];
  for (const [j, { source, transform }] of model.features.entries()) {
    const facts = columnFacts(compute, values[j]!);
    await requireFinite(sources, source, facts.infiniteRow);
    if (transform.log1p && facts.minimum < 0) negative.push(source);
  }
  await refuseMissing(sources, model.features, values);
  return negative;
}
