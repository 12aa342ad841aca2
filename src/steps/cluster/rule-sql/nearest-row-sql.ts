import type { DbscanModel } from "../../../model/cluster/dbscan-model.ts";
import type { NearestRowModel } from "../../../model/cluster/nearest-row.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { double } from "../../double-sql.ts";
import { gapOf, gapSql, joinedSql, nearestSql, pairsWithin, pointsSql } from "./held-rows-sql.ts";
import { labelSql, type LabelledRows, type PlacedRows, withColumns } from "./steps.ts";

const segment = identifier("_segment");
const limit = identifier("_limit");

/** The segment of the nearest row held, of equals the first, if that one's limit is not exceeded. */
export function nearestRowSql(
  rows: PlacedRows,
  { rows: count, values, labels, limits }: Pick<NearestRowModel, "rows" | "values" | "labels" | "limits">,
): LabelledRows {
  if (count === 0) return withColumns(rows, "labelled", [sql`cast(null as int) as ${labelSql}`]);
  const known = { _segment: labels, ...(limits === null ? {} : { _limit: limits }) };
  const points = pointsSql(rows, { rows: count, values, known });
  const near = nearestSql(points, 1, limits === null ? [segment] : [segment, limit]);
  const isWithin = limits === null ? sql`` : sql` and sqrt(${gapSql}) <= ${limit}`;
  const label = sql`case when ${segment} >= 0${isWithin} then cast(${segment} as int) end as ${labelSql}`;
  return joinedSql(points, withColumns(near, "found", [label]), [labelSql]);
}

/**
 * The segment of a core row: where all are held, the first segment with one within ε; else that of the nearest one, if it is no
 * farther than ε or than that row reaches.
 */
export function coreRowsSql(rows: PlacedRows, model: DbscanModel): LabelledRows {
  const { epsilon, reaches, labels } = model;
  if (reaches !== null || model.rows === 0) {
    const limits = reaches === null ? null : reaches.map((reach) => Math.max(epsilon, reach));
    return nearestRowSql(rows, { ...model, limits });
  }
  const points = pointsSql(rows, { rows: model.rows, values: model.values, known: { _segment: labels } });
  const keys = join(points.keys, ", ");
  const found = sql`
    found as (
      select /*+ broadcast(held) */
        ${keys},
        cast(min(${segment}) as int) as ${labelSql}
      from ${pairsWithin(points.keys, points.last, [], double(epsilon ** 2))}
      where ${gapOf(points.keys)} <= ${double(epsilon ** 2)}
      group by ${keys}
    )
  `;
  return joinedSql(points, { steps: [...points.steps, found], last: identifier("found") }, [labelSql]);
}
