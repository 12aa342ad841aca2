import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import type { Source } from "../../core/source.ts";
import { daysBetween, microseconds } from "../../sql/functions.ts";
import { join, sql } from "../../sql/template.ts";
import { firstRow } from "../in-engine/engine-facts.ts";
import { placeOf } from "../reading/place-of.ts";
import { valueSql } from "../reading/values.ts";

/** What rows of a table are ordered by, as SQL over its relation; a missing value has no place in the order. */
export interface RowOrder {
  readonly by: Sql | null;
  readonly order: Sql;
  readonly position: Sql;
}

/** The window in which a row's neighbours are looked for, forwards or backwards; rows of one place stand in input order. */
export function windowSql({ by, order, position }: RowOrder, backwards = false): Sql {
  const way = backwards ? sql` desc` : sql``;
  const within = by === null ? [] : [sql`partition by ${by}`];
  return join([...within, sql`order by ${order}${way}, ${position}${way}`], " ");
}

/** The place of a row on the axis of a column as a double: its number, or microseconds or days; null for text. */
export function axisSql(column: Column): Sql | null {
  const value = valueSql(column);
  switch (column.type) {
    case "integer":
    case "number":
      return sql`cast(${value} as double)`;
    case "date":
      return sql`cast(${daysBetween(sql`date '1970-01-01'`, value)} as double)`;
    case "timestamp":
      return sql`cast(${microseconds(value)} as double)`;
    case "boolean":
    case "text":
      return null;
  }
}

/**
 * Refuses a table of which a row has no place in the order. One scan. Throws `missing-values` with the row's place.
 */
export async function requireOrder(
  engine: Engine,
  table: Table,
  sources: readonly Source[],
  name: string,
): Promise<void> {
  const column = table.columns.find((one) => one.name === name)!;
  const isMissing = sql`${valueSql(column)} is null`;
  const row = await firstRow(engine, table, isMissing);
  if (row < 0) return;
  throw new SegmentError("missing-values", "--order-by: a row without a value has no place in the order", {
    place: await placeOf(sources, row, name),
    hint: "fill it first, or order by another column",
  });
}
