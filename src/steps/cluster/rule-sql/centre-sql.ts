import type { Sql } from "../../../core/sql.ts";
import { identifier, sql } from "../../../sql/template.ts";
import { double } from "../../double-sql.ts";
import type { ModelSegment } from "../model.ts";
import {
  firstEqual,
  labelSql,
  type LabelledRows,
  leastOf,
  type PlacedRows,
  squaredDistance,
  withColumns,
} from "./steps.ts";

/** The squared distance of a row to the centre of a segment. */
export function squaredSql({ segment }: Pick<ModelSegment, "segment">): Sql {
  return identifier(`_distance_${segment}`);
}

/** Rows with `squaredSql` of each segment. */
export function withDistances<Rows extends LabelledRows>(
  rows: Rows,
  columns: readonly Sql[],
  segments: readonly ModelSegment[],
): Rows {
  const distances = segments.map(
    (segment) => sql`${squaredDistance(columns, segment.centre.map(double))} as ${squaredSql(segment)}`,
  );
  return withColumns(rows, "distances", distances);
}

/** The segment of the nearest centre, of equals the first, of rows with their distances. */
export function nearestCentre(rows: PlacedRows, segments: readonly ModelSegment[]): LabelledRows {
  const squared = segments.map(squaredSql);
  return withColumns(rows, "labelled", [sql`${firstEqual(leastOf(squared), squared)} as ${labelSql}`]);
}
