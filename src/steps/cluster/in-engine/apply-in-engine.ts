import type { Engine, Table } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import { identifier, sql } from "../../../sql/template.ts";
import { refuseExisting } from "../../new-columns.ts";
import type { OpenedTable } from "../../open-table.ts";
import { requireSettled } from "../../reading/ties.ts";
import type { AppliedCluster, ApplyClusterOptions } from "../apply.ts";
import { assignedBySql } from "../assigned-table.ts";
import { requireModelColumns } from "../assign-model.ts";
import type { ClusterModel } from "../model.ts";
import { extraNames } from "../row-extras.ts";
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
  refuseExisting(table, [model.name, ...extraNames(model.name, extras)], overwrite);
  const { features } = model;
  const found = await requireEngineFeatures(engine, { table, sources }, model);
  const assigned = assignedBySql(table, model, extras);
  const segment = identifier(model.name);
  const counted = await engine.rows(
    sql`
      select ${segment} as segment_1, count(*) as rows_1
      from ${assigned.relation}
      group by ${segment}
    `,
    model.segments.length + 1,
  );
  return {
    table: assigned,
    applied: {
      sizes: new Map(counted.map((row) => [Number(row["segment_1"]), Number(row["rows_1"])])),
      columns: null,
      reference: null,
      negative: found.negative,
      missing: features.map(({ column }, j) => ({ column, count: found.missing[j]! })),
    },
  };
}

/** What a model reads of a table, checked for all that it asks. Throws `model-mismatch`, `ambiguous-input`, and as `engineModelValues`. */
export async function requireEngineFeatures(
  engine: Engine,
  { table, sources }: Pick<OpenedTable, "table" | "sources">,
  model: ClusterModel,
): Promise<ModelValues> {
  requireModelColumns(model, table.columns, sources.map(({ label }) => label).join(", "));
  requireSettled(
    table,
    model.features.map(({ source }) => source),
  );
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
