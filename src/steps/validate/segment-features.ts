import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Embedding } from "../../model/embed/embedding.ts";
import type { OpenedTable } from "../open-table.ts";
import { requireSettled } from "../reading/ties.ts";
import { requireModelColumns, requireModelValues } from "../cluster/assign-model.ts";
import { chooseColumns, measureFeatures, sourcesOf } from "../cluster/choose-columns.ts";
import { engineModelValues } from "../cluster/in-engine/apply-in-engine.ts";
import { wholeFeatures } from "../cluster/in-engine/whole-features.ts";
import type { ClusterModel, ModelFeature } from "../cluster/model.ts";
import { applyFeatures, learnFeatures, type PreparedRows } from "../cluster/prepare.ts";
import { readNumbers } from "../cluster/read-numbers.ts";
import { engineFacts } from "../in-engine/engine-facts.ts";

/** The space in which segments are judged. */
export interface SegmentSpace {
  readonly features: readonly ModelFeature[];
  readonly rows: PreparedRows;
  /** What the model found the segments in, in place of the columns; null: these. */
  readonly embedding: Embedding | null;
  /** Columns with negative values where the model takes a logarithm. */
  readonly outside: readonly string[];
  /** Categorical columns of the model, which the segments are not judged by. */
  readonly words: readonly string[];
}

/**
 * The columns, fills and scaling of a saved clustering, and the rows of the table, or of a sample of it, in it. Throws `model-mismatch`,
 * `missing-values`, `not-finite`.
 */
export async function modelSpace(
  { engine, compute }: Context,
  { table, sources }: OpenedTable,
  model: ClusterModel,
  sample: Table = table,
): Promise<SegmentSpace> {
  if (model.features.length === 0) {
    const words = (model.categories ?? []).map(({ column }) => column).join(", ");
    throw new SegmentError(
      "no-numeric-column",
      `the model has only words (${words}), and segments are judged by numbers`,
      {
        hint: "leave out --model, and name numbers with --columns",
      },
    );
  }
  requireModelColumns(model, table.columns, sources.map(({ label }) => label).join(", "));
  const wanted = model.features.map(({ source }) => source);
  requireSettled(table, wanted);
  const numbers = await readNumbers(engine, compute, sample, wanted);
  const outside =
    sample === table
      ? await requireModelValues(compute, sources, model, numbers)
      : (await engineModelValues(engine, table, model)).negative;
  const columns = wanted.map((source) => numbers.get(source)!);
  const words = (model.categories ?? []).map(({ column }) => column);
  const rows = applyFeatures(compute, model.features, columns);
  return { features: model.features, rows, embedding: model.embedding, outside, words };
}

/**
 * The columns that `cluster` would choose, of those given, filled and scaled by its defaults. `segment` is the column of
 * the segments themselves. With a sample of the table its rows are those, fills and scaling of all rows. Throws `unknown-column`, `not-numeric`, `no-numeric-column`, `ambiguous-input`, `not-finite`.
 */
export async function defaultSpace(
  { engine, compute }: Context,
  { table, sources }: OpenedTable,
  segment: string,
  given: { readonly columns: readonly string[] | undefined; readonly exclude: readonly string[] | undefined },
  sample: Table = table,
): Promise<SegmentSpace> {
  const chosen = chooseColumns(
    table,
    { ...given, id: undefined, weights: undefined, value: undefined, added: [segment], described: [] },
    null,
  );
  const wanted = sourcesOf(chosen);
  const isSample = sample !== table;
  const numbers = await readNumbers(engine, compute, sample, wanted);
  const facts = isSample ? await engineFacts(engine, table, wanted) : null;
  const { features } = await measureFeatures(compute, sources, chosen, numbers, facts);
  const columns = features.map(({ source }) => numbers.get(source)!);
  const fromRows = learnFeatures(compute, features, columns, null, {
    missing: { all: "median", byColumn: new Map() },
    scale: "auto",
    fillsAll: true,
  });
  const learned = isSample ? (await wholeFeatures(engine, table, fromRows, "auto", null)).features : fromRows;
  return { features: learned, rows: applyFeatures(compute, learned, columns), embedding: null, outside: [], words: [] };
}
