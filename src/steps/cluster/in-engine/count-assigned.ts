import type { Engine, Table } from "../../../core/context.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { assignedBySql } from "../assigned-table.ts";
import { usualParameters } from "../../../model/cluster/refit.ts";
import type { Fit } from "../fit.ts";
import type { ClusterModel, ModelFeature } from "../model.ts";
import { doubleSql } from "./column-moments.ts";
import { inSteps } from "./lloyd.ts";
import { weightSteps } from "./points.ts";

/** Where the rows of a table go by a model. */
export interface AssignedCounts {
  /** Sum of weights by segment, in the order of the fit's centres. */
  readonly sizes: Float64Array;
  /** Rows in no segment, whatever the reason. */
  readonly unassigned: number;
  /** Those of them that lack no value. */
  readonly noise: number;
}

/**
 * Counts the rows of each segment of a fit where they are: one scan, with the SQL that assigns them. `weights` is a column's
 * name, null for 1 a row. Throws as `assignSql`.
 */
export async function countAssigned(
  engine: Engine,
  table: Table,
  about: Pick<ClusterModel, "name" | "method" | "rule" | "embedding" | "categories">,
  features: readonly ModelFeature[],
  fit: Fit,
  weights: string | null,
): Promise<AssignedCounts> {
  const { k } = fit.chosen.result;
  const model = numberedByCentre(about, features, fit);
  const assigned = assignedBySql(table, model, []);
  const gaps = features
    .filter(({ fill }) => fill === null)
    .map(({ source }) => sql`${doubleSql(assigned, source)} is null`);
  const lacks = gaps.length === 0 ? sql`false` : join(gaps, " or ");
  const weight = weights === null ? sql`1` : doubleSql(assigned, weights);
  const size = weights === null ? sql`count(*)` : sql`sum(${inSteps(sql`weight_1`, weightSteps)})`;
  const rows = await engine.rows(
    sql`
      select segment_1, lacks_1, count(*) as rows_1, ${size} as size_1
      from (
        select ${identifier(model.name)} as segment_1, case when ${lacks} then 1 else 0 end as lacks_1, ${weight} as weight_1
        from ${assigned.relation}
      )
      group by segment_1, lacks_1
    `,
    2 * (k + 1),
  );
  const sizes = new Float64Array(k);
  let unassigned = 0;
  let noise = 0;
  for (const row of rows) {
    const [segment, count] = [Number(row["segment_1"]), Number(row["rows_1"])];
    if (segment > 0) sizes[segment - 1]! += Number(row["size_1"]) / (weights === null ? 1 : weightSteps);
    else unassigned += count;
    if (segment === 0 && Number(row["lacks_1"]) === 0) noise += count;
  }
  return { sizes, unassigned, noise };
}

/** All that SQL reads of a model, its segments numbered from 1 in the order of the centres. */
function numberedByCentre(
  about: Pick<ClusterModel, "name" | "method" | "rule" | "embedding" | "categories">,
  features: readonly ModelFeature[],
  { chosen: { result } }: Fit,
): ClusterModel {
  const { k, centres } = result;
  const d = centres.length / k;
  return {
    ...about,
    version: "",
    seed: 0,
    features,
    segments: Array.from({ length: k }, (_, c) => ({
      segment: c + 1,
      centre: Array.from(centres.subarray(c * d, (c + 1) * d)),
      size: 0,
      share: 0,
      centroid: [],
      description: "",
    })),
    highestNumber: k,
    inertia: 0,
    limits: null,
    parameters: usualParameters,
  };
}
