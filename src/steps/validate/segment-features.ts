import type { Context } from "../../core/context.ts";
import type { OpenedTable } from "../open-table.ts";
import { requireSettled } from "../reading/ties.ts";
import { requireModelColumns, requireModelValues } from "../cluster/assign-model.ts";
import { chooseColumns, measureFeatures } from "../cluster/choose-columns.ts";
import type { ClusterModel, ModelFeature } from "../cluster/model.ts";
import { applyFeatures, learnFeatures, type PreparedRows } from "../cluster/prepare.ts";
import { readNumbers } from "../cluster/read-numbers.ts";

/** The space in which segments are judged. */
export interface SegmentSpace {
  readonly features: readonly ModelFeature[];
  readonly rows: PreparedRows;
  /** Columns with negative values where the model takes a logarithm. */
  readonly outside: readonly string[];
}

/** The columns, fills and scaling of a saved clustering. Throws `model-mismatch`, `missing-values`, `not-finite`. */
export async function modelSpace(
  { engine, compute }: Context,
  { table, sources }: OpenedTable,
  model: ClusterModel,
): Promise<SegmentSpace> {
  requireModelColumns(model, table.columns, sources.map(({ label }) => label).join(", "));
  const wanted = model.features.map(({ source }) => source);
  requireSettled(table, wanted);
  const numbers = await readNumbers(engine, compute, table, wanted);
  const outside = await requireModelValues(compute, sources, model, numbers);
  const columns = wanted.map((source) => numbers.get(source)!);
  return { features: model.features, rows: applyFeatures(compute, model.features, columns), outside };
}

/**
 * The columns that `cluster` would choose, of those given, filled and scaled by its defaults. `segment` is the column of
 * the segments themselves. Throws `unknown-column`, `not-numeric`, `no-numeric-column`, `ambiguous-input`, `not-finite`.
 */
export async function defaultSpace(
  { engine, compute }: Context,
  { table, sources }: OpenedTable,
  segment: string,
  given: { readonly columns: readonly string[] | undefined; readonly exclude: readonly string[] | undefined },
): Promise<SegmentSpace> {
  const chosen = chooseColumns(
    table,
    { ...given, id: undefined, weights: undefined, value: undefined, added: [segment], described: [] },
    null,
  );
  const sourcesOf = chosen.candidates.map(({ source }) => source);
  const numbers = await readNumbers(engine, compute, table, sourcesOf);
  const { features } = await measureFeatures(compute, sources, chosen, numbers);
  const columns = features.map(({ source }) => numbers.get(source)!);
  const learned = learnFeatures(compute, features, columns, null, {
    missing: { all: "median", byColumn: new Map() },
    scale: "auto",
    fillsAll: false,
  });
  return { features: learned, rows: applyFeatures(compute, learned, columns), outside: [] };
}
