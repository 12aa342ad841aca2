import type { Engine, Table } from "../../../core/context.ts";
import type { Sql } from "../../../core/sql.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { carriedPosition, carrying } from "../../row-position.ts";
import { assignedBySql, segmentColumns } from "../assigned-table.ts";
import { usualParameters } from "../../../model/cluster/refit.ts";
import type { Fit } from "../fit.ts";
import { segmentNamesOf, type ClusterModel, type ModelFeature } from "../model.ts";
import { extraNames } from "../row-extras.ts";
import { looksAtPairs } from "../rule-sql/rule-sql.ts";
import type { Extra } from "../settings.ts";
import { doubleSql } from "./column-moments.ts";
import { inSteps } from "./lloyd.ts";
import { weightSteps } from "./points.ts";

/** Where the rows of a table go by a model. */
export interface AssignedCounts {
  /** The table with its segments, numbered from 1 in the order of the centres, kept in the engine; null where assigning again costs little. */
  readonly assigned: Table | null;
  /** Sum of weights by segment, in the order of the fit's centres. */
  readonly sizes: Float64Array;
  /** Rows in no segment, whatever the reason. */
  readonly unassigned: number;
  /** Those of them that lack no value. */
  readonly noise: number;
}

/**
 * Counts the rows of each segment of a fit where they are: one scan, with the SQL that assigns them. `weights` is a column's
 * name, null for 1 a row. Where rows are assigned by pairs with rows that the model holds, which costs much, the table is kept with its
 * segments and the extras, but for names, which nobody knows yet. Throws as `assignSql`.
 */
export async function countAssigned(
  engine: Engine,
  table: Table,
  about: Pick<ClusterModel, "name" | "method" | "rule" | "embedding" | "categories">,
  features: readonly ModelFeature[],
  fit: Fit,
  weights: string | null,
  extras: readonly Extra[],
): Promise<AssignedCounts> {
  const { k } = fit.chosen.result;
  const model = numberedByCentre(about, features, fit);
  const isKept = looksAtPairs(model.rule);
  const made = assignedBySql(table, model, isKept ? extras.filter((extra) => extra !== "name") : []);
  const { relation } = isKept ? await engine.store(sql`select * from ${made.relation}`) : made;
  const assigned = { ...made, relation };
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
  return { assigned: isKept ? assigned : null, sizes, unassigned, noise };
}

/** The table with its segments by the model that came of a fit: from what `countAssigned` kept, or by SQL anew. */
export function writtenBySql(kept: Table | null, table: Table, model: ClusterModel, extras: readonly Extra[]): Table {
  return kept === null ? assignedBySql(table, model, extras) : numberedBy(kept, model, extras);
}

/** With the model's numbers in the place of those of the centres, and the names of its segments. */
function numberedBy(assigned: Table, model: ClusterModel, extras: readonly Extra[]): Table {
  const { segments } = model;
  const number = (of: Sql): Sql =>
    sql`case ${of} when 0 then 0 ${join(
      segments.map(({ segment }, c) => sql`when ${c + 1} then ${segment}`),
      " ",
    )} end`;
  const own = identifier(model.name);
  const added = extraNames(model.name, extras);
  const valueOf = (extra: Extra): Sql => {
    if (extra === "second") return number(identifier(`${model.name}_second`));
    if (extra !== "name") return identifier(`${model.name}_${extra}`);
    const names = segmentNamesOf(model);
    return sql`case ${own} ${join(
      segments.map(({ segment }, c) => sql`when ${c + 1} then ${names.get(segment)!}`),
      " ",
    )} end`;
  };
  const kept = assigned.columns.filter(({ name }) => name !== model.name && !added.includes(name));
  const columns = [
    ...kept.map(({ name }) => identifier(name)),
    sql`${number(own)} as ${own}`,
    ...extras.map((extra) => sql`${valueOf(extra)} as ${identifier(`${model.name}_${extra}`)}`),
    ...carriedPosition(assigned),
  ];
  const relation = sql`
    (
      select
        ${join(columns, ",\n")}
      from ${assigned.relation}
    )
  `;
  return {
    ...carrying(assigned, relation),
    rows: assigned.rows,
    columns: [...kept, ...segmentColumns(assigned, model.name, extras)],
  };
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
