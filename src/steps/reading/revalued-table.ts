import type { LoadedColumn, LoadedTable } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { carriedPosition, carrying } from "../row-position.ts";

/** A column of a loaded table with another value: SQL over the table's relation. */
export type RevaluedColumn = Omit<LoadedColumn, "ref"> & { readonly value: Sql };

/** A loaded table whose columns have other values, row by row; one for each of its own, in their order. */
export function revaluedTable(table: LoadedTable, columns: readonly RevaluedColumn[]): LoadedTable {
  const refs = columns.map((_, i) => identifier(`given_${i + 1}`));
  const values = columns.map(({ value }, i) => sql`${value} as ${refs[i]!}`);
  const relation = sql`
    (
      select
        ${join([...values, ...carriedPosition(table)], ",\n")}
      from ${table.relation}
    )
  `;
  return {
    ...carrying(table, relation),
    rows: table.rows,
    columns: columns.map(({ value: _value, ...column }, i) => ({ ...column, ref: refs[i]! })),
  };
}

/** A column as it is. */
export function sameValue({ ref, ...column }: LoadedColumn): RevaluedColumn {
  return { ...column, value: ref };
}
