import type { Engine, Table } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import { beyondNumbers } from "../../../model/cluster/mixture-model.ts";
import { isOneOf } from "../../../sql/functions.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { refuseExisting } from "../../new-columns.ts";
import type { OpenedTable } from "../../open-table.ts";
import { requireSettled } from "../../reading/ties.ts";
import type { AppliedCluster, ApplyClusterOptions } from "../apply.ts";
import { assignedBySql } from "../assigned-table.ts";
import { requireModelColumns } from "../assign-model.ts";
import type { ClusterModel } from "../model.ts";
import type { ModelCategory } from "../model-category.ts";
import { requireModelFigures } from "../model-figures.ts";
import { extraNames } from "../row-extras.ts";
import { wordsSql } from "../rule-sql/mixed-sql.ts";
import { looksAtPairs } from "../rule-sql/rule-sql.ts";
import { nth } from "../rule-sql/steps.ts";
import { columnMoments, doubleSql } from "./column-moments.ts";

/**
 * The segment of every row by a saved model, found by the engine: the table with it, and how many rows each segment has.
 * Throws as `applyCluster`, and `usage` for silhouettes by row.
 */
export async function applyInEngine(
  engine: Engine,
  { table, sources }: OpenedTable,
  model: ClusterModel,
  { extras, overwrite }: ApplyClusterOptions,
): Promise<{ readonly applied: AppliedCluster; readonly table: Table }> {
  refuseSilhouettes(extras);
  requireModelFigures(model, extras);
  refuseExisting(table, [model.name, ...extraNames(model.name, extras)], overwrite);
  const { features } = model;
  const found = await requireEngineFeatures(engine, { table, sources }, model);
  const unseen = await unseenWords(engine, table, model.categories ?? []);
  const assigned = await workedOut(engine, assignedBySql(table, model, extras), model);
  const segment = identifier(model.name);
  const counted = await engine.rows(
    sql`
      select ${segment} as segment_1, count(*) as rows_1
      from ${assigned.relation}
      group by ${segment}
    `,
    model.segments.length + 2,
  );
  if (counted.some((row) => row["segment_1"] === null)) throw beyondNumbers();
  return {
    table: assigned,
    applied: {
      sizes: new Map(counted.map((row) => [Number(row["segment_1"]), Number(row["rows_1"])])),
      columns: null,
      reference: null,
      negative: found.negative,
      missing: features.map(({ column }, j) => ({ column, count: found.missing[j]! })),
      ...(unseen.length === 0 ? {} : { unseen }),
    },
  };
}

/** The table with what SQL finds of its rows kept, where to find it is to look at many pairs: it is read more than once. */
async function workedOut(engine: Engine, assigned: Table, { rule }: ClusterModel): Promise<Table> {
  if (!looksAtPairs(rule)) return assigned;
  const { relation } = await engine.store(sql`
    select *
    from ${assigned.relation}
  `);
  return { ...assigned, relation };
}

/** Rows by categorical column whose word the fit has not seen. One scan, none without such columns. */
async function unseenWords(
  engine: Engine,
  table: Table,
  categories: readonly ModelCategory[],
): Promise<NonNullable<AppliedCluster["unseen"]>> {
  if (categories.length === 0) return [];
  const counts = categories.map(({ words, hasMissing }, j) => {
    const word = nth("word", j);
    const isSeen = words.length === 0 ? sql`false` : isOneOf(word, words);
    const isUnseen = sql`case when ${word} is null then ${!hasMissing} else not ${isSeen} end`;
    return sql`count(*) filter (where ${isUnseen}) as ${identifier(`unseen_${j + 1}`)}`;
  });
  const [row = {}] = await engine.rows(
    sql`
      select ${join(counts, ", ")}
      from (
        select ${join(wordsSql(table, categories), ", ")}
        from ${table.relation}
      ) as words
    `,
    1,
  );
  return categories.map(({ column }, j) => ({ column, count: Number(row[`unseen_${j + 1}`]) }));
}

/** What a model reads of a table, checked for all that it asks. Throws `model-mismatch`, `ambiguous-input`, and as `engineModelValues`. */
export async function requireEngineFeatures(
  engine: Engine,
  { table, sources }: Pick<OpenedTable, "table" | "sources">,
  model: ClusterModel,
): Promise<ModelValues> {
  requireModelColumns(model, table.columns, sources.map(({ label }) => label).join(", "));
  requireSettled(table, [
    ...model.features.map(({ source }) => source),
    ...(model.categories ?? []).map(({ column }) => column),
  ]);
  return engineModelValues(engine, table, model);
}

/** What a model has to know of the values it reads. */
export interface ModelValues {
  /** By feature. */
  readonly missing: readonly number[];
  /** Columns with negative values where the model takes a logarithm. */
  readonly negative: readonly string[];
}

/**
 * Checks the values that a model reads, of rows that stay in the engine. Three scans. Throws `not-finite`, and `missing-values`
 * where the model refuses gaps.
 */
export async function engineModelValues(
  engine: Engine,
  table: Table,
  { features }: ClusterModel,
): Promise<ModelValues> {
  if (features.length === 0) return { missing: [], negative: [] };
  const moments = await columnMoments(
    engine,
    table,
    features.map(({ source }) => ({ name: source, value: doubleSql(table, source) })),
    null,
  );
  features.forEach(({ missing, source }, j) => requirePresent(missing, source, moments[j]!.missing));
  const isOutside = (j: number): boolean => features[j]!.transform.log1p && moments[j]!.minimum < 0;
  return {
    missing: moments.map(({ missing }) => missing),
    negative: features.flatMap(({ source }, j) => (isOutside(j) ? [source] : [])),
  };
}

/** Throws `missing-values` where a model refuses gaps and there are some. */
export function requirePresent(rule: string, column: string, missing: number): void {
  if (rule !== "error" || missing === 0) return;
  throw new SegmentError("missing-values", `${missing === 1 ? "a value is" : `${missing} values are`} missing`, {
    place: { column },
    hint: "fill them with --missing median, or leave such rows out with --missing drop",
  });
}

/** A row's silhouette needs every other row. Throws `usage`. */
export function refuseSilhouettes(
  extras: ApplyClusterOptions["extras"],
  why = "with --engine they stay in the cluster",
): void {
  if (!extras.includes("silhouette")) return;
  throw new SegmentError("usage", `--with silhouette needs every row here, and ${why}`, {
    hint: "the report of segment cluster has the silhouettes of each segment; --with distance and --with second work",
  });
}
