import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import { assign } from "../../model/cluster/assign.ts";
import { requireUnits } from "../read-currency.ts";
import { columnFacts } from "../column-facts.ts";
import { numbersByCentre } from "./merged-segments.ts";
import type { ClusterModel } from "./model.ts";
import { applyFeatures, refuseMissing, type PreparedRows } from "./prepare.ts";
import { requireFinite, type NumericColumns } from "./read-numbers.ts";

export interface AssignedRows {
  readonly rows: PreparedRows;
  /** By row of the matrix: centre of the model. */
  readonly labels: Int32Array;
  /** By row of the table: segment number, 0 unassigned. */
  readonly byRow: Int32Array;
}

/** The nearest segment of a model for every row: the labels of the fit, on the rows of the fit. No fitting. */
export function assignModel(
  compute: Compute,
  model: ClusterModel,
  columns: NumericColumns,
  rowCount: number,
): AssignedRows {
  const rows = applyFeatures(
    compute,
    model.features,
    model.features.map(({ source }) => columns.get(source)!),
  );
  const labels = assign(compute, rows.matrix, modelCentres(model), model.segments.length);
  const byRow = new Int32Array(rowCount);
  const numbers = numbersByCentre(model);
  for (let i = 0; i < labels.length; i++) byRow[rows.kept === null ? i : rows.kept[i]!] = numbers[labels[i]!]!;
  return { rows, labels, byRow };
}

/** The model's centres in the scaled space, k × features, row-major. */
export function modelCentres(model: ClusterModel): Float64Array {
  return Float64Array.from(model.segments.flatMap(({ centre }) => centre));
}

/** Refuses a table that lacks the model's columns, or has them as something else than numbers; all differences at once. */
export function requireModelColumns(model: ClusterModel, columns: readonly Column[], file: string): void {
  const differences = model.features.flatMap(({ source }) => {
    const column = columns.find(({ name }) => name === source);
    if (column === undefined) return [`${source} is missing`];
    const isUsable = column.tie !== undefined || ["integer", "number", "boolean"].includes(column.type);
    return isUsable ? [] : [`${source} is ${column.type}, not numbers`];
  });
  if (differences.length === 0) {
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
