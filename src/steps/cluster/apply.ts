import type { Context, NewColumn } from "../../core/context.ts";
import { columnFacts } from "../column-facts.ts";
import { refuseExisting } from "../new-columns.ts";
import type { OpenedTable } from "../open-table.ts";
import { requireSettled } from "../reading/ties.ts";
import type { Categories } from "../../model/cluster/categories.ts";
import { assignedRows } from "./assigned-rows.ts";
import { assignModel, modelCentres, requireModelColumns, requireModelValues } from "./assign-model.ts";
import { readCodes } from "./read-codes.ts";
import { numbersByCentre } from "./merged-segments.ts";
import { segmentNamesOf, type ClusterModel } from "./model.ts";
import { readNumbers, type NumericColumns } from "./read-numbers.ts";
import { requireModelFigures } from "./model-figures.ts";
import { extraColumns, extraNames, figureByRow } from "./row-extras.ts";
import type { Extra } from "./settings.ts";

export interface ApplyClusterOptions {
  readonly extras: readonly Extra[];
  readonly overwrite: boolean;
}

/** The segments of a table by a saved model. */
export interface AppliedCluster {
  /** Rows by the number of their segment; 0 stands for none. */
  readonly sizes: ReadonlyMap<number, number>;
  /** The segment, then the extras; null where the engine finds them itself. */
  readonly columns: readonly NewColumn[] | null;
  /** Rows that each silhouette was estimated from; null where exact or not asked for. */
  readonly reference: number | null;
  /** Columns with negative values where the fit took a logarithm and had none. */
  readonly negative: readonly string[];
  /** Values of each feature that were missing, and took the fill of the model or left their row unassigned. */
  readonly missing: readonly { readonly column: string; readonly count: number }[];
  /** Rows by categorical column whose word the fit has not seen; absent where there are no such columns. */
  readonly unseen?: readonly { readonly column: string; readonly count: number }[];
}

/** The segment of every row by a saved model: no fitting, and on the rows of the fit the labels of the fit. */
export async function applyCluster(
  context: Pick<Context, "engine" | "compute">,
  opened: OpenedTable,
  model: ClusterModel,
  { extras, overwrite }: ApplyClusterOptions,
): Promise<AppliedCluster> {
  const { compute } = context;
  const { table } = opened;
  refuseExisting(table, [model.name, ...extraNames(model.name, extras)], overwrite);
  requireModelFigures(model, extras);
  const { numbers, negative, categories } = await readFeatures(context, opened, model);
  const assigned = await assignModel(compute, model, numbers, table.rows, categories);
  const { space, labels } = assigned;
  const placed = assignedRows(compute, model.segments.length, { rows: space, labels, weights: null });
  const extra = await extraColumns(compute, {
    name: model.name,
    extras,
    seed: model.seed,
    rows: placed.rows,
    tableRows: table.rows,
    labels: placed.labels,
    centres: modelCentres(model),
    numbers: numbersByCentre(model),
    names: extras.includes("name") ? segmentNamesOf(model) : new Map(),
    weights: null,
    probabilities:
      assigned.probabilities === null ? null : figureByRow(assigned.rows, assigned.probabilities, table.rows),
    outlierScores: null,
    collapsed: null,
  });
  const columns = [{ name: model.name, values: assigned.byRow }, ...extra.columns];
  const missing = model.features.map(({ column, source }) => ({
    column,
    count: columnFacts(compute, numbers.get(source)!).missing,
  }));
  const found = { sizes: countBy(assigned.byRow), columns, reference: extra.reference, negative, missing };
  return categories === null ? found : { ...found, unseen: unseenWords(categories) };
}

/** The model's columns of a table, checked for all that the model asks of them. */
export async function readFeatures(
  { engine, compute }: Pick<Context, "engine" | "compute">,
  { table, sources }: OpenedTable,
  model: ClusterModel,
): Promise<{
  readonly numbers: NumericColumns;
  /** By row of the table; null where the model has none. */
  readonly categories: Categories | null;
  readonly negative: readonly string[];
}> {
  requireModelColumns(model, table.columns, sources.map(({ label }) => label).join(", "));
  const wanted = model.features.map(({ source }) => source);
  const { categories: own = [] } = model;
  requireSettled(table, [...wanted, ...own.map(({ column }) => column)]);
  const categories = own.length === 0 ? null : await readCodes(engine, compute, table, own);
  const numbers = await readNumbers(engine, compute, table, wanted);
  return { numbers, categories, negative: await requireModelValues(compute, sources, model, numbers) };
}

function unseenWords({ rows, columns, codes }: Categories): NonNullable<AppliedCluster["unseen"]> {
  return columns.map((column, j) => {
    const own = codes.subarray(j * rows, (j + 1) * rows);
    return { column, count: own.reduce((count, code) => count + (code < 0 ? 1 : 0), 0) };
  });
}

function countBy(segments: Int32Array): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const segment of segments) counts.set(segment, (counts.get(segment) ?? 0) + 1);
  return counts;
}
